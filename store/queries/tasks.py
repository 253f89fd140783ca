"""What people have to do: tasks, assignments, notifications. Public ids are `{deal id}.{number}`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, String, Table, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from store import tables
from store.queries.paging import Order, Page, columns_of
from store.queries.wanted import Wanted

_deals, _tasks, _assignments, _notices = tables.deals, tables.tasks, tables.assignments, tables.notifications
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_TASK_ORDER = Order(
    "tasks",
    (
        func.coalesce(_tasks.c.deadline, _NEVER, type_=tables.Moment),
        _tasks.c.created_at,
        _tasks.c.deal_id,
        _tasks.c.number,
    ),
)
_ASSIGNMENT_ORDER = Order(
    "assignments", (_assignments.c.created_at, _assignments.c.deal_id, _assignments.c.number)
)
_NOTICE_ORDER = Order(
    "notifications",
    (_notices.c.at, _notices.c.deal_id, _notices.c.approval_id, _notices.c.seq),
    descending=True,
)


@dataclass(frozen=True)
class TaskRow:
    """A task in a list, with the deal it belongs to. `given_in`: the deal's stage then; `stage`: its stage now."""

    id: str
    deal: str
    number: int
    key: str
    title: Text
    assignee: str
    creator: str
    co_executors: list[str]
    observers: list[str]
    status: str
    deadline: datetime | None
    created_at: datetime
    finished_at: datetime | None
    given_in: str
    deal_title: str
    pipeline: str
    stage: str


@dataclass(frozen=True)
class ListedTask(TaskRow):
    """A task, and what its texts are made of: its `definition`, words of its `own`, ticked items from 0."""

    definition: str
    own: str | None
    checked: list[int]


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment in a list, with the deal it belongs to."""

    id: str
    deal: str
    number: int
    key: str
    title: Text
    options: dict[str, Text]
    assignee: str
    status: str
    created_at: datetime
    answered_at: datetime | None
    option: str | None
    deal_title: str
    pipeline: str
    stage: str


@dataclass(frozen=True)
class NotificationRow:
    """A notice to one person. `id` is `{approval}.{seq}` where an approval of the deal sent it, else `{deal}.{seq}`."""

    id: str
    deal: str
    approval: str | None
    seq: int
    kind: str
    text: Text
    at: datetime
    read_at: datetime | None
    deal_title: str


async def list_tasks(
    connection: AsyncConnection,
    wanted: Wanted,
    *,
    overdue: bool | None = None,
    now: datetime | None = None,
) -> Page[ListedTask]:
    """A page of tasks, the nearest deadline first. `overdue`: open and past the deadline. InvalidCursor."""
    kept = _deals.c.state["tasks"][cast(_tasks.c.number, String)].label("kept")
    query = _with_deal(_tasks).add_columns(_deals.c.definition, kept).where(*wanted.rows_of(_tasks))
    if overdue is not None:
        moment = func.now() if now is None else literal(now, tables.Moment)
        late = (_tasks.c.status == "open") & func.coalesce(_tasks.c.deadline < moment, False)
        query = query.where(late if overdue else ~late)
    return await _TASK_ORDER.page(connection, query, wanted.cursor, wanted.limit, _listed)


async def list_assignments(connection: AsyncConnection, wanted: Wanted) -> Page[AssignmentRow]:
    """A page of assignments, oldest first. InvalidCursor."""
    query = _with_deal(_assignments).where(*wanted.rows_of(_assignments))
    return await _ASSIGNMENT_ORDER.page(connection, query, wanted.cursor, wanted.limit, _assignment)


async def find_task(connection: AsyncConnection, public_id: str) -> TaskRow | None:
    """The task of this id, or None."""
    row = await _find(connection, _tasks, public_id)
    return _task(row) if row else None


async def find_assignment(connection: AsyncConnection, public_id: str) -> AssignmentRow | None:
    """The assignment of this id, or None."""
    row = await _find(connection, _assignments, public_id)
    return _assignment(row) if row else None


async def find_task_deal(connection: AsyncConnection, public_id: str) -> tuple[str, int] | None:
    """(deal id, number) of the task, or None where there is none."""
    task = await find_task(connection, public_id)
    return (task.deal, task.number) if task else None


def split_id(public_id: str) -> tuple[str, int] | None:
    """(deal id, number) of a task's or assignment's public id; None if it is not of that form."""
    deal, _, number = public_id.rpartition(".")
    well_formed = deal and number.isascii() and number.isdecimal() and len(number) < 10
    return (deal, int(number)) if well_formed else None


async def notifications(
    connection: AsyncConnection,
    recipient: str,
    *,
    unread: bool | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[NotificationRow]:
    """A page of the person's notices, newest first. InvalidCursor."""
    query = select(_notices, _deals.c.title.label("deal_title")).join(
        _deals, _deals.c.id == _notices.c.deal_id
    )
    query = query.where(_notices.c.recipient == recipient)
    if unread is not None:
        query = query.where(_notices.c.read_at.is_(None) if unread else _notices.c.read_at.isnot(None))
    return await _NOTICE_ORDER.page(connection, query, cursor, limit, _notice)


async def count_unread(connection: AsyncConnection, recipient: str) -> int:
    """How many notices the person has not read."""
    unread = select(func.count()).where(_notices.c.recipient == recipient, _notices.c.read_at.is_(None))
    return await connection.scalar(unread) or 0


async def count_open_tasks(connection: AsyncConnection) -> dict[str, int]:
    """Open tasks by assignee, for «least loaded»."""
    query = select(_tasks.c.assignee, func.count().label("open")).where(_tasks.c.status == "open")
    return {row.assignee: row.open for row in await connection.execute(query.group_by(_tasks.c.assignee))}


def _with_deal(table: Table) -> Select[Any]:
    deal = (_deals.c.title.label("deal_title"), _deals.c.pipeline, _deals.c.stage)
    return select(table, *deal).join(_deals, _deals.c.id == table.c.deal_id)


async def _find(connection: AsyncConnection, table: Table, public_id: str) -> Any:
    parts = split_id(public_id)
    if parts is None:
        return None
    query = _with_deal(table).where(table.c.deal_id == parts[0], table.c.number == parts[1])
    return (await connection.execute(query)).one_or_none()


def _values(row: Any) -> dict[str, Any]:
    """The row's columns by name, and `deal` for `deal_id`."""
    values = columns_of(row)
    return {"deal": values.pop("deal_id"), **values}


def _task(row: Any) -> TaskRow:
    values = _values(row) | {"title": Text.model_validate(row.title)}
    return TaskRow(id=f"{row.deal_id}.{row.number}", **values)


def _listed(row: Any) -> ListedTask:
    values = _values(row) | {"title": Text.model_validate(row.title)}
    kept = values.pop("kept") or {}
    texts = {"own": kept.get("description"), "checked": kept.get("checked", [])}
    return ListedTask(id=f"{row.deal_id}.{row.number}", **values, **texts)


def _assignment(row: Any) -> AssignmentRow:
    options = {option: Text.model_validate(title) for option, title in row.options.items()}
    values = _values(row) | {"title": Text.model_validate(row.title), "options": options}
    return AssignmentRow(id=f"{row.deal_id}.{row.number}", **values)


def _notice(row: Any) -> NotificationRow:
    values = _values(row) | {"text": Text.model_validate(row.text)}
    del values["recipient"]
    approval = values.pop("approval_id") or None
    return NotificationRow(id=f"{approval or row.deal_id}.{row.seq}", approval=approval, **values)
