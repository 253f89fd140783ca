"""Sessions, passwords and preferences in the database. Nothing here is a decision about a deal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.facts import Employee
from store import tables

_sessions, _tokens = tables.sessions, tables.tokens
_passwords, _preferences = tables.passwords, tables.preferences
SESSION_DAYS = 30


async def open_session(connection: AsyncConnection, hash: str, employee: str, now: datetime) -> datetime:
    """Lets the employee in with a cookie of this SHA-256; returns when it ends. Ended ones are swept out."""
    expires = now + timedelta(days=SESSION_DAYS)
    await connection.execute(delete(_sessions).where(_sessions.c.expires_at <= now))
    await connection.execute(
        insert(_sessions).values(hash=hash, employee_id=employee, created_at=now, expires_at=expires)
    )
    return expires


async def close_session(connection: AsyncConnection, hash: str) -> None:
    """Signs one browser out."""
    await connection.execute(delete(_sessions).where(_sessions.c.hash == hash))


async def close_sessions(connection: AsyncConnection, employee: str, *, keep: str | None = None) -> None:
    """Signs the employee out everywhere but in the session of the hash `keep`: they left, or have a new password."""
    theirs = delete(_sessions).where(_sessions.c.employee_id == employee)
    await connection.execute(theirs if keep is None else theirs.where(_sessions.c.hash != keep))


async def caller(connection: AsyncConnection, hash: str, now: datetime) -> Employee | None:
    """The active employee whose token (not revoked) or running session has this SHA-256, or None."""
    people = tables.employees
    by_token = select(_tokens.c.employee_id).where(_tokens.c.hash == hash, _tokens.c.revoked_at.is_(None))
    by_session = select(_sessions.c.employee_id).where(_sessions.c.hash == hash, _sessions.c.expires_at > now)
    query = select(people).where(people.c.active, people.c.id.in_(union(by_token, by_session)))
    row = (await connection.execute(query)).one_or_none()
    return Employee.model_validate(dict(row._mapping)) if row else None


async def find_by_login(connection: AsyncConnection, login: str) -> tuple[str, str | None] | None:
    """(employee id, password hash or None) of the active employee with this e-mail address or id, or None."""
    people = tables.employees
    query = select(people.c.id, _passwords.c.hash)
    query = query.outerjoin(_passwords, _passwords.c.employee_id == people.c.id).where(people.c.active)
    named = query.where((people.c.id == login) | (func.lower(people.c.email) == login.lower()))
    rows = (await connection.execute(named)).all()
    return (rows[0].id, rows[0].hash) if len(rows) == 1 else None


async def password_hash(connection: AsyncConnection, employee: str) -> str | None:
    """The hash of the employee's password; None before one was set."""
    found = await connection.scalar(select(_passwords.c.hash).where(_passwords.c.employee_id == employee))
    return str(found) if found is not None else None


async def access_of(connection: AsyncConnection, employee: str, now: datetime) -> tuple[datetime | None, int]:
    """Since when the employee has their password (None: has none), and how many of their sessions run."""
    running = select(func.count()).select_from(_sessions)
    running = running.where(_sessions.c.employee_id == employee, _sessions.c.expires_at > now)
    changed = select(_passwords.c.changed_at).where(_passwords.c.employee_id == employee)
    row = (await connection.execute(select(changed.scalar_subquery(), running.scalar_subquery()))).one()
    return row[0], row[1]


async def save_password(
    connection: AsyncConnection, employee: str, hash: str, now: datetime, *, keep: str | None = None
) -> None:
    """Sets the employee's password, and signs them out everywhere but in the session of the hash `keep`."""
    new = insert(_passwords).values(employee_id=employee, hash=hash, changed_at=now)
    changed = {"hash": hash, "changed_at": now}
    await connection.execute(
        new.on_conflict_do_update(index_elements=[_passwords.c.employee_id], set_=changed)
    )
    await close_sessions(connection, employee, keep=keep)


async def load_preferences(connection: AsyncConnection, employee: str) -> dict[str, Any]:
    """What the employee chose for the pages; empty before they chose anything."""
    query = select(_preferences.c.data).where(_preferences.c.employee_id == employee)
    return dict(await connection.scalar(query) or {})


async def save_preferences(connection: AsyncConnection, employee: str, data: dict[str, Any]) -> None:
    """Keeps what the employee chose, the rest of it unchanged."""
    new = insert(_preferences).values(employee_id=employee, data=data)
    merged = _preferences.c.data.op("||")(new.excluded.data)
    await connection.execute(
        new.on_conflict_do_update(index_elements=[_preferences.c.employee_id], set_={"data": merged})
    )
