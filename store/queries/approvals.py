"""Approvals: lists of them, what one person has to decide, and their records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.approval.events import Recorded
from domain.approval.state import Approval
from domain.base import Text
from store import tables
from store.approvals import missed_by_approval
from store.queries.paging import Order, Page
from store.queries.wanted import Wanted, equal

_approvals, _seats, _deals = tables.approvals, tables.approval_seats, tables.deals
_ORDER = Order("approvals", (_approvals.c.started_at, _approvals.c.id), descending=True)


@dataclass(frozen=True)
class ApprovalRow:
    """An approval in a list. `waits_for`: who is asked now, in `step`; `deadline` is the step's."""

    id: str
    deal: str
    key: str
    title: Text
    status: str
    step: str | None
    step_title: Text | None
    waits_for: list[str]
    deadline: datetime | None
    started_at: datetime
    ended_at: datetime | None
    deal_title: str
    pipeline: str


async def list_approvals(connection: AsyncConnection, wanted: Wanted) -> Page[ApprovalRow]:
    """A page of approvals, newest first; of a person: those that wait for them now. InvalidCursor."""
    conditions = equal((_approvals.c.status, wanted.status), (_approvals.c.deal_id, wanted.deal))
    if wanted.assignee is not None:
        mine = _seats.c.approval_id == _approvals.c.id, _seats.c.assignee == wanted.assignee
        conditions.append(exists().where(*mine, _seats.c.status == "open"))
    columns = _approvals.c.state, _deals.c.title.label("deal_title"), _deals.c.pipeline
    query = select(*columns).join(_deals, _deals.c.id == _approvals.c.deal_id).where(*conditions)
    return await _ORDER.page(connection, query, wanted.cursor, wanted.limit, _row)


async def approvals_of(connection: AsyncConnection, deal_id: str) -> list[Approval]:
    """The deal's approvals, in the order they were started."""
    query = select(_approvals.c.state).where(_approvals.c.deal_id == deal_id)
    rows = await connection.execute(query.order_by(_approvals.c.started_at, _approvals.c.id))
    return [Approval.model_validate(state) for state in rows.scalars()]


async def find_approval(connection: AsyncConnection, approval_id: str) -> Approval | None:
    """The approval, or None."""
    state = await connection.scalar(select(_approvals.c.state).where(_approvals.c.id == approval_id))
    return Approval.model_validate(state) if state is not None else None


async def approvals_with_agenda(connection: AsyncConnection) -> list[str]:
    """Ids of approvals in which something is scheduled, the most urgent first."""
    waiting = _approvals.c.next_due.isnot(None)
    query = select(_approvals.c.id).where(waiting).order_by(_approvals.c.next_due)
    return list(await connection.scalars(query))


async def approval_history(connection: AsyncConnection, approval_id: str) -> list[Recorded]:
    """Everything that happened to the approval, newest first."""
    return (await missed_by_approval(connection, approval_id, 0))[::-1]


def _row(row: Any) -> ApprovalRow:
    approval = Approval.model_validate(row.state)
    step = approval.step if approval.status == "pending" else None
    return ApprovalRow(
        id=approval.id,
        deal=approval.deal,
        key=approval.key,
        title=approval.title,
        status=approval.status,
        step=step.plan.id if step else None,
        step_title=step.plan.title if step else None,
        waits_for=[seat.person for seat in approval.undecided()],
        deadline=step.deadline if step else None,
        started_at=approval.started_at,
        ended_at=approval.ended_at,
        deal_title=row.deal_title,
        pipeline=row.pipeline,
    )
