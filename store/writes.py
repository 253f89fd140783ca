"""Writes that are no decision: companies, files, tokens, HTTP answers, messages, effects, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, array, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.facts import Company
from store import tables

_companies, _answers, _effects, _notices = (
    tables.companies,
    tables.answers,
    tables.effects,
    tables.notifications,
)


class UnknownEffect(LookupError):
    """No effect of this key has been planned."""


@dataclass(frozen=True)
class NewFile:
    """A file that is stored (see `store.files`) and now becomes known."""

    id: str
    name: str
    size: int  # bytes
    type: str  # media type
    sha256: str
    uploaded_by: str


@dataclass(frozen=True)
class KeptAnswer:
    """What stands under an Idempotency-Key; `status` is None while the first request has not answered."""

    fingerprint: str
    status: int | None
    body: Any


async def create_company(
    connection: AsyncConnection, company_id: str, name: str, fields: Mapping[str, Any]
) -> Company:
    """Make a company; where the id is taken (the same request again), the one that is there."""
    values = {"id": company_id, "name": name, "fields": _without_nulls(fields)}
    await connection.execute(insert(_companies).values(values).on_conflict_do_nothing())
    query = select(_companies.c.id, _companies.c.name, _companies.c.fields).where(
        _companies.c.id == company_id
    )
    row = (await connection.execute(query)).one()
    return Company(id=row.id, name=row.name, fields=row.fields)


async def delete_unused_company(connection: AsyncConnection, company_id: str) -> None:
    """Take a company away that no deal names."""
    used = exists().where(tables.deals.c.company_id == company_id)
    await connection.execute(delete(_companies).where(_companies.c.id == company_id, ~used))


async def patch_company(
    connection: AsyncConnection, company_id: str, name: str | None, fields: Mapping[str, Any]
) -> Company | None:
    """Change what is given; a field given as None is emptied. None where there is no such company."""
    emptied = [field for field, value in fields.items() if value is None]
    merged = _companies.c.fields.op("||")(cast(_without_nulls(fields), _companies.c.fields.type))
    changes: dict[str, Any] = {"updated_at": func.now()}
    changes["fields"] = merged.op("-")(cast(array(emptied, type_=Text), ARRAY(Text))) if emptied else merged
    if name is not None:
        changes["name"] = name
    statement = update(_companies).where(_companies.c.id == company_id).values(changes)
    returned = statement.returning(_companies.c.id, _companies.c.name, _companies.c.fields)
    row = (await connection.execute(returned)).one_or_none()
    return Company(id=row.id, name=row.name, fields=row.fields) if row else None


async def add_file(connection: AsyncConnection, file: NewFile) -> None:
    """Make a stored file known; again changes nothing."""
    await connection.execute(insert(tables.files).values(vars(file)).on_conflict_do_nothing())


async def add_token(connection: AsyncConnection, token_hash: str, employee_id: str, label: str) -> None:
    """Let in whoever has the token of this SHA-256, as the employee. A token revoked stays so."""
    values = {"hash": token_hash, "employee_id": employee_id, "label": label}
    await connection.execute(insert(tables.tokens).values(values).on_conflict_do_nothing())


async def revoke_token(connection: AsyncConnection, token_hash: str) -> bool:
    """Let nobody in by it any more. False where it is unknown or revoked already."""
    table = tables.tokens
    statement = update(table).where(table.c.hash == token_hash, table.c.revoked_at.is_(None))
    return (await connection.execute(statement.values(revoked_at=func.now()))).rowcount > 0


async def claim_answer(
    connection: AsyncConnection, actor: str, key: str, fingerprint: str
) -> KeptAnswer | None:
    """None: the key is new and now this request's. Else what stands under it; compare the fingerprints."""
    values = {"actor": actor, "key": key, "fingerprint": fingerprint}
    made = insert(_answers).values(values).on_conflict_do_nothing().returning(_answers.c.key)
    if (await connection.execute(made)).one_or_none():
        return None
    query = select(_answers.c.fingerprint, _answers.c.status, _answers.c.body)
    row = (await connection.execute(query.where(_answers.c.actor == actor, _answers.c.key == key))).one()
    return KeptAnswer(row.fingerprint, row.status, row.body)


async def finish_answer(
    connection: AsyncConnection, actor: str, key: str, status: int, body: Any
) -> KeptAnswer | None:
    """Keep a claimed key's answer. Returns the one that counts: of two, the first. None if never claimed."""
    mine = (_answers.c.actor == actor, _answers.c.key == key)
    unanswered = update(_answers).where(*mine, _answers.c.status.is_(None))
    await connection.execute(unanswered.values(status=status, body=body))
    query = select(_answers.c.fingerprint, _answers.c.status, _answers.c.body).where(*mine)
    row = (await connection.execute(query)).one_or_none()
    return KeptAnswer(row.fingerprint, row.status, row.body) if row else None


async def forget_answers(connection: AsyncConnection, before: datetime) -> int:
    """Drop keys claimed earlier than this; returns how many. Repeats of those would be new requests."""
    return (await connection.execute(delete(_answers).where(_answers.c.at < before))).rowcount


async def start_effect(connection: AsyncConnection, key: str) -> int | None:
    """Mark the effect as being carried out; returns the number of this attempt, from 1.

    None where there is nothing to do: it is done already, or was never planned.
    """
    statement = update(_effects).where(_effects.c.key == key, _effects.c.status != "done")
    marked = statement.values(status="sending", attempts=_effects.c.attempts + 1)
    attempt: int | None = await connection.scalar(marked.returning(_effects.c.attempts))
    return attempt


async def finish_effect(connection: AsyncConnection, key: str) -> None:
    """Mark the effect as done. The deal hears of it by a command; this keeps a second attempt away."""
    statement = update(_effects).where(_effects.c.key == key, _effects.c.status != "done")
    await connection.execute(statement.values(status="done", cause=None, done_at=func.now()))


async def untold_since(connection: AsyncConnection, key: str) -> datetime | None:
    """When the effect was planned; None where its deal has said already that it waits, or there is no such effect."""
    trouble = tables.deals.c.state["effects"][key]["trouble"].as_string()
    query = select(_effects.c.planned_at).join(tables.deals, tables.deals.c.id == _effects.c.deal_id)
    planned_at: datetime | None = await connection.scalar(
        query.where(_effects.c.key == key, trouble.is_(None))
    )
    return planned_at


async def note_effect_cause(connection: AsyncConnection, key: str, cause: str) -> None:
    """Keep why the last attempt failed, for people to read."""
    statement = update(_effects).where(_effects.c.key == key, _effects.c.status != "done")
    await connection.execute(statement.values(cause=cause))


async def mark_read(
    connection: AsyncConnection, recipient: str, notices: Sequence[tuple[str, int]] | None = None
) -> int:
    """Mark these notices of the person as read, or all; returns how many were unread.

    A notice is named by the deal's id, or the approval's if it was one that sent it, and its `seq`.
    """
    statement = update(_notices).where(_notices.c.recipient == recipient, _notices.c.read_at.is_(None))
    if notices is not None:
        sender = func.coalesce(func.nullif(_notices.c.approval_id, ""), _notices.c.deal_id)
        statement = statement.where(tuple_(sender, _notices.c.seq).in_(list(notices)))
    return (await connection.execute(statement.values(read_at=func.now()))).rowcount


def _without_nulls(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
