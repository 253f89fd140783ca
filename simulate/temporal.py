"""The temporal engine: the product's workflows and activities on the time-skipping server and a real PostgreSQL.

Every story has a server, a database and a worker of its own, so that no story's deals reach into another's time.
Commands go through the product's gateway. What the time-skipping server cannot do is kept out of here: lists,
several awaited results, a queue without a worker while time passes.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

import worker
from activities.documents import Documents
from api.errors import RefusedError, UnavailableError
from api.gateway import TemporalGateway
from domain import commands as cmd
from domain.approval.commands import Command as ApprovalCommand
from domain.approval.events import Recorded as ApprovalRecorded
from domain.approval.state import Approval
from domain.deal import Deal
from domain.errors import Refusal
from domain.events import Recorded
from domain.facts import Company, FileRef
from embedded import binaries
from embedded.postgres import Postgres
from simulate.engine import EngineFailure, World
from simulate.temporal_checks import NoLookAhead
from simulate.temporal_onec import SILENT
from simulate.temporal_skipping import skip
from simulate.temporal_unrest import approval_states, approval_unrest, deal_unrest
from simulate.virtual_clock import VirtualClock
from store import tables
from store.approvals import missed_by_approval
from store.decisions import missed
from store.definitions import publish
from store.files import DirectoryFiles
from store.migrate import upgrade
from store.organisation import save_organisation
from store.session import make_engine
from store.writes import NewFile, add_file, create_company

T = TypeVar("T")
_QUEUE = "stories"
_SETTLE_SECONDS = 45.0
_POLL_SECONDS = 0.01
_MOST_DRIFT = timedelta(seconds=50)  # moments are cut to the minute; see `virtual_clock`


class Laboratory:
    """A PostgreSQL server with a migrated database to copy; makes engines. Not for concurrent stories."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._migrated = False

    def engine(self) -> TemporalEngine:
        """An engine for one story."""
        return TemporalEngine(self._new_database)

    async def _new_database(self) -> str:
        if not self._migrated:
            await upgrade(self._server.url)
            self._migrated = True
        name = f"story_{next(self._numbers)}"
        template = make_url(self._server.url)
        administrator = create_async_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
        try:
            async with administrator.connect() as connection:
                await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.database}"))
        finally:
            await administrator.dispose()
        return template.set(database=name).render_as_string(hide_password=False)


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory with a server of its own, gone afterwards. ServerError where there is no PostgreSQL."""
    with Postgres.temporary() as server:
        yield Laboratory(server)


class TemporalEngine:
    """Plays one story."""

    def __init__(self, new_database: Callable[[], Awaitable[str]]) -> None:
        self._new_database = new_database
        self._stack = AsyncExitStack()
        self._clock = VirtualClock()
        self._numbers = itertools.count(1)
        self._opened: list[str] = []

    async def start(self, world: World) -> None:
        self._world = world
        self._now = world.start
        url = await self._new_database()
        self._database = make_engine(url, application="voronka simulate")
        self._stack.push_async_callback(self._database.dispose)
        await self._fill_database(world)
        folder = self._stack.enter_context(tempfile.TemporaryDirectory())
        self._documents = Documents(self._database, DirectoryFiles(Path(folder)))
        self._environment = await self._stack.enter_async_context(
            await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(binaries.time_skipping_server()), interceptors=[self._clock]
            )
        )
        await worker.register_search_attributes(self._environment.client)
        self._clock.ahead = world.start - await self._environment.get_current_time()
        self._gateway = TemporalGateway(self._environment.client, NoLookAhead(), _QUEUE)
        self._worker = await self._start_worker()
        self._stack.push_async_callback(self._stop_worker)

    async def keep_file(self, file: FileRef) -> None:
        content = file.name.encode()
        known = NewFile(
            id=file.id,
            name=file.name,
            size=len(content),
            type="application/octet-stream",
            sha256=hashlib.sha256(content).hexdigest(),
            uploaded_by="system",
        )
        async with self._database.begin() as connection:
            await add_file(connection, known)

    async def send(self, deal: str, command: cmd.Command, by: str) -> Refusal | None:
        id = f"step-{next(self._numbers)}"
        try:
            if isinstance(command, cmd.Open):
                await self._gateway.open(command, by, deal, id)
                self._opened.append(deal)
            else:
                await self._gateway.command(deal, command, by, id, wait=True)
        except RefusedError as refused:
            return refused.refusal
        except UnavailableError as error:
            raise EngineFailure(f"no answer to {command.type}: {error.detail.en}") from error
        await self.settle()
        return None

    async def send_approval(self, approval: str, command: ApprovalCommand, by: str) -> Refusal | None:
        id = f"step-{next(self._numbers)}"
        try:
            await self._gateway.approval(approval, command, by, id, wait=True)
        except RefusedError as refused:
            return refused.refusal
        except UnavailableError as error:
            raise EngineFailure(f"no answer to {command.type}: {error.detail.en}") from error
        await self.settle()
        return None

    async def approvals(self, deal: str) -> list[Approval]:
        known = {approval.id: approval for approval in await approval_states(self._database)}
        rounds = (await self.deal(deal)).approvals.values()
        return [known[one.approval] for one in rounds if one.approval in known]

    async def approval_events(self, approval: str) -> list[ApprovalRecorded]:
        return await self._read(lambda connection: missed_by_approval(connection, approval, 0))

    async def advance_to(self, moment: datetime) -> None:
        await self.settle()
        left = moment - self._clock.ahead - await self._environment.get_current_time()
        if left > timedelta(0):
            await skip(self._environment, left)
        self._now = moment
        await self.settle()

    async def settle(self) -> None:
        """Waits until PostgreSQL says that nothing is due, planned or unreported any more."""
        until = time.monotonic() + _SETTLE_SECONDS
        while unrest := await self._unrest():
            if time.monotonic() > until:
                raise EngineFailure(f"the deals do not come to rest: {unrest}")
            await asyncio.sleep(_POLL_SECONDS)
        drift = await self._environment.get_current_time() + self._clock.ahead - self._now
        if drift > _MOST_DRIFT:
            raise EngineFailure(f"this machine is too slow: the clock is {drift} ahead of the story")

    async def _unrest(self) -> str | None:
        deals, approvals = await self._states(), await approval_states(self._database)
        return deal_unrest(deals, self._now) or approval_unrest(deals, approvals, self._now)

    async def deals(self) -> list[str]:
        states = await self._states()
        ordered: list[str] = []

        def add(deal: str) -> None:
            if deal in states and deal not in ordered:
                ordered.append(deal)
                for child in states[deal].children.values():
                    add(child.deal)

        for deal in self._opened:
            add(deal)
        return sorted(ordered, key=lambda deal: states[deal].opened_at)

    async def deal(self, deal: str) -> Deal:
        return (await self._states())[deal]

    async def events(self, deal: str) -> list[Recorded]:
        return await self._read(lambda connection: missed(connection, deal, 0))

    async def company(self, company: str) -> Company | None:
        table = tables.companies
        query = select(table.c.id, table.c.name, table.c.fields).where(table.c.id == company)
        async with self._database.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return Company(id=row.id, name=row.name, fields=row.fields) if row else None

    async def restart_worker(self) -> None:
        await self._stop_worker()
        self._worker = await self._start_worker()

    async def close(self) -> None:
        await self._stack.aclose()

    async def _fill_database(self, world: World) -> None:
        async with self._database.begin() as connection:
            await save_organisation(connection, world.organisation)
            for pipeline in world.definitions.values():
                await publish(connection, pipeline, "")
            for company in world.companies:
                await create_company(connection, company.id, company.name, company.fields)

    async def _start_worker(self) -> Worker:
        # This server never takes a task back from a worker that is gone, so what restarts keeps no deal cached.
        cached = 0 if self._world.restarts else worker.CACHED_DEALS
        made = worker.build_worker(
            self._environment.client,
            self._database,
            _QUEUE,
            cached_deals=cached,
            onec=SILENT,
            documents=self._documents,
            checked=True,
        )
        self._running = asyncio.create_task(made.run())
        return made

    async def _stop_worker(self) -> None:
        await self._worker.shutdown()
        await self._running

    async def _states(self) -> dict[str, Deal]:
        table = tables.deals
        async with self._database.connect() as connection:
            rows = await connection.execute(select(table.c.id, table.c.state))
            return {row.id: Deal.model_validate(row.state) for row in rows}

    async def _read(self, query: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._database.connect() as connection:
            return await query(connection)
