"""Lists of deals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import contacts
from domain.base import Text
from store import tables
from store.queries.paging import Order, Page, columns_of
from store.queries.wanted import equal

_deals, _tasks, _companies = tables.deals, tables.tasks, tables.companies
_points = tables.contact_points
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_SORTS: dict[str, ColumnElement[Any]] = {
    "opened_at": _deals.c.opened_at,
    "moved_at": _deals.c.moved_at,
    "at": _deals.c.at,
    "title": _deals.c.title,
    "amount": func.coalesce(_deals.c.amount, 0, type_=Numeric(18, 2)),
    "next_due": func.coalesce(_deals.c.next_due, _NEVER, type_=tables.Moment),
}
SORTS = tuple(_SORTS)


@dataclass(frozen=True)
class DealRow:
    """A deal as lists and boards show it."""

    id: str
    pipeline: str
    definition: str
    title: str
    stage: str
    status: str
    responsible: str
    company_id: str | None
    company: str | None  # its name
    amount: Decimal | None
    next_due: datetime | None
    opened_at: datetime
    moved_at: datetime
    closed_at: datetime | None
    at: datetime
    attention: Text | None
    open_tasks: int
    overdue_tasks: int


@dataclass(frozen=True)
class DealFilter:
    """Which deals; None asks for nothing. `overdue`: with an open task past its deadline, or without one."""

    pipeline: str | None = None
    stage: str | None = None
    status: str | None = None
    responsible: str | None = None
    company: str | None = None
    q: str | None = None
    overdue: bool | None = None
    attention: bool | None = None


async def list_deals(
    connection: AsyncConnection,
    where: DealFilter | None = None,
    *,
    sort: str = "-opened_at",
    cursor: str | None = None,
    limit: int = 50,
    now: datetime | None = None,
) -> Page[DealRow]:
    """A page of deals. `sort` is one of SORTS, `-` before it for descending; KeyError for another.

    Raises InvalidCursor. `now` (default: the database's clock) is what deadlines are compared with.
    """
    name = sort.removeprefix("-")
    order = Order(sort, (_SORTS[name], _deals.c.id), sort.startswith("-"))
    moment = _moment(now)
    filters = _filters(where or DealFilter(), moment)
    return await order.page(connection, _rows(moment).where(*filters), cursor, limit, _deal_row)


async def deals_by_stage(connection: AsyncConnection, pipeline: str) -> dict[str, int]:
    """How many open deals of the pipeline stand at each stage that has any."""
    query = select(_deals.c.stage, func.count()).where(
        _deals.c.pipeline == pipeline, _deals.c.status == "open"
    )
    return {row[0]: row[1] for row in await connection.execute(query.group_by(_deals.c.stage))}


async def versions_in_use(connection: AsyncConnection) -> set[str]:
    """Hashes of the pipelines' versions by which open deals run."""
    query = select(_deals.c.definition).where(_deals.c.status == "open").distinct()
    return set((await connection.execute(query)).scalars())


async def count_deals(
    connection: AsyncConnection, where: DealFilter | None = None
) -> dict[tuple[str, str], int]:
    """How many deals stand in each (pipeline, stage)."""
    filters = _filters(where or DealFilter(), func.now())
    query = select(_deals.c.pipeline, _deals.c.stage, func.count().label("deals")).where(*filters)
    query = query.group_by(_deals.c.pipeline, _deals.c.stage)
    return {(row.pipeline, row.stage): row.deals for row in await connection.execute(query)}


def _moment(now: datetime | None) -> ColumnElement[datetime]:
    return func.now() if now is None else literal(now, tables.Moment)


def _rows(now: ColumnElement[datetime]) -> Select[Any]:
    is_open = and_(_tasks.c.deal_id == _deals.c.id, _tasks.c.status == "open")
    open_tasks = select(func.count()).where(is_open).scalar_subquery()
    overdue = select(func.count()).where(is_open, _tasks.c.deadline < now).scalar_subquery()
    columns = [column for column in _deals.c if column.name not in ("seq", "state")]
    return select(
        *columns,
        _companies.c.name.label("company"),
        open_tasks.label("open_tasks"),
        overdue.label("overdue_tasks"),
    ).outerjoin(_companies, _companies.c.id == _deals.c.company_id)


def _deal_row(row: Any) -> DealRow:
    values = columns_of(row)
    attention = values.pop("attention")
    return DealRow(**values, attention=Text.model_validate(attention) if attention else None)


def _filters(where: DealFilter, now: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    filters = equal(
        (_deals.c.pipeline, where.pipeline),
        (_deals.c.stage, where.stage),
        (_deals.c.status, where.status),
        (_deals.c.responsible, where.responsible),
        (_deals.c.company_id, where.company),
    )
    if where.q:
        filters.append(_matches(where.q))
    if where.overdue is not None:
        late = exists().where(
            _tasks.c.deal_id == _deals.c.id, _tasks.c.status == "open", _tasks.c.deadline < now
        )
        filters.append(late if where.overdue else ~late)
    if where.attention is not None:
        filters.append(_deals.c.attention.isnot(None) if where.attention else _deals.c.attention.is_(None))
    return filters


def _matches(q: str) -> ColumnElement[bool]:
    """Title, company or client (name, phone, e-mail) holds the words as written; or it is the deal's id.

    A client is the deal's contact, or stands in the card's fields. A whole phone is found however it is written.
    """
    client = [cast(_deals.c.state["contact"], String)]
    client += [_deals.c.state["fields"][f"contact_{part}"].as_string() for part in ("name", "phone", "email")]
    named = select(_companies.c.id).where(_companies.c.name.icontains(q, autoescape=True))
    ways = [way for way in (contacts.phone(q), contacts.email(q)) if way]
    reached = select(_points.c.deal_id).where(_points.c.value.in_(ways))
    return or_(
        _deals.c.title.icontains(q, autoescape=True),
        *(part.icontains(q, autoescape=True) for part in client),
        _deals.c.company_id.in_(named),
        _deals.c.id.in_(reached),
        _deals.c.id == q,
    )


async def deals_with_agenda(connection: AsyncConnection) -> list[str]:
    """Deals in which something is scheduled, the most urgent first; also closed ones, where it is a reminder."""
    waiting = tables.deals.c.next_due.isnot(None)
    query = select(tables.deals.c.id).where(waiting).order_by(tables.deals.c.next_due)
    return list((await connection.execute(query)).scalars())


async def deals_waiting_for_company(connection: AsyncConnection, company_id: str) -> list[str]:
    """Ids of the company's open deals with an automatic move that waits for something."""
    waits = _deals.c.state["pending_move"].as_string().is_not(None)
    query = select(_deals.c.id).where(_deals.c.company_id == company_id, _deals.c.status == "open", waits)
    return list(await connection.scalars(query))
