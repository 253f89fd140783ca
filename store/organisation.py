"""The organisation in the database: one version number for all of it, so that caches know when to reload."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import cast, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from domain.calendar import WorkingCalendar
from domain.facts import Employee, Organisation
from store import tables

_WHOLE = text("""
    SELECT version, CAST(json_build_object(
        'name', name, 'calendar', calendar, 'role_titles', role_titles, 'requisites', requisites,
        'employees', (SELECT COALESCE(json_object_agg(id, employees ORDER BY id), '{}') FROM employees),
        'roles', (SELECT COALESCE(json_object_agg(role, people ORDER BY role), '{}') FROM
            (SELECT role, json_agg(employee_id ORDER BY employee_id) AS people FROM roles GROUP BY role) AS r)
    ) AS text) AS data
    FROM organisation""")


class NoOrganisation(Exception):
    """The database holds no organisation yet: it has not been seeded."""


class UnknownEmployee(Exception):
    """A role or a head names people who are not employees."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(names)
        super().__init__(f"not employees: {', '.join(self.names)}")


class OrganisationCache:
    """The organisation of the version last asked for; owned by whoever makes decisions in this process."""

    def __init__(self) -> None:
        self._known: tuple[Organisation, int] | None = None

    async def get(self, connection: AsyncConnection, version: int) -> Organisation:
        """The organisation, at least as new as `version`. Raises NoOrganisation."""
        if self._known is None or self._known[1] < version:
            self._known = await load_organisation(connection)
        return self._known[0]

    async def current(self, connection: AsyncConnection) -> Organisation:
        """The organisation as it is now; where that is known already, it costs one short read. NoOrganisation."""
        version: int | None = await connection.scalar(select(tables.organisation.c.version))
        return await self.get(connection, version or 0)


async def load_organisation(connection: AsyncConnection) -> tuple[Organisation, int]:
    """The organisation and its version. Raises NoOrganisation."""
    row = (await connection.execute(_WHOLE)).one_or_none()
    if row is None:
        raise NoOrganisation("there is no organisation yet")
    return Organisation.model_validate_json(row.data), row.version


async def lock_organisation(connection: AsyncConnection) -> Organisation:
    """The organisation, which nobody else changes until the end of this transaction. Raises NoOrganisation."""
    await connection.execute(select(tables.organisation.c.version).with_for_update())
    return (await load_organisation(connection))[0]  # a statement of its own: it sees what was waited for


async def save_organisation(connection: AsyncConnection, organisation: Organisation) -> None:
    """Put this organisation in place of the one there, if any. Raises UnknownEmployee."""
    data = organisation.model_dump(mode="json")
    whole = {name: data[name] for name in ("name", "calendar", "role_titles", "requisites")}
    statement = upsert(tables.organisation).values(one=True, version=1, **whole)
    statement = statement.on_conflict_do_update(
        index_elements=["one"], set_={**whole, "version": tables.organisation.c.version + 1}
    )
    await connection.execute(statement)
    _must_be_employees(
        organisation.employees, (person.head for person in organisation.employees.values() if person.head)
    )
    _must_be_employees(
        organisation.employees, (person for people in organisation.roles.values() for person in people)
    )
    await connection.execute(delete(tables.employees))
    await _insert_all(connection, tables.employees, data["employees"].values())
    await _replace_roles(connection, organisation.roles)


async def save_employee(connection: AsyncConnection, employee: Employee) -> None:
    """Add an employee, or change the one of this id. Raises UnknownEmployee for the head."""
    await _bump(connection)
    if employee.head:
        _must_be_employees(await _employee_ids(connection) | {employee.id}, [employee.head])
    values = employee.model_dump()
    statement = upsert(tables.employees).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def add_employee(connection: AsyncConnection, employee: Employee) -> bool:
    """Add an employee; False where the id is taken. Raises UnknownEmployee for the head."""
    await _bump(connection)
    if employee.head:
        _must_be_employees(await _employee_ids(connection), [employee.head])
    new = upsert(tables.employees).values(employee.model_dump()).on_conflict_do_nothing()
    return (await connection.execute(new)).rowcount > 0


