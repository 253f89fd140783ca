"""Calls over HTTP."""

from __future__ import annotations

from httpx import AsyncClient

from tests.api.helpers import problem


async def test_a_call_stands_on_the_card_and_is_logged_once(sales: AsyncClient) -> None:
    body = {"pipeline": "prom2b.lead", "source": "site"}
    deal = (await sales.post("/api/deals", json=body)).json()["id"]
    card = (await sales.post(f"/api/deals/{deal}/move", json={"to": "in_progress"})).json()
    (call,) = card["calls"]
    assert (call["key"], call["status"], call["assignee"]) == ("first_contact", "open", "sales")
    assert card["agenda"][0]["words"]["en"].startswith("Control of the call")
    logged = await sales.post(f"/api/calls/{call['id']}/log", json={"outcome": "no_answer", "note": "занято"})
    assert logged.json()["stage"] == "no_answer"
    assert logged.json()["agenda"][0]["words"]["en"] == "The next attempt: “In progress”"
    again = await sales.post(f"/api/calls/{call['id']}/log", json={"outcome": "reached"})
    problem(again, 409, "call_closed")
    problem(await sales.post(f"/api/calls/{deal}.77/log", json={"outcome": "reached"}), 404, "unknown_call")


async def test_my_calls_are_listed_until_they_are_logged(sales: AsyncClient) -> None:
    body = {"pipeline": "prom2b.lead", "source": "site"}
    deal = (await sales.post("/api/deals", json=body)).json()["id"]
    card = (await sales.post(f"/api/deals/{deal}/move", json={"to": "in_progress"})).json()
    (call,) = card["calls"]
    mine = {"assignee": "me", "status": "open", "deal": card["id"]}
    (listed,) = (await sales.get("/api/calls", params=mine)).json()["items"]
    assert (listed["id"], listed["title"], listed["due"]) == (call["id"], call["title"], call["due"])
    await sales.post(f"/api/calls/{call['id']}/log", json={"outcome": "no_answer", "note": "занято"})
    still = (await sales.get("/api/calls", params=mine)).json()["items"]
    assert call["id"] not in [other["id"] for other in still]
