"""The product on its real servers, for tests: a prepared PostgreSQL, a worker in this process, deals.

`deal.do` sends a command as the gateway does (an update, the command's id in its message), `deal.tell` as a signal.
"""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import (
    Client,
    RPCError,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCStatusCode

from activities.documents import Documents
from domain.deal import Deal
from domain.events import Recorded
from domain.loading import load_text
from store import tables, writes
from store.decisions import missed
from store.definitions import publish
from store.files import DirectoryFiles
from store.migrate import upgrade
from store.organisation import save_organisation
from store.organisation_file import parse_organisation
from store.session import make_engine
from tests.workflows.patience import eventually, insist
from worker import build_worker
from workflows import policies

ORGANISATION = Path(__file__).resolve().parent.parent / "pipelines" / "organisation.yaml"
PIPELINES = Path(__file__).resolve().parent / "workflows" / "pipelines"
FILE = "00000000-0000-4000-8000-00000000f11e"  # known to every prepared database, as offer.pdf
IDENTITY = "test"  # instead of pid@machine, which has no place in a recorded history
__all__ = ["FILE", "Live", "LiveDeal", "eventually", "prepare", "running"]
RPC = timedelta(seconds=60)  # a busy machine answers late; tests give up later still


async def prepare(url: str) -> None:
    """A migrated database with the demo organisation, the definitions for these tests, and a file."""
    await upgrade(url)
    engine = make_engine(url)
    organisation = parse_organisation(ORGANISATION.read_text(), ORGANISATION.name)
    async with engine.begin() as connection:
        await save_organisation(connection, organisation)
        offer = writes.NewFile(FILE, "offer.pdf", 1, "application/pdf", "0" * 64, "sales")
        await writes.add_file(connection, offer)
        for path in sorted(PIPELINES.glob("*.yaml")):
            definition = load_text(path.read_text(), path.name)
            assert not isinstance(definition, list), definition
            await publish(connection, definition, path.name)
    await engine.dispose()


@dataclass(frozen=True)
class Live:
    """The running product: what tests start deals with, and look at."""

    client: Client
    engine: AsyncEngine
    queue: str

    async def open(
        self,
        pipeline: str,
        *,
        id: str = "",
        company: str = "",
        start: dict[str, Any] | None = None,
        **fields: Any,
    ) -> LiveDeal:
        """Opens a deal by update-with-start, as the gateway does, with `responsible: sales`."""
        deal = self.deal(id or str(uuid.uuid4()))
        command = {"type": "open", "pipeline": pipeline, "responsible": "sales", "fields": fields}
        command |= {"company": company} if company else {}
        argument = {"deal": deal.id, "open": command, "by": "sales", "command": "open", **(start or {})}
        await insist(
            lambda: self.client.execute_update_with_start_workflow(
                "opened", start_workflow_operation=self.start(deal.id, argument), id="open", rpc_timeout=RPC
            )
        )
        return deal

    def deal(self, id: str) -> LiveDeal:
        """The deal of this id."""
        return LiveDeal(self, id, self.client.get_workflow_handle(policies.workflow_id(id)))

    def start(self, id: str, argument: dict[str, Any]) -> WithStartWorkflowOperation[Any, Any]:
        """Starts the deal's workflow unless it runs."""
        return WithStartWorkflowOperation(
            policies.DEAL,
            argument,
            id=policies.workflow_id(id),
            task_queue=self.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=policies.WORKFLOW_TASK_TIMEOUT,
        )

    async def company(self, **fields: Any) -> str:
        """A new client's company."""
        id = str(uuid.uuid4())
        async with self.engine.begin() as connection:
            await writes.create_company(connection, id, "Romashka", {"inn": "7707083893", **fields})
        return id


@dataclass(frozen=True)
class LiveDeal:
    """One deal: commands to its workflow, and what PostgreSQL holds of it."""

    live: Live
    id: str
    handle: WorkflowHandle[Any, Any]

    async def do(self, name: str, *, by: str = "sales", command: str | None = None, **fields: Any) -> int:
        """Sends the command until it is answered, under one id. WorkflowUpdateFailedError: it is refused."""
        id = command or str(uuid.uuid4())
        message, update = {**fields, "by": by, "id": id}, str(uuid.uuid4())
        result = await insist(lambda: self._update(name, message, update))
        return int(result["seq"])

    async def _update(self, name: str, payload: dict[str, Any], id: str) -> Any:
        try:
            return await self.handle.execute_update(name, payload, id=id, rpc_timeout=RPC)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        operation = self.live.start(self.id, {"deal": self.id, "resume": True})
        return await self.live.client.execute_update_with_start_workflow(
            name, payload, start_workflow_operation=operation, id=id, rpc_timeout=RPC
        )

    async def refusal(self, name: str, **fields: Any) -> ApplicationError:
        """The refusal that the command must meet with."""
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await self.do(name, **fields)
        assert isinstance(caught.value.cause, ApplicationError)
        return caught.value.cause

    async def tell(self, name: str, *, by: str = "sales", **fields: Any) -> None:
        """Sends the command as a signal."""
        await self.handle.signal(name, {**fields, "by": by}, rpc_timeout=RPC)

    async def card(self) -> Deal:
        """The deal as its workflow knows it."""
        return Deal.model_validate(await self.handle.query("card"))

    async def stored(self) -> Deal:
        """The deal as PostgreSQL has it."""
        async with self.live.engine.connect() as connection:
            query = select(tables.deals.c.state).where(tables.deals.c.id == self.id)
            return Deal.model_validate(await connection.scalar(query))

    async def knows_all(self) -> bool:
        """Whether the workflow's deal is PostgreSQL's; events that are only told to people move no `at` there."""
        stored = await self.stored()
        return (await self.card()).model_copy(update={"at": stored.at}) == stored

    async def record(self) -> list[Recorded]:
        """All events, in order."""
        async with self.live.engine.connect() as connection:
            return await missed(connection, self.id, 0)

    async def has(self, event: str, times: int = 1) -> bool:
        """Whether so many events of this type are on record."""
        return sum(recorded.event.type == event for recorded in await self.record()) >= times

    async def size(self) -> tuple[int, int]:
        """The present run's history: events, bytes."""
        info = (await self.handle.describe()).raw_description.workflow_execution_info
        return info.history_length, info.history_size_bytes


@contextlib.asynccontextmanager
async def running(
    url: str, address: str, *, worker: bool = True, onec: Sequence[Callable[..., Any]] = ()
) -> AsyncIterator[Live]:
    """The product on a prepared database, with a task queue, and usually a worker, of its own."""
    client = await Client.connect(address, identity=IDENTITY)
    engine = make_engine(url)
    live = Live(client, engine, f"test-{uuid.uuid4().hex[:8]}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            documents = Documents(engine, DirectoryFiles(Path(folder)))
            made = (
                build_worker(client, engine, live.queue, documents=documents, onec=onec, checked=True)
                if worker
                else None
            )
            async with made or contextlib.nullcontext():
                yield live
    finally:
        await engine.dispose()
