"""A sale together with 1C over HTTP, from lead to won, on the real servers with 1C's double as a process of its own.

Word from 1C comes by its signed messages first, and, once those stay away, by asking.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.api.trader import Sale, Trader, trader, until

TASK = "Task_ЗадачаИсполнителя"
PEOPLE = ("sales", "director", "lawyer", "accountant", "head", "logist")
PLAN = [{"percent": 50, "date": "2027-03-01"}, {"percent": 50, "date": "2027-04-01"}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(engine: AsyncEngine, tmp_path_factory: Any) -> AsyncIterator[Trader]:
    async with trader(engine, Path(tmp_path_factory.mktemp("trader"))) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def people(house: Trader) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with contextlib.AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(house.person(name)) for name in PEOPLE}


async def test_a_sale_from_lead_to_won_with_1c(house: Trader, people: dict[str, httpx.AsyncClient]) -> None:
    sale = await opened(people["sales"])
    house.onec.control("POST", "offers", {"deal": sale.id})
    await claimed_and_offered(sale)
    await logistics_closed_by_message(house, sale)
    await departments(sale)
    await signed(sale, people)
    await paid(house, sale)
    house.mute()
    await shipped_as_polled(house, sale)
    await won(house, sale)
    await reviewed(house, sale)
    await (await sale.child("sales_1c.engineering")).through()
    await once_in_1c(house, sale)


async def opened(sales: httpx.AsyncClient) -> Sale:
    body = {
        "pipeline": "sales_1c.sale",
        "title": "Насосы",
        "company": {"name": "ООО «Ромашка»", "inn": "7707083893"},
        "contact": {"name": "Иван", "email": "ivan@client.example"},
        "amount": "600000",
        "fields": {"direction": "Россия, Урал"},
    }
    answer = await sales.post("/api/deals", json=body)
    assert answer.status_code == 201, answer.text
    return Sale(sales, answer.json()["id"])


async def claimed_and_offered(sale: Sale) -> None:
    """Claimed, and offered with the items and the file that 1C has for the deal."""
    assert (await sale.post("claim"))["stage"] == "in_work"
    await sale.fill("offer_file", priority="A", delivery_term="10 дней")
    await sale.finish("check_items")
    await sale.move("offer")
    card = await until(sale.card, lambda card: card["fields"].get("offer_items"))
    assert card["fields"]["offer_items"].splitlines() == [
        "Манометр МП-100, 0–1,6 МПа (00-00000101): 12 шт × 1840.0",
        "Датчик давления ДД-20, 4–20 мА (00-00000102): 4 шт × 12650.5",
        "Кабель монтажный МКЭШ 2×0,75 (00-00000103): 250.5 м × 86.4",
        "Пусконаладочные работы (00-00000201): 16 ч × 3200.0",
    ]
    assert card["fields"]["offer_file"]["name"].startswith("КП ВР-")
    await sale.finish("send_offer")
    await sale.fill(payment_type="prepaid")
    assert (await sale.finish("get_feedback", outcome="agreed"))["stage"] == "contract"


async def logistics_closed_by_message(house: Trader, sale: Sale) -> None:
    """Work for logistics is mirrored; its state and number show on the card; 1C's signed message closes it."""
    await sale.post("requests/logistics", text="Две паллеты, Урал")
    asked = await until(lambda: requested(sale), lambda asked: (asked["mirror"] or {}).get("number"))
    assert asked["mirror"]["state"] == "open"
    house.onec.control("POST", f"tasks/{asked['task']}/complete", {"result": "Машина заказана"})
    asked = await until(lambda: requested(sale), lambda asked: asked["status"] == "finished")
    assert asked["mirror"]["state"] == "done"
    task = next(task for task in (await sale.card())["tasks"] if task["id"] == asked["task"])
    assert task["conclusion"] == "Машина заказана"
    assert [hook["outcome"] for hook in house.onec.control("GET", "hooks")] == ["delivered"]


async def requested(sale: Sale) -> dict[str, Any]:
    """The work asked of logistics, as the card shows it."""
    requests = (await sale.card())["requests"]
    found: dict[str, Any] = next(one for one in requests if one["kind"] == "logistics")
    return found


async def departments(sale: Sale) -> None:
    """The other processes run at the same time; the card hears how each ended."""
    for kind in ("import_order", "production", "purchasing"):
        await sale.post(f"processes/{kind}")
        await (await sale.child(f"sales_1c.{kind}")).through()

    def ended(card: dict[str, Any]) -> bool:
        return [one["deals"][0]["status"] for one in card["processes"]] == ["won"] * 3

    await until(sale.card, ended)


