"""The board: a pipeline's open deals and those closed lately, each with what comes next in it.

Four short statements over one set of deals, so that a thousand of them stay cheap: no deal's state is parsed, except
for the calls of pipelines that plan any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, desc, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from store import tables

MOST_OPEN, MOST_CLOSED = 3000, 300
_deals, _companies, _tasks = tables.deals, tables.companies, tables.tasks
_asked, _approvals, _seats = tables.assignments, tables.approvals, tables.approval_seats

Kind = Literal["task", "call", "approval", "assignment", "agenda"]


@dataclass(frozen=True)
class Next:
    """The nearest thing to be done. `title` is None for a call or a timer, `at` for what has no deadline."""

    kind: Kind
    title: Text | None
    at: datetime | None


@dataclass(frozen=True)
class BoardCard:
    """A deal as the board shows it. `seq` grows with each change of the deal; `links`: deals of its chain."""

    id: str
    title: str
    stage: str
    status: str
    definition: str
    responsible: str
    company_id: str | None
    company: str | None
    contract_signed: bool | None
    amount: Decimal | None
    opened_at: datetime
    moved_at: datetime
    attention: Text | None
    seq: int
    open_tasks: int
    overdue_tasks: int
    links: int
    next: Next | None


@dataclass(frozen=True)
class _Work:
    """What is to be done in one deal, by kind."""

    nearest: Next
    open: int = 0
    overdue: int = 0


async def board_cards(
    connection: AsyncConnection,
    pipeline: str,
    *,
    closed_since: datetime,
    now: datetime,
    ids: Collection[str] | None = None,
    with_calls: bool = True,
) -> list[BoardCard]:
    """The board's cards, the longest-standing in their stage first; with `ids`, those of them that are on it.

    At most MOST_OPEN open and MOST_CLOSED closed deals, the latest. `with_calls`: look for planned calls.
    """
    shown = await _shown(connection, pipeline, closed_since, ids, with_calls)
    if not shown:
        return []
    here = _deals.c.pipeline == pipeline if ids is None else _deals.c.id.in_(ids)
    waiting = select(_deals.c.id).where(here, _deals.c.status == "open").scalar_subquery()
    work: dict[str, list[_Work]] = {}
    for query in (_nearest_tasks(waiting, now), _approvals_waiting(waiting), _questions(waiting)):
        for row in await connection.execute(query):
            nearest = Next(row.kind, Text.model_validate(row.title), row.at)
            work.setdefault(row.deal_id, []).append(_Work(nearest, row.open, row.overdue))
    links = await _links(connection, here)
    return [_card(row, work.get(row.id, []), links.get(row.id, 0)) for row in shown]


async def who_acted(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """Who took the last decision in each deal: an employee's id, `system` or `operator`."""
    events = tables.events
    query = select(_deals.c.id, events.c.by).where(_deals.c.id.in_(ids))
    query = query.join(events, and_(events.c.deal_id == _deals.c.id, events.c.at == _deals.c.at))
    query = query.ext(distinct_on(_deals.c.id)).order_by(_deals.c.id, events.c.seq)
    return {row.id: row.by for row in await connection.execute(query)}


async def _shown(
    connection: AsyncConnection,
    pipeline: str,
    closed_since: datetime,
    ids: Collection[str] | None,
    with_calls: bool,
) -> list[Any]:
    hidden = ("state", "pipeline", "closed_at", "at")
    columns = [column for column in _deals.c if column.name not in hidden]
    company = (_companies.c.name.label("company"), _companies.c.fields["contract_signed"].label("signed"))
    calls: ColumnElement[Any] = _deals.c.state["calls"] if with_calls else literal(None)
    query = select(*columns, *company, calls.label("calls"))
    query = query.outerjoin(_companies, _companies.c.id == _deals.c.company_id)
    query = query.where(_deals.c.pipeline == pipeline)
    if ids is not None:
        query = query.where(_deals.c.id.in_(ids))
    opened = query.where(_deals.c.status == "open").order_by(desc(_deals.c.moved_at), _deals.c.id)
    closed = query.where(_deals.c.status != "open", _deals.c.closed_at >= closed_since)
    closed = closed.order_by(desc(_deals.c.closed_at), _deals.c.id)
    rows = list(await connection.execute(opened.limit(MOST_OPEN)))[::-1]
    return rows + list(await connection.execute(closed.limit(MOST_CLOSED)))


