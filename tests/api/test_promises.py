"""Payments by hook, planned calls, questions, words of 1C, and a calendar that changes, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from httpx import AsyncClient

from tests.api.conftest import World
from tests.api.helpers import problem
from tests.api.test_hooks import send
from tests.api.test_involving import PLAN, open_sale


async def secret_of(director: AsyncClient, source: str) -> str:
    made = await director.post(f"/api/settings/hooks/{source}")
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


async def states(client: AsyncClient, deal: str) -> list[str]:
    return [row["state"] for row in (await client.get(deal)).json()["payments"]["payment_plan"]]


@pytest.mark.parametrize("source", ["payment", "1c"])
async def test_money_told_by_a_hook_pays_the_plan_once(
    world: World, sales: AsyncClient, director: AsyncClient, source: str
) -> None:
    deal = await open_sale(sales, fields={"payment_plan": PLAN})
    secret = await secret_of(director, source)
    body = {"type": "payment.received", "data": {"deal": deal.rpartition("/")[2], "amount": "33.33"}}
    for _ in range(2):
        assert (await send(world, secret, body, id=f"{source}-first", source=source)).status_code == 200
    assert await states(sales, deal) == ["paid", "due"]
    body["data"] = {"deal": deal.rpartition("/")[2], "row": 2}
    assert (await send(world, secret, body, source=source)).status_code == 200
    assert await states(sales, deal) == ["paid", "paid"]


async def test_a_planned_call_reminds_a_quarter_of_an_hour_before(sales: AsyncClient) -> None:
    body = {"pipeline": "luxsr.lead", "fields": {"next_call_at": "2099-12-01T15:00"}}
    card = (await sales.post("/api/deals", json=body)).json()
    await sales.post(f"/api/deals/{card['id']}/move", json={"to": "in_work"})
    moved = (await sales.post(f"/api/deals/{card['id']}/move", json={"to": "answered"})).json()
    assert [call["key"] for call in moved["calls"] if call["status"] == "open"] == ["get_answer"]
    (reminder,) = [entry for entry in moved["agenda"] if entry["id"].startswith("call.")]
    assert (reminder["what"], reminder["at"][:16]) == ("reminder", "2099-12-01T11:45")


async def check(sales: AsyncClient) -> dict[str, Any]:
    """A contract whose counterparty the lawyer is to check."""
    company = {"name": f"ООО {uuid.uuid4()}", "inn": "7707083893"}
    body = {"pipeline": "fulfilment.contract", "company": company, "fields": {"checker": "lawyer"}}
    card = (await sales.post("/api/deals", json=body)).json()
    answer = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "check_counterparty"})
    moved: dict[str, Any] = answer.json()
    return moved


async def test_only_1c_closes_a_task_in_its_name(
    world: World, sales: AsyncClient, director: AsyncClient
) -> None:
    card = await check(sales)
    word = {"type": "onec.task_done", "task": "check_counterparty"}
    for person in ("sales", "lawyer", "warehouse"):
        async with world.client(person) as client:
            refused = problem(
                await client.post(f"/api/deals/{card['id']}/events", json=word), 403, "not_allowed"
            )
            assert "role:integration" in refused["allowed"]
    secret = await secret_of(director, "1c")
    data = {"deal": card["id"], "task": "check_counterparty"}
    told = await send(world, secret, {"type": "onec.task_done", "data": data}, source="1c")
    assert told.status_code == 200
    (question,) = (await sales.get(f"/api/deals/{card['id']}")).json()["assignments"]
    answer = f"/api/assignments/{question['id']}/answer"
    async with world.client("warehouse") as stranger:
        problem(await stranger.post(answer, json={"option": "passed"}), 403, "not_allowed")
    async with world.client("lawyer") as lawyer:
        assert (await lawyer.post(answer, json={"option": "passed"})).json()["stage"] == "draft_contract"


async def test_words_of_1c_that_a_person_hands_on_stay_its_own(
    world: World, sales: AsyncClient, director: AsyncClient
) -> None:
    secret = await secret_of(director, "1c")
    kept = await send(
        world, secret, {"type": "onec.task_done", "data": {"task": "check_counterparty"}}, source="1c"
    )
    assert kept.status_code == 202
    card = await check(sales)
    rows = (await sales.get("/api/inbox?limit=200")).json()["items"]
    waiting = next(row for row in reversed(rows) if row["kind"] == "onec.task_done")
    given = await sales.post(f"/api/inbox/{waiting['id']}", json={"deal": card["id"]})
    assert given.json()["status"] == "delivered"
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["assignments"]


async def test_a_new_calendar_moves_the_reminder_of_a_lost_deal(
    sales: AsyncClient, director: AsyncClient
) -> None:
    body = {"pipeline": "prom2b.order", "fields": {"consultation_needed": False}}
    card = (await sales.post("/api/deals", json=body)).json()
    address = f"/api/deals/{card['id']}"
    fields = {"postponed_until": "2027-03-09"}
    lost = (await sales.post(f"{address}/move", json={"to": "postponed", "fields": fields})).json()
    (entry,) = lost["agenda"]
    assert (lost["status"], entry["at"][:10]) == ("lost", "2027-03-09")
    calendar = (await director.get("/api/settings/calendar")).json()
    try:
        off = {**calendar, "days": {**calendar["days"], "2027-03-09": "off"}}
        assert (await director.put("/api/settings/calendar", json=off)).status_code == 200
        (moved,) = (await sales.get(address)).json()["agenda"]
        assert moved["at"][:10] == "2027-03-10"
        latest = (await sales.get(f"{address}/timeline")).json()["items"][0]
        assert latest["data"]["was"][:10] == "2027-03-09"
    finally:
        await director.put("/api/settings/calendar", json=calendar)
