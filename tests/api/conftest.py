"""A real PostgreSQL with the demo organisation, the application in this process, no Temporal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import BaseRoute

from activities.decisions import Decisions
from api.app import create_app, make_deps
from api.auth import token_hash
from api.deps import Deps
from api.errors import RefusedError
from api.gateway import Answer, Opening
from api.precheck import Precheck
from domain import wire
from domain.approval.commands import Command as ApprovalCommand
from domain.command_json import write_command
from domain.commands import Command, Open
from domain.errors import Refusal
from domain.loading import load_directory
from embedded.postgres import Postgres
from store.decisions import Overtaken
from store.definitions import DefinitionCache, publish
from store.files import DirectoryFiles
from store.migrate import upgrade
from store.organisation import OrganisationCache, save_organisation
from store.organisation_file import parse_organisation
from store.session import make_engine
from store.writes import add_token

ROOT = Path(__file__).resolve().parents[2]
MakeApp = Callable[[Deps], FastAPI]


class DirectGateway:
    """Decides at once by the product's own activity: only Temporal is left out. `sent`: what got here."""

    def __init__(self, decisions: Decisions, checks: Precheck) -> None:
        self._decisions = decisions
        self._checks = checks
        self.sent: list[Command] = []
        self.failure: Exception | None = None  # raised once, after the command was carried out
        self.reachable = True

    async def command(self, deal_id: str, command: Command, by: str, command_id: str, wait: bool) -> Answer:
        if not wait:
            await self._checks.exists(deal_id)
            await self._decide(deal_id, command, by, command_id, signal=True)
            return Answer()
        known = await self._checks.command(deal_id, command, by, command_id)
        return known or await self._decide(deal_id, command, by, command_id)

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer:
        planned = await self._checks.open(open_, by, deal_id, command_id)
        if isinstance(planned, Opening):
            return await self._decide(deal_id, open_, by, command_id)
        return planned

    async def approval(
        self, approval_id: str, command: ApprovalCommand, by: str, command_id: str, wait: bool
    ) -> Answer:
        """What the look ahead says; approvals begin in workflows, and there are none here."""
        if not wait:
            await self._checks.approval_exists(approval_id)
        return await self._checks.approval(approval_id, command, by, command_id) or Answer()

    async def ready(self) -> bool:
        return self.reachable

    async def _decide(
        self, deal_id: str, command: Command, by: str, command_id: str, signal: bool = False
    ) -> Answer:
        self.sent.append(command)
        request = wire.Request(
            deal=deal_id,
            seq=0,
            id=command_id,
            by=by,
            now=datetime.now(UTC).isoformat(),
            signal=signal,
            command=write_command(command),
        )
        try:
            answer = await self._decisions.decide(request)
        except Overtaken:  # Temporal tries a decision again that another transaction overtook
            answer = await self._decisions.decide(request)
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        if answer["refusal"] and not signal:
            raise RefusedError(Refusal.model_validate(answer["refusal"]))
        return Answer(answer["seq"])


@dataclass(frozen=True)
class World:
    """One application and what stands behind it."""

    app: FastAPI
    engine: AsyncEngine
    gateway: DirectGateway

    def client(self, employee: str | None = "sales", **headers: str) -> httpx.AsyncClient:
        """A client with this employee's token."""
        if employee:
            headers["Authorization"] = f"Bearer {employee}-token"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://test", headers=headers
        )


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    with Postgres.temporary() as server:
        yield server.url


@pytest_asyncio.fixture(scope="session")
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    await upgrade(database_url)
    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await fill(connection)
    yield engine
    await engine.dispose()


async def fill(connection: Any) -> None:
    """The demo organisation, its pipelines, and a token `{employee}-token` for everybody."""
    file = ROOT / "pipelines" / "organisation.yaml"
    organisation = parse_organisation(file.read_text("utf-8"), file.name)
    await save_organisation(connection, organisation)
    loaded = load_directory(ROOT / "pipelines", set(organisation.role_titles))
    for name, pipeline in loaded.pipelines.items():
        await publish(connection, pipeline, loaded.sources[name])
    for employee in organisation.employees:
        await add_token(connection, token_hash(f"{employee}-token"), employee, "test")


@pytest.fixture(scope="session")
def make_app() -> MakeApp:
    """`create_app`, with the routes that all applications have alike taken over from the first.

    The framework makes them ready when an application is first called: 0.2 s, for each of five hundred tests.
    """
    ready: dict[int, BaseRoute] = {}

    def make(deps: Deps) -> FastAPI:
        app = create_app(deps)
        routers = [id(getattr(route, "original_router", route)) for route in app.routes]
        if not ready:
            ready.update(zip(routers, app.routes, strict=True))
        routes = zip(routers, app.routes, strict=True)
        app.router.routes[:] = [ready.get(router, route) for router, route in routes]
        return app

    return make


@pytest.fixture
def world(engine: AsyncEngine, make_app: MakeApp, tmp_path: Path) -> World:
    definitions, organisations = DefinitionCache(engine), OrganisationCache()
    checks = Precheck(engine, definitions, organisations)
    gateway = DirectGateway(Decisions(engine, definitions, organisations), checks)
    deps = make_deps(engine, gateway, DirectoryFiles(tmp_path), definitions, organisations)
    return World(make_app(deps), engine, gateway)


@pytest_asyncio.fixture
async def sales(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("sales") as client:
        yield client


@pytest_asyncio.fixture
async def director(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("director") as client:
        yield client


@pytest_asyncio.fixture
async def world_clients(world: World) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A client for each of three people."""
    clients = {name: world.client(name) for name in ("sales", "director", "warehouse")}
    yield clients
    for client in clients.values():
        await client.aclose()