def _nearest_tasks(deals: Any, now: datetime) -> Select[Any]:
    """One row a deal: its most urgent open task, and how many there are."""
    each = _tasks.c.deal_id
    late = func.count().filter(_tasks.c.deadline < literal(now, tables.Moment))
    query = select(
        each,
        literal("task").label("kind"),
        _tasks.c.title,
        _tasks.c.deadline.label("at"),
        func.count().over(partition_by=each).label("open"),
        late.over(partition_by=each).label("overdue"),
    )
    query = query.where(_tasks.c.status == "open", each.in_(deals))
    return query.ext(distinct_on(each)).order_by(each, _tasks.c.deadline.nulls_last(), _tasks.c.number)


def _approvals_waiting(deals: Any) -> Select[Any]:
    """One row a deal: the approval that is asked about first."""
    each, nobody = _approvals.c.deal_id, literal(0)
    seat = and_(_seats.c.approval_id == _approvals.c.id, _seats.c.status == "open")
    query = select(
        each,
        literal("approval").label("kind"),
        _approvals.c.title,
        _seats.c.deadline.label("at"),
        nobody.label("open"),
        nobody.label("overdue"),
    ).join(_seats, seat)
    query = query.where(_approvals.c.status == "pending", each.in_(deals))
    return query.ext(distinct_on(each)).order_by(each, _seats.c.deadline.nulls_last(), _approvals.c.id)


def _questions(deals: Any) -> Select[Any]:
    """One row a deal: the oldest assignment without an answer."""
    each, nobody = _asked.c.deal_id, literal(0)
    query = select(
        each,
        literal("assignment").label("kind"),
        _asked.c.title,
        literal(None, tables.Moment).label("at"),
        nobody.label("open"),
        nobody.label("overdue"),
    )
    query = query.where(_asked.c.status == "open", each.in_(deals))
    return query.ext(distinct_on(each)).order_by(each, _asked.c.number)


async def _links(connection: AsyncConnection, here: ColumnElement[bool]) -> Mapping[str, int]:
    """How many deals each is linked with, whichever of the two recorded it."""
    links, deals = tables.deal_links, select(_deals.c.id).where(here).scalar_subquery()
    ends = union_all(
        select(links.c.deal_id.label("one"), links.c.other_id.label("other")).where(
            links.c.deal_id.in_(deals)
        ),
        select(links.c.other_id, links.c.deal_id).where(links.c.other_id.in_(deals)),
    ).subquery()
    query = select(ends.c.one, func.count(ends.c.other.distinct()).label("deals")).group_by(ends.c.one)
    return {row.one: row.deals for row in await connection.execute(query)}


def _card(row: Any, work: list[_Work], links: int) -> BoardCard:
    things = [one.nearest for one in work] + _calls(row.calls)
    values = {name: value for name, value in row._mapping.items() if name not in _RAW}
    return BoardCard(
        **values,
        attention=Text.model_validate(row.attention) if row.attention else None,
        contract_signed=row.signed if isinstance(row.signed, bool) else None,
        open_tasks=sum(one.open for one in work),
        overdue_tasks=sum(one.overdue for one in work),
        links=links,
        next=_nearest(things, row.next_due) if row.status == "open" else None,
    )


_RAW = frozenset({"attention", "calls", "signed", "next_due"})


def _calls(calls: Mapping[str, Any] | None) -> list[Next]:
    """The calls on somebody's list, from the deal's state."""
    planned = (call for call in (calls or {}).values() if call.get("status") == "open")
    return [Next("call", None, datetime.fromisoformat(call["due"])) for call in planned]


def _nearest(things: list[Next], next_due: datetime | None) -> Next | None:
    """What has the nearest deadline; else what waits without one; else what the deal's own timer will do."""
    if things:
        return min(things, key=lambda thing: (thing.at is None, thing.at.timestamp() if thing.at else 0))
    return Next("agenda", None, next_due) if next_due else None
