"""Documents over HTTP: what the card offers, what is refused, and a real PDF from the real worker."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from tests.api.conftest import World
from tests.api.helpers import problem, upload
from tests.api.test_end_to_end import app, person
from tests.documents.samples import word_text

__all__ = ["app"]
BUYER = {"name": "ООО «Ромашка»", "inn": "7707083893", "kpp": "773601001"}
WAIT_SECONDS = 60.0


async def to_invoice(sales: httpx.AsyncClient, **body: Any) -> str:
    """The address of a receiving request that is to be invoiced."""
    opened = await sales.post("/api/deals", json={"pipeline": "fulfilment.receiving", **body})
    assert opened.status_code == 201, opened.text
    deal = f"/api/deals/{opened.json()['id']}"
    goods = {"goods": "Посуда", "expected_date": "2027-03-01", "warehouse_employee": "warehouse"}
    card = (await sales.post(f"{deal}/move", json={"to": "send_to_warehouse", "fields": goods})).json()
    task = card["tasks"][0]["id"]
    done = await sales.post(f"/api/tasks/{task}/finish", json={"files": [await upload(sales)]})
    assert done.status_code == 200, done.text
    moved = await sales.post(f"{deal}/move", json={"to": "send_invoice"})
    assert moved.status_code == 200, moved.text
    return deal


async def filled(sales: httpx.AsyncClient, deal: str, field: str, other_than: Any = None) -> dict[str, Any]:
    """The field's file, once it is there and another than that one."""
    async with asyncio.timeout(WAIT_SECONDS):
        while True:
            card = (await sales.get(deal)).json()
            file: dict[str, Any] | None = card["fields"].get(field)
            if file and file != other_than:
                return file
            assert card["attention"] is None, card["attention"]
            await asyncio.sleep(0.1)


async def download(sales: httpx.AsyncClient, file: dict[str, Any]) -> httpx.Response:
    answer = await sales.get(f"/api/files/{file['id']}")
    assert answer.status_code == 200, answer.text
    return answer


def offered(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in card["documents"]}


async def test_the_card_says_which_documents_can_be_made_and_what_they_lack(
    sales: httpx.AsyncClient, world: World
) -> None:
    deal = await to_invoice(sales, company={"name": "ООО «Опечатка»", "inn": "7707083894"})
    card = (await sales.get(deal)).json()
    [gate] = offered(card)["invoice"].pop("gates")
    assert (gate["id"], "7707083894" in gate["message"]["ru"]) == ("buyer.inn", True)
    assert offered(card)["invoice"] == {
        "id": "invoice",
        "title": {"ru": "Счет", "en": "Invoice"},
        "field": "invoice_file",
        "format": "pdf",
        "preparing": False,
        "ready": False,
        "missing": ["amount"],
    }
    asked = await sales.post(f"{deal}/documents/invoice", headers={"Accept-Language": "ru"})
    body = problem(asked, 422, "missing_fields")
    assert (body["missing"], [gate["id"] for gate in body["gates"]]) == (["amount"], ["buyer.inn"])
    assert "Заполните: сумма." in body["detail"]
    problem(await sales.post(f"{deal}/documents/letter"), 404, "unknown_document")
    right = await sales.post("/api/companies", json=BUYER)
    await sales.patch(deal, json={"amount": "100", "company": right.json()["id"]})
    asked = await sales.post(f"{deal}/documents/invoice", headers={"Idempotency-Key": "one"})
    assert (asked.status_code, offered(asked.json())["invoice"]["preparing"]) == (200, True)
    planned = [effect for effect in asked.json()["effects"] if effect["kind"] == "document"]
    assert [effect["status"] for effect in planned] == ["planned"]
    again = await sales.post(f"{deal}/documents/invoice", headers={"Idempotency-Key": "one"})
    assert again.json() == asked.json()
    problem(await sales.post(f"{deal}/documents/invoice"), 422, "nothing_to_do")
    await sales.post(f"{deal}/move", json={"to": "cancelled", "reason": "x"})
    assert (await sales.get(deal)).json()["documents"] == []


