"""One approval on the real servers: commands to its workflow, and what PostgreSQL holds of it."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from temporalio.client import RPCError, WithStartWorkflowOperation, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCStatusCode

from domain.approval.events import Recorded
from domain.approval.state import Approval
from domain.loading import load_text
from store import tables
from store.approvals import load_approval, missed_by_approval
from store.definitions import publish
from store.session import make_engine
from tests.live import FILE, RPC, Live, LiveDeal, prepare
from tests.workflows.patience import eventually, insist
from workflows import policies

PIPELINE = "approvals.contract"
CONTRACT = Path(__file__).parent / "pipelines" / "contract.yaml"


@dataclass(frozen=True)
class LiveApproval:
    """The approval that a deal has started."""

    live: Live
    deal: LiveDeal
    id: str
    handle: WorkflowHandle[Any, Any]

    async def do(self, name: str, *, by: str, command: str | None = None, **fields: Any) -> int:
        """Sends the command until it is answered, under one id. WorkflowUpdateFailedError: it is refused."""
        id = command or str(uuid.uuid4())
        message, update = {**fields, "by": by, "id": id}, str(uuid.uuid4())
        return int((await insist(lambda: self._update(name, message, update), within=60))["seq"])

    async def _update(self, name: str, payload: dict[str, Any], id: str) -> Any:
        try:
            return await self.handle.execute_update(name, payload, id=id, rpc_timeout=RPC)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
            policies.APPROVAL,
            {"approval": self.id, "resume": True},
            id=self.handle.id,
            task_queue=self.live.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.live.client.execute_update_with_start_workflow(
            name, payload, start_workflow_operation=operation, id=id, rpc_timeout=RPC
        )

    async def outcome(self, name: str, *, by: str, **fields: Any) -> str:
        """`done`, or the code of the refusal."""
        try:
            await self.do(name, by=by, **fields)
        except WorkflowUpdateFailedError as error:
            return str(error.cause.type) if isinstance(error.cause, ApplicationError) else str(error)
        return "done"

    async def stored(self) -> Approval:
        """The approval as PostgreSQL has it."""
        async with self.live.engine.connect() as connection:
            found = (await load_approval(connection, self.id, lock=False)).approval
        assert found is not None
        return found

    async def record(self) -> list[Recorded]:
        async with self.live.engine.connect() as connection:
            return await missed_by_approval(connection, self.id, 0)

    async def ended(self) -> bool:
        """Whether it is finished and the deal knows."""
        approval = await self.stored()
        return approval.is_quiet() and await self.deal.has("approval_ended")

    async def reports(self) -> int:
        """How many reports of the end are in the deal's ledger."""
        table = tables.commands
        query = select(func.count()).where(table.c.deal_id == self.deal.id, table.c.type == "approval_done")
        async with self.live.engine.connect() as connection:
            return await connection.scalar(query) or 0


async def prepare_approvals(url: str) -> None:
    """A database as `tests.live.prepare` makes it, and the pipeline with approvals."""
    await prepare(url)
    definition = load_text(CONTRACT.read_text("utf-8"), CONTRACT.name)
    assert not isinstance(definition, list), definition
    engine = make_engine(url)
    async with engine.begin() as connection:
        await publish(connection, definition, CONTRACT.name)
    await engine.dispose()


async def an_approval(live: Live, **fields: Any) -> LiveApproval:
    """A deal of 100 000 whose documents are with the lawyer."""
    deal = await live.open(PIPELINE, contract_file=FILE)
    await deal.do("fill", amount=100000, fields=fields)
    await deal.do("move", to="approval")
    return await the_approval(deal)


async def the_approval(deal: LiveDeal, key: str = "documents") -> LiveApproval:
    """The deal's approval under this key, once it has begun."""

    async def begun() -> str | None:
        id = (await deal.stored()).approvals[key].approval
        async with deal.live.engine.connect() as connection:
            return id if (await load_approval(connection, id, lock=False)).approval else None

    id = str(await eventually(begun))
    handle = deal.live.client.get_workflow_handle(policies.approval_workflow_id(id))
    return LiveApproval(deal.live, deal, id, handle)


def shuffled(seed: int, *calls: Any) -> list[Any]:
    """The calls in the order of this seed."""
    random.Random(seed).shuffle(order := list(calls))
    return order
