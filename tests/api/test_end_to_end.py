"""The whole way on a real Temporal server, a real PostgreSQL and the real worker: HTTP in, HTTP out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from activities.documents import Documents
from embedded.temporal import TemporalServer
from settings import Settings
from store.files import from_url
from tests.api.helpers import FILLED, open_quote, open_task, problem, upload
from web import build_api
from worker import build_worker, register_search_attributes

QUEUE = "api-tests"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(engine: AsyncEngine, tmp_path_factory: object) -> AsyncIterator[httpx.ASGITransport]:
    with TemporalServer.temporary() as server:
        client = await Client.connect(server.address)
        await register_search_attributes(client)
        settings = Settings(task_queue=QUEUE, data=Path(str(tmp_path_factory.mktemp("data"))))  # type: ignore[attr-defined]
        documents = Documents(engine, from_url(settings.files()))
        async with build_worker(client, engine, QUEUE, documents=documents, checked=True):
            yield httpx.ASGITransport(build_api(client, engine, settings))


def person(app: httpx.ASGITransport, employee: str) -> httpx.AsyncClient:
    """A client with this employee's token."""
    headers = {"Authorization": f"Bearer {employee}-token"}
    return httpx.AsyncClient(transport=app, base_url="http://test", headers=headers, timeout=60)


async def test_a_quote_up_to_its_approval(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales, person(app, "director") as director:
        card = await open_quote(sales, company={"name": "Ромашка", "contract_signed": True, "inn": "1"})
        address = f"/api/deals/{card['id']}"
        problem(await sales.post(f"{address}/move", json={"to": "prepare_offer"}), 422, "missing_fields")
        fields = {**FILLED, "offer_file": await upload(sales), "offer_approver": "director"}
        moved = await sales.post(f"{address}/move", json={"to": "approve_offer", "fields": fields})
        assert moved.status_code == 200, moved.text
        problem(await sales.post(f"{address}/move", json={"to": "agreed"}), 422, "gate_not_met")
        task = f"/api/tasks/{open_task(moved.json(), 'approve_offer')['id']}"
        approved = await director.post(f"{task}/finish", json={"outcome": "approved"})
        assert approved.status_code == 200, approved.text
        problem(await director.post(f"{task}/finish", json={"outcome": "approved"}), 409, "task_closed")
        assert (await sales.get("/readyz")).json()["status"] == "ok"


async def test_one_key_opens_one_deal_on_temporal(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales:
        headers = {"Idempotency-Key": "e2e-open"}
        body = {"pipeline": "fulfilment.quote", "fields": FILLED}
        first = await sales.post("/api/deals", json=body, headers=headers)
        again = await sales.post("/api/deals", json=body, headers=headers)
        assert (first.status_code, again.json()) == (201, first.json())


async def test_a_closed_deal_wakes_up_to_be_reopened(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales:
        card = await open_quote(sales, fields=FILLED)
        address = f"/api/deals/{card['id']}"
        lost = await sales.post(f"{address}/move", json={"to": "refused", "reason": "Дорого"})
        assert lost.json()["status"] == "lost"
        reopened = await sales.post(f"{address}/reopen", json={"to": "prepare_offer"})
        assert (reopened.status_code, reopened.json()["stage"]) == (200, "prepare_offer"), reopened.text


async def test_signals_reach_open_and_closed_deals(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales:
        card = await open_quote(sales, fields=FILLED)
        address = f"/api/deals/{card['id']}"
        for words in ("открыта", "закрыта"):
            body, headers = {"text": words}, {"Prefer": "respond-async"}
            answer = await sales.post(f"{address}/comments", json=body, headers=headers)
            assert answer.status_code == 202, answer.text
            await eventually_said(sales, address, words)
            if words == "открыта":
                await sales.post(f"{address}/move", json={"to": "refused", "reason": "Дорого"})


async def eventually_said(client: httpx.AsyncClient, address: str, words: str) -> None:
    """Looks into the timeline until the comment is there."""
    async with asyncio.timeout(60):
        while True:
            items = (await client.get(f"{address}/timeline")).json()["items"]
            if words in [item["data"].get("text") for item in items]:
                return
            await asyncio.sleep(0.05)


async def test_a_refused_opening_is_a_problem(app: httpx.ASGITransport) -> None:
    async with person(app, "sales") as sales:
        answer = await sales.post(
            "/api/deals", json={"pipeline": "fulfilment.quote", "responsible": "nobody"}
        )
        problem(answer, 422, "unknown_employee")