async def signed(sale: Sale, people: dict[str, httpx.AsyncClient]) -> None:
    """Above 500 000: contract and invoice, approved by four in their order, then signed by the client."""
    assert (await sale.card())["fields"]["document_set"] == "contract_invoice"
    await sale.fill("contract_file", "invoice_file")
    await sale.finish("submit_for_approval")
    for approver in ("director", "lawyer", "accountant", "head"):
        await sale.approve(people[approver])
    await until(
        sale.card, lambda card: [task for task in card["tasks"] if task["key"] == "send_for_signature"]
    )
    assert (await sale.finish("send_for_signature", file=True))["stage"] == "invoice"


async def paid(house: Trader, sale: Sale) -> None:
    """One row of the plan is paid by word from 1C, the other recorded by hand."""
    await sale.finish("get_payment", outcome="paid")
    await sale.fill(payment_date="2027-02-20")
    await sale.move("launch")
    await sale.fill(payment_plan=PLAN)
    house.onec.control("POST", "hooks", {"type": "payment.received", "data": {"deal": sale.id, "row": 1}})
    await until(lambda: payments(sale), lambda rows: rows[0]["state"] == "paid")
    await sale.post("payments", row=2)
    rows = await payments(sale)
    assert [(row["state"], row["received"]) for row in rows] == [("paid", "300000.00")] * 2
    await sale.finish("control_work")


async def payments(sale: Sale) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await sale.card())["payments"]["payment_plan"]
    return rows


async def shipped_as_polled(house: Trader, sale: Sale) -> None:
    """1C's messages stay away: what logistics did there is known when 1C is asked."""
    card = await sale.move("accepted")
    task = next(task for task in card["tasks"] if task["key"] == "ship_goods")["id"]
    await until(sale.card, lambda card: mirror(card, task).get("number"))
    house.onec.control("POST", f"tasks/{task}/complete", {"result": "Отгружено, накладная 17"})
    assert mirror(await sale.card(), task)["state"] == "open", "no message came"
    async with house.polling():
        card = await until(sale.card, lambda card: mirror(card, task)["state"] == "done")
    done = next(one for one in card["tasks"] if one["id"] == task)
    assert (done["status"], done["conclusion"]) == ("finished", "Отгружено, накладная 17")
    await sale.finish("control_packing")
    await sale.finish("check_payment")
    await sale.move("to_ship")
    await sale.finish("control_delivery")


def mirror(card: dict[str, Any], task: str) -> dict[str, Any]:
    """The task's double as the card shows it."""
    return next(one["mirror"] for one in card["tasks"] if one["id"] == task) or {}


async def won(house: Trader, sale: Sale) -> None:
    """Both documents signed; the accountant has them by mail, the client every step of the work."""
    await sale.move("shipped")
    await sale.finish("send_acts", file=True)
    await sale.finish("send_upd", file=True)
    card = await sale.move("won")
    assert (card["status"], card["attention"]) == ("won", None)

    async def sent() -> list[str]:
        return [str(mail["Subject"]).split(":")[0].split(" «")[0] for mail in house.mail.mails]

    steps = ["Ход работы по заявке"] * 6  # offer, contract, invoice, launch, accepted, to ship
    last = ["Ход работы по заявке", "Подписанные документы", "Ваш отзыв о нашей работе"]
    await until(sent, lambda subjects: subjects == ["Заявка", *steps, *last])
    [documents] = [mail for mail in house.mail.mails if "Подписанные" in str(mail["Subject"])]
    assert len(list(documents.iter_attachments())) == 2


async def reviewed(house: Trader, sale: Sale) -> None:
    """The client's review comes by the link, once, without a token."""
    async with house.person("sales") as sales:
        path = (await sales.get(f"/api/deals/{sale.id}/review")).json()["path"]
        async with httpx.AsyncClient(base_url=house.address, trust_env=False) as client:
            assert (await client.get(path)).json()["answered"] is False
            thanks = await client.post(path, json={"rating": 5, "text": "Быстро"})
            assert thanks.status_code == 200, thanks.text
            assert (await client.post(path, json={"rating": 1})).status_code == 409
        items = (await sales.get(f"/api/deals/{sale.id}/timeline")).json()["items"]
        said = [item["data"]["detail"] for item in items if item["data"].get("kind") == "review.received"]
        assert said == [{"rating": 5, "text": "Быстро"}]


async def once_in_1c(house: Trader, sale: Sale) -> None:
    """1C has each task once, closed by its own user, and nothing that came in waits for a person."""
    made = [task for task in house.onec.objects(TASK) if task["ВоронкаСделка"] == sale.id]
    assert [task["Executed"] for task in made] == [True, True]
    keys = {task["ВоронкаКлюч"] for task in made}
    assert all(house.onec.actions(key) == ["create"] for key in keys)
    async with house.person("sales") as sales:
        waiting = (await sales.get("/api/inbox")).json()["items"]
    assert [row for row in waiting if row["deal_id"] == sale.id] == []