async def save_roles(
    connection: AsyncConnection,
    roles: Mapping[str, Iterable[str]],
    titles: Mapping[str, Text] | None = None,
) -> None:
    """Who has which role, all roles at once; `titles` replaces the roles' titles. Raises UnknownEmployee."""
    people = {role: tuple(names) for role, names in roles.items()}
    changes: dict[str, Any] = {}
    if titles is not None:
        changes["role_titles"] = {role: title.model_dump() for role, title in titles.items()}
    await _bump(connection, **changes)
    _must_be_employees(await _employee_ids(connection), (name for names in people.values() for name in names))
    await _replace_roles(connection, people)


async def save_role(
    connection: AsyncConnection, role: str, title: Text | None = None, people: Iterable[str] | None = None
) -> None:
    """One role: its title, or the people who have it, or both; the rest stays. Raises UnknownEmployee."""
    await _bump(connection)
    if title is not None:
        titled = tables.organisation.c.role_titles.op("||")(cast({role: title.model_dump()}, JSONB))
        await connection.execute(update(tables.organisation).values(role_titles=titled))
    if people is not None:
        wanted = sorted(set(people))
        _must_be_employees(await _employee_ids(connection), wanted)
        await connection.execute(delete(tables.roles).where(tables.roles.c.role == role))
        rows = ({"role": role, "employee_id": person} for person in wanted)
        await _insert_all(connection, tables.roles, rows)


async def drop_role(connection: AsyncConnection, role: str) -> None:
    """The role is gone, with its title; nobody has it."""
    await _bump(connection, role_titles=tables.organisation.c.role_titles.op("-")(role))
    await connection.execute(delete(tables.roles).where(tables.roles.c.role == role))


async def change_calendar(
    connection: AsyncConnection, change: Callable[[WorkingCalendar], WorkingCalendar]
) -> WorkingCalendar:
    """What `change` makes of the calendar, kept; of two people at once the second changes the first one's."""
    found = await connection.scalar(select(tables.organisation.c.calendar).with_for_update())
    if found is None:
        raise NoOrganisation("there is no organisation yet")
    calendar = change(WorkingCalendar.model_validate(found))
    await save_calendar(connection, calendar)
    return calendar


async def save_calendar(connection: AsyncConnection, calendar: WorkingCalendar) -> None:
    """The working calendar of the organisation."""
    await _bump(connection, calendar=calendar.model_dump(mode="json"))


async def save_details(connection: AsyncConnection, name: str, requisites: Mapping[str, Any]) -> None:
    """The organisation's own name and requisites."""
    await _bump(connection, name=name, requisites=dict(requisites))


async def _bump(connection: AsyncConnection, **changes: Any) -> None:
    """Change the organisation's row and its version; its lock also orders writers of people and roles."""
    table = tables.organisation
    changed = await connection.execute(update(table).values(version=table.c.version + 1, **changes))
    if changed.rowcount == 0:
        raise NoOrganisation("there is no organisation yet")


async def _replace_roles(connection: AsyncConnection, roles: Mapping[str, Iterable[str]]) -> None:
    await connection.execute(delete(tables.roles))
    pairs = {(role, person) for role, people in roles.items() for person in people}
    await _insert_all(
        connection, tables.roles, ({"role": role, "employee_id": person} for role, person in sorted(pairs))
    )


async def _insert_all(connection: AsyncConnection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    if listed := [dict(row) for row in rows]:
        await connection.execute(insert(table), listed)


async def _employee_ids(connection: AsyncConnection) -> set[str]:
    return set((await connection.execute(select(tables.employees.c.id))).scalars())


def _must_be_employees(employees: Iterable[str], names: Iterable[str]) -> None:
    if unknown := set(names) - set(employees):
        raise UnknownEmployee(unknown)
