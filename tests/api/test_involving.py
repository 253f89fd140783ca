"""Claims, requests, processes and payments over HTTP."""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient

from tests.api.helpers import problem

PLAN = [{"percent": 33.33, "date": "2099-12-01"}, {"percent": 66.67, "date": "2099-12-31"}]


async def open_sale(client: AsyncClient, **body: Any) -> str:
    answer = await client.post("/api/deals", json={"pipeline": "sales_1c.sale", "amount": "100.00", **body})
    assert answer.status_code == 201, answer.text
    assert answer.json()["claim"]["open"] is True
    return f"/api/deals/{answer.json()['id']}"


async def test_the_first_claims_and_the_second_is_told_who(sales: AsyncClient, director: AsyncClient) -> None:
    deal = await open_sale(director)
    problem(await director.post(f"{deal}/claim"), 403, "not_allowed")
    problem(await director.post(f"{deal}/decline", json={"reason": "x"}), 403, "not_allowed")
    problem(await sales.post(f"{deal}/decline", json={"reason": ""}), 422, "reason_required")
    declined = await sales.post(f"{deal}/decline", json={"reason": "Отпуск"})
    assert declined.json()["claim"]["declined"] == {"sales": "Отпуск"}
    card = (await sales.post(f"{deal}/claim")).json()
    assert (card["stage"], card["responsible"]) == ("in_work", "sales")
    assert (card["claim"]["by"], card["claim"]["open"]) == ("sales", False)
    late = problem(await sales.post(f"{deal}/claim"), 409, "already_claimed")
    assert "sales" in late["detail"]


async def test_requests_are_yes_or_no_on_the_card(sales: AsyncClient) -> None:
    deal = await open_sale(sales)
    asked = await sales.post(f"{deal}/requests/logistics", json={"text": "две паллеты"})
    assert asked.status_code == 200, asked.text
    by_kind = {one["kind"]: one for one in asked.json()["requests"]}
    assert by_kind["logistics"]["requested"] is True
    assert by_kind["logistics"]["mirror"] == {"closed": False, "state": None, "number": None}
    assert by_kind["engineers"] == {
        "kind": "engineers",
        "title": {"ru": "Задание инженерам", "en": "Work for the engineers"},
        "requested": False,
        "task": None,
        "status": None,
        "mirror": None,
    }
    task = next(one for one in asked.json()["tasks"] if one["id"] == by_kind["logistics"]["task"])
    assert (task["assignee"], task["description"]["ru"]) == ("logist", "две паллеты")
    problem(await sales.post(f"{deal}/requests/logistics"), 422, "nothing_to_do")
    problem(await sales.post(f"{deal}/requests/dancing"), 404, "unknown_request")


async def test_processes_are_deals_of_their_own(sales: AsyncClient) -> None:
    deal = await open_sale(sales)
    for _ in range(2):
        card = (await sales.post(f"{deal}/processes/purchasing")).json()
    by_kind = {one["kind"]: one for one in card["processes"]}
    assert [one["status"] for one in by_kind["purchasing"]["deals"]] == ["open", "open"]
    assert {"ru": "Срок процесса «Закупки»", "en": "Deadline of the process “Purchasing”"} in [
        entry["words"] for entry in card["agenda"]
    ]
    problem(await sales.post(f"{deal}/processes/dancing"), 404, "unknown_process")


async def test_payments_by_row_and_by_amount(sales: AsyncClient) -> None:
    deal = await open_sale(sales, fields={"payment_plan": PLAN})
    problem(await sales.post(f"{deal}/payments", json={}), 422, "invalid_value")
    problem(await sales.post(f"{deal}/payments", json={"row": 3}), 404, "unknown_row")
    paid = (await sales.post(f"{deal}/payments", json={"amount": "33.34"})).json()
    rows = paid["payments"]["payment_plan"]
    assert [(row["amount"], row["received"], row["state"]) for row in rows] == [
        ("33.33", "33.33", "paid"),
        ("66.67", "0.01", "due"),
    ]
    problem(await sales.post(f"{deal}/payments", json={"row": 1}), 409, "already_paid")
    problem(await sales.patch(deal, json={"fields": {"payment_plan": PLAN[:1]}}), 422, "invalid_value")
    by_event = await sales.post(f"{deal}/events", json={"type": "payment.received", "row": 2})
    assert [row["state"] for row in by_event.json()["payments"]["payment_plan"]] == ["paid", "paid"]


async def test_a_request_sent_again_is_done_once(sales: AsyncClient) -> None:
    deal = await open_sale(sales)
    key = {"Idempotency-Key": "process-once"}
    first = await sales.post(f"{deal}/processes/production", headers=key)
    again = await sales.post(f"{deal}/processes/production", headers=key)
    assert first.json() == again.json()
    card = (await sales.get(deal)).json()
    assert [len(one["deals"]) for one in card["processes"]] == [0, 1, 0]
