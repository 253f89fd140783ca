"""A fulfilment client through all five pipelines over HTTP, on the real Temporal server, PostgreSQL and worker."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.api.helpers import open_task, upload
from tests.api.test_end_to_end import app, person

__all__ = ["app"]
WAIT_SECONDS = 60.0


class Manager:
    """Works on one deal after another as sales, with the colleagues' clients at hand."""

    def __init__(self, sales: httpx.AsyncClient, deal: str) -> None:
        self._sales = sales
        self.deal = deal

    async def card(self) -> dict[str, Any]:
        card: dict[str, Any] = (await self._sales.get(f"/api/deals/{self.deal}")).json()
        return card

    async def move(self, to: str, *files: str, **fields: Any) -> dict[str, Any]:
        """Moves; `files` are file fields to fill with an upload each, `amount` is the card's."""
        if "amount" in fields:
            paid = await self._sales.patch(f"/api/deals/{self.deal}", json={"amount": fields.pop("amount")})
            assert paid.status_code == 200, paid.text
        uploaded = {name: await upload(self._sales) for name in files}
        answer = await self._sales.post(
            f"/api/deals/{self.deal}/move", json={"to": to, "fields": {**fields, **uploaded}}
        )
        assert answer.status_code == 200, answer.text
        card: dict[str, Any] = answer.json()
        return card

    async def finish(self, colleague: httpx.AsyncClient, key: str, **how: Any) -> dict[str, Any]:
        task = open_task(await self.card(), key)["id"]
        answer = await colleague.post(f"/api/tasks/{task}/finish", json=how)
        assert answer.status_code == 200, answer.text
        card: dict[str, Any] = answer.json()
        return card

    async def made(self, field: str) -> dict[str, Any]:
        """The file in this field, once it has been made."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                if file := (await self.card())["fields"].get(field):
                    return dict(file)
                await asyncio.sleep(0.1)

    async def next_deal(self, pipeline: str) -> Manager:
        """The deal of this pipeline that the present one has opened, once it is there."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                links = (await self.card())["links"]
                found = [link["deal"] for link in links if link["pipeline"] == pipeline]
                if found:
                    return Manager(self._sales, found[0])
                await asyncio.sleep(0.1)


async def test_a_client_from_quote_to_delivered(app: httpx.ASGITransport) -> None:
    async with (
        person(app, "sales") as sales,
        person(app, "director") as director,
        person(app, "lawyer") as lawyer,
        person(app, "warehouse") as warehouse,
    ):
        company = {"name": "ООО «Ромашка»", "inn": "7707083893"}
        asked = {"pipeline": "fulfilment.quote", "title": "Хранение 200 коробов", "company": company}
        opened = await sales.post("/api/deals", json=asked)
        quote = Manager(sales, opened.json()["id"])
        await quote.move(
            "prepare_offer", contact_name="Иван", contact_phone="+79990000000", request="200 коробок"
        )
        await quote.move("approve_offer", "offer_file", offer_approver="director")
        await quote.finish(director, "approve_offer", outcome="approved")
        await quote.move("agree_with_client")
        assert (await quote.move("agreed"))["status"] == "won"

        contract = await quote.next_deal("fulfilment.contract")
        assert (await contract.card())["title"] == "Хранение 200 коробов"
        await contract.move("check_counterparty", checker="lawyer")
        checked = await contract.finish(
            lawyer, "check_counterparty", outcome="passed", result="Замечаний нет"
        )
        assert checked["stage"] == "draft_contract"
        assert (await contract.made("contract_draft"))["name"].startswith("Договор № 1 от ")
        await contract.move("send_contract")
        signed = await contract.move("signed", "signed_contract")
        assert (signed["status"], signed["company"]["fields"]["contract_signed"]) == ("won", True)

        receiving = await quote.next_deal("fulfilment.receiving")
        goods = {"goods": "Посуда", "expected_date": "2027-03-01", "warehouse_employee": "warehouse"}
        await receiving.move("send_to_warehouse", **goods)
        await receiving.finish(warehouse, "receive_goods", comment="Принято", files=[await upload(warehouse)])
        await receiving.move("await_payment", "invoice_file", amount="25000")
        assert (await receiving.move("closed"))["status"] == "won"

        processing = await receiving.next_deal("fulfilment.processing")
        await processing.move(
            "send_to_warehouse", processing_request="По две", warehouse_employee="warehouse"
        )
        sample = [await upload(sales)]
        await processing.move("samples_approved", sample_media=sample)
        await processing.finish(warehouse, "process_goods", comment="Готово", files=[await upload(warehouse)])
        await processing.move("await_payment", "invoice_file", amount="18000")
        assert (await processing.move("completed"))["status"] == "won"

        shipping = await processing.next_deal("fulfilment.shipping")
        await shipping.move("send_to_warehouse", destination="Казань")
        task = open_task(await shipping.card(), "ship_goods")["id"]
        listed = {"text": "Собрали", "result": True, "files": [await upload(warehouse)]}
        assert (await warehouse.post(f"/api/tasks/{task}/comments", json=listed)).status_code == 200
        early = await warehouse.post(f"/api/tasks/{task}/finish", json={"files": [await upload(warehouse)]})
        assert early.status_code == 422, "goods leave only after payment"
        await shipping.move("paid", "invoice_file", amount="7000")
        await shipping.finish(warehouse, "ship_goods", comment="Отгрузили", files=[await upload(warehouse)])
        await shipping.move("send_documents", "closing_documents")
        delivered = await shipping.move("delivered", "signed_documents")
        assert (delivered["status"], delivered["fields"]["request"]) == ("won", "200 коробок")
        assert delivered["title"] == "Хранение 200 коробов"
