"""What stands on one employee: read before somebody leaves."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

_deals, _roles, _people = tables.deals, tables.roles, tables.employees


@dataclass(frozen=True)
class Duties:
    """How much is open on the employee. `only_one`: roles that nobody else has who works here; `leads`: whose head
    they are."""

    deals: int
    tasks: int
    assignments: int
    approvals: int
    roles: list[str]
    only_one: list[str]
    leads: list[str]


async def duties(connection: AsyncConnection, employee: str) -> Duties:
    """The employee's open work, roles and people."""
    counts = (
        _count(_deals, _deals.c.responsible == employee, _deals.c.status == "open"),
        *(
            _count(table, table.c.assignee == employee, table.c.status == "open")
            for table in (tables.tasks, tables.assignments, tables.approval_seats)
        ),
    )
    deals, tasks, assignments, approvals = (
        await connection.execute(select(*(query.scalar_subquery() for query in counts)))
    ).one()
    mine = await _names(connection, select(_roles.c.role).where(_roles.c.employee_id == employee))
    others = select(_roles.c.role).join(_people, _people.c.id == _roles.c.employee_id)
    shared = await _names(connection, others.where(_people.c.active, _people.c.id != employee))
    led = select(_people.c.id).where(_people.c.head == employee, _people.c.active)
    return Duties(
        deals=deals,
        tasks=tasks,
        assignments=assignments,
        approvals=approvals,
        roles=mine,
        only_one=[role for role in mine if role not in shared],
        leads=await _names(connection, led),
    )


async def open_deals_of(connection: AsyncConnection, employee: str) -> list[str]:
    """Ids of the open deals that the employee is responsible for, oldest first."""
    query = select(_deals.c.id).where(_deals.c.responsible == employee, _deals.c.status == "open")
    return list((await connection.execute(query.order_by(_deals.c.opened_at))).scalars())


def _count(table: Table, *where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(table).where(*where)


async def _names(connection: AsyncConnection, query: Select[str]) -> list[str]:
    return sorted(set((await connection.execute(query)).scalars()))