async def test_the_card_knows_own_requisites_as_soon_as_they_are_changed(
    sales: httpx.AsyncClient, director: httpx.AsyncClient
) -> None:
    deal = await to_invoice(sales, company=BUYER, amount="100")
    assert offered((await sales.get(deal)).json())["invoice"]["ready"]
    address = "/api/settings/requisites"
    known = (await director.get(address)).json()
    lacking = {**known, "requisites": {**known["requisites"], "account": ""}}
    assert (await director.put(address, json=lacking)).status_code == 200
    try:
        invoice = offered((await sales.get(deal)).json())["invoice"]
        assert [gate["id"] for gate in invoice["gates"]] == ["seller.account"]
    finally:
        await director.put(address, json=known)
    assert offered((await sales.get(deal)).json())["invoice"]["ready"]


async def test_an_invoice_is_made_paid_by_its_code_and_made_again_under_its_number(
    app: httpx.ASGITransport,
) -> None:
    async with person(app, "sales") as sales:
        deal = await to_invoice(sales, company=BUYER, amount="25000.50")
        assert (await sales.post(f"{deal}/documents/invoice")).status_code == 200
        first = await filled(sales, deal, "invoice_file")
        answer = await download(sales, first)
        assert answer.headers["content-type"] == "application/pdf"
        page = pypdfium2.PdfDocument(answer.content)[0]
        [code] = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
        assert code.text.startswith("ST00012|Name=Общество с ограниченной ответственностью «Воронка Демо»|")
        assert {"Sum=2500050", "PersonalAcc=40702810700000000901", "PayerINN=7707083893"} <= set(
            code.text.split("|")
        )
        rows = [{"title": "Приемка", "quantity": 100, "price": "170", "vat": 22}]
        changed = await sales.patch(deal, json={"amount": "17000", "fields": {"invoice_lines": rows}})
        assert changed.status_code == 200, changed.text
        assert (await sales.post(f"{deal}/documents/invoice")).status_code == 200
        second = await filled(sales, deal, "invoice_file", other_than=first)
        assert second["name"] == first["name"]
        page = pypdfium2.PdfDocument((await download(sales, second)).content)[0]
        text = " ".join(page.get_textpage().get_text_range().replace("\u00a0", " ").split())
        assert "Всего к оплате: 17 000,00" in text
        assert (await download(sales, first)).content == answer.content
        assert (await sales.post(f"{deal}/messages/invoice")).status_code == 200
        [sent] = [one for one in (await sales.get(deal)).json()["effects"] if one["kind"] == "message"]
        assert sent["detail"]["attachments"] == [second]


async def test_act_and_upd_are_made_by_themselves_when_a_sale_is_shipped(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales:
        body = {"pipeline": "sales_1c.sale", "title": "Насосы", "company": BUYER, "amount": "600000"}
        deal = f"/api/deals/{(await sales.post('/api/deals', json=body)).json()['id']}"
        assert (await sales.post(f"{deal}/claim")).status_code == 200
        offer, signed = await upload(sales), await upload(sales)
        fields = {
            "priority": "A", "offer_file": offer, "delivery_term": "10 дней", "payment_type": "prepaid",
            "offer_status": "agreed", "signed_contract": signed, "invoice_file": signed, "payment_date": "2026-12-01",
            "payment_plan": [{"percent": 100, "date": "2026-12-01"}],
        }  # fmt: skip
        moved = await sales.post(f"{deal}/move", json={"to": "shipped", "fields": fields})
        assert moved.status_code == 200, moved.text
        texts = {
            field: word_text((await download(sales, await filled(sales, deal, field))).content)
            for field in ("act_file", "upd_file")
        }
        assert "Всего оказано услуг на сумму 600 000,00 руб." in texts["act_file"].replace("\u00a0", " ")
        upd = texts["upd_file"].replace("\u00a0", " ")
        for said in (
            "Универсальный передаточный документ",
            "Статус: 1",
            "7707083893/773601001",
            "491 803,28",
            "108 196,72",
        ):
            assert said in upd, upd
        assert (await sales.post(f"{deal}/messages/acts")).status_code == 200
