"""A trader with 1C: the product on its real servers behind a real port, 1C's double and a mail server beside it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

import worker
from activities.delivery import Delivery
from activities.documents import Documents
from domain.folders import TEMPLATES
from embedded.temporal import TemporalServer
from settings import Settings
from store import intake
from store.files import from_url
from tests.api.helpers import open_task, upload
from tests.messages.house import by_mail
from tests.messages.sinks import MailSink, mail_sink
from tests.onec.double import PASSWORD, SECRET, Double
from web import build_app

QUEUE = "trader"
WAIT_SECONDS = 60.0
NEVER = 100_000.0  # seconds between two looks at 1C: words come by its messages alone

T = TypeVar("T")


async def until(read: Callable[[], Awaitable[T]], so: Callable[[T], Any]) -> T:
    """What is read, as soon as it is so. AssertionError with the last of it when that takes too long."""
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        seen = await read()
        if so(seen):
            return seen
        assert asyncio.get_running_loop().time() < deadline, seen
        await asyncio.sleep(0.05)


@dataclass
class Trader:
    """The running house. `onec` is restarted without its messages by `mute`."""

    engine: AsyncEngine
    temporal: Client
    settings: Settings
    address: str
    onec: Double
    folder: Path
    mail: MailSink

    def person(self, employee: str) -> httpx.AsyncClient:
        """A client with this employee's token."""
        headers = {"Authorization": f"Bearer {employee}-token"}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=60, trust_env=False)

    def mute(self) -> None:
        """1C goes on with its data and under its address, and sends no messages any more."""
        self.onec.stop()
        silent = Double(self.folder)
        silent.url = self.onec.url
        silent.start()
        self.onec = silent

    @contextlib.asynccontextmanager
    async def polling(self) -> AsyncIterator[None]:
        """1C is looked at all the time, as the worker does it."""
        often = self.settings.model_copy(update={"onec_poll_seconds": 0.1})
        async with worker.onec(often, self.engine, self.temporal):
            yield


@contextlib.asynccontextmanager
async def trader(engine: AsyncEngine, folder: Path) -> AsyncIterator[Trader]:
    """Everything on, over a prepared database."""
    async with engine.begin() as connection:
        await intake.add_secret(connection, "1c", SECRET, datetime.now(UTC), timedelta(0))
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    onec = Double(folder / "1c", "--hook-url", f"{address}/api/hooks/1c", "--hook-pace", "0.01")
    onec.start()
    settings = Settings(
        task_queue=QUEUE,
        data=folder,
        onec_url=onec.url,
        onec_password=PASSWORD,
        onec_poll_seconds=NEVER,
    )
    try:
        with TemporalServer.temporary() as server:
            client = await Client.connect(server.address)
            await worker.register_search_attributes(client)
            async with mail_sink() as mail, _serving(client, engine, settings, listener):
                house = Trader(engine, client, settings, address, onec, folder / "1c", mail)
                async with _working(house):
                    yield house
                onec = house.onec
    finally:
        onec.kill()


@contextlib.asynccontextmanager
async def _serving(
    client: Client, engine: AsyncEngine, settings: Settings, listener: socket.socket
) -> AsyncIterator[None]:
    config = uvicorn.Config(build_app(client, engine, settings), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@contextlib.asynccontextmanager
async def _working(house: Trader) -> AsyncIterator[None]:
    settings, files = house.settings, from_url(house.settings.files())
    async with (
        worker.onec(settings, house.engine, house.temporal) as spoken,
        worker.build_worker(
            house.temporal,
            house.engine,
            QUEUE,
            delivery=Delivery(house.engine, by_mail(house.mail), files),
            onec=spoken,
            documents=Documents(house.engine, files, settings.pipelines / TEMPLATES),
            checked=True,
        ),
    ):
        yield


class Sale:
    """One deal as its people work on it over HTTP."""

    def __init__(self, seller: httpx.AsyncClient, id: str) -> None:
        self._seller = seller
        self.id = id

    async def card(self) -> dict[str, Any]:
        """The card as it is now."""
        return await _read(self._seller.get(f"/api/deals/{self.id}"))

    async def post(self, path: str, by: httpx.AsyncClient | None = None, **body: Any) -> dict[str, Any]:
        """A command to the deal; the card afterwards."""
        return await _read((by or self._seller).post(f"/api/deals/{self.id}/{path}", json=body))

    async def fill(self, *files: str, **values: Any) -> dict[str, Any]:
        """Fills fields; each of `files` with an upload."""
        fields = values | {name: await upload(self._seller) for name in files}
        return await _read(self._seller.patch(f"/api/deals/{self.id}", json={"fields": fields}))

    async def move(self, to: str) -> dict[str, Any]:
        """Moves by hand."""
        return await self.post("move", to=to)

    async def finish(self, key: str, by: httpx.AsyncClient | None = None, **how: Any) -> dict[str, Any]:
        """Finishes the open task of this key, with a file where `file` is true."""
        who = by or self._seller
        if how.pop("file", False):
            how["files"] = [await upload(who)]
        task = open_task(await self.card(), key)["id"]
        return await _read(who.post(f"/api/tasks/{task}/finish", json=how))

    async def approve(self, approver: httpx.AsyncClient) -> None:
        """Approves what waits for this person in the deal, once it does."""

        async def waiting() -> list[dict[str, Any]]:
            query = {"assignee": "me", "status": "pending", "deal": self.id}
            items: list[dict[str, Any]] = (await _read(approver.get("/api/approvals", params=query)))["items"]
            return items

        [one] = await until(waiting, bool)
        await _read(approver.post(f"/api/approvals/{one['id']}/decide", json={"decision": "approve"}))

    async def child(self, pipeline: str) -> Sale:
        """The deal of this pipeline that this one has opened, once it is there."""
        card = await until(self.card, lambda card: _linked(card, pipeline))
        return Sale(self._seller, _linked(card, pipeline)[0])

    async def through(self) -> None:
        """Takes a deal of a department through its work."""
        await self.move("in_progress")
        await self.move("done")


def _linked(card: dict[str, Any], pipeline: str) -> list[str]:
    return [link["deal"] for link in card["links"] if link["pipeline"] == pipeline]


async def _read(call: Awaitable[httpx.Response]) -> dict[str, Any]:
    answer = await call
    assert answer.status_code in (200, 201), answer.text
    body: dict[str, Any] = answer.json()
    return body
