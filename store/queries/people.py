"""The organisation's people and its clients: employees, roles, tokens, companies; and the local outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from domain.facts import Company, Employee
from store import tables
from store.organisation_tables import INN_DIGITS
from store.queries.paging import Order, Page
from store.queries.wanted import equal

_companies, _messages = tables.companies, tables.messages
_inn = literal_column(INN_DIGITS, String)
_COMPANY_ORDER = Order("companies", (_companies.c.name, _companies.c.id))
_MESSAGE_ORDER = Order("messages", (_messages.c.planned_at, _messages.c.key), descending=True)


@dataclass(frozen=True)
class RoleRow:
    """A role and who has it; a role with a title may have nobody."""

    role: str
    title: Text
    employees: list[str]


@dataclass(frozen=True)
class KnownCompany:
    """A company that was there already."""

    id: str
    name: str
    contract_signed: bool


@dataclass(frozen=True)
class MessageRow:
    """A message of the outbox. `repeated`: it may have come twice. A digest of notices belongs to no deal."""

    key: str
    deal_id: str | None
    recipient: str
    channel: str
    subject: str
    text: str
    attachments: list[Any]
    status: str
    cause: str | None
    attempts: int
    repeated: bool
    planned_at: datetime
    sent_at: datetime | None


async def employees(connection: AsyncConnection, *, active: bool | None = None) -> list[Employee]:
    """All employees, or only those who still work here (`active`), by name."""
    table = tables.employees
    query = select(table).order_by(table.c.name, table.c.id)
    if active is not None:
        query = query.where(table.c.active == active)
    return [Employee.model_validate(dict(row._mapping)) for row in await connection.execute(query)]


async def employee(connection: AsyncConnection, employee_id: str) -> Employee | None:
    """One employee."""
    table = tables.employees
    row = (await connection.execute(select(table).where(table.c.id == employee_id))).one_or_none()
    return Employee.model_validate(dict(row._mapping)) if row else None


async def roles(connection: AsyncConnection) -> list[RoleRow]:
    """Every role that has a title or people, by id."""
    titles: dict[str, Any] = await connection.scalar(select(tables.organisation.c.role_titles)) or {}
    table = tables.roles
    people: dict[str, list[str]] = {role: [] for role in titles}
    query = select(table).order_by(table.c.role, table.c.employee_id)
    for row in await connection.execute(query):
        people.setdefault(row.role, []).append(row.employee_id)
    return [
        RoleRow(role, Text.model_validate(titles.get(role) or {"ru": role, "en": role}), names)
        for role, names in sorted(people.items())
    ]


async def roles_of(connection: AsyncConnection, employee_id: str) -> list[str]:
    """The roles that the employee has."""
    table = tables.roles
    query = select(table.c.role).where(table.c.employee_id == employee_id).order_by(table.c.role)
    return list((await connection.execute(query)).scalars())


async def companies(
    connection: AsyncConnection,
    *,
    q: str | None = None,
    inn: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[Company]:
    """A page of companies by name; `q` is a part of the name or of a field, `inn` the digits of one. InvalidCursor."""
    query = select(_companies.c.id, _companies.c.name, _companies.c.fields)
    if q:
        anywhere = cast(_companies.c.fields, String)
        named = _companies.c.name.icontains(q, autoescape=True)
        number = "".join(q.replace("-", " ").split())  # a long number is read and pasted in groups
        groups = (_inn.contains(number),) if number.isdecimal() else ()
        query = query.where(or_(named, anywhere.icontains(q, autoescape=True), *groups))
    if inn is not None:
        query = query.where(_inn == inn)
    return await _COMPANY_ORDER.page(connection, query, cursor, limit, _company)


async def company(connection: AsyncConnection, company_id: str) -> Company | None:
    """One company."""
    query = select(_companies.c.id, _companies.c.name, _companies.c.fields).where(
        _companies.c.id == company_id
    )
    row = (await connection.execute(query)).one_or_none()
    return _company(row) if row else None


async def same_inn(
    connection: AsyncConnection, inn: str, *, besides: str, limit: int = 20
) -> list[KnownCompany]:
    """Companies with these digits of INN other than `besides`: those with a contract first, then by name."""
    signed = _companies.c.fields.contains({"contract_signed": True})
    query = select(_companies.c.id, _companies.c.name, signed.label("contract_signed"))
    query = query.where(_inn == inn, _companies.c.id != besides)
    query = query.order_by(signed.desc(), _companies.c.name, _companies.c.id).limit(limit)
    return [KnownCompany(**row._mapping) for row in await connection.execute(query)]


async def messages(
    connection: AsyncConnection,
    *,
    deal: str | None = None,
    status: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[MessageRow]:
    """A page of the outbox, newest first. InvalidCursor."""
    query = select(_messages).where(*equal((_messages.c.deal_id, deal), (_messages.c.status, status)))
    return await _MESSAGE_ORDER.page(connection, query, cursor, limit, _message)


async def message(connection: AsyncConnection, key: str) -> MessageRow | None:
    """One message of the outbox."""
    row = (await connection.execute(select(_messages).where(_messages.c.key == key))).one_or_none()
    return _message(row) if row else None


def _company(row: Any) -> Company:
    return Company(id=row.id, name=row.name, fields=row.fields)


def _message(row: Any) -> MessageRow:
    return MessageRow(**{name: row._mapping[name] for name in MessageRow.__dataclass_fields__})
