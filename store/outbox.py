"""The outbox: each message's way out, so that none is lost and none goes out twice unnoticed.

planned -> sending -> sent | failed (refused) | unknown (may have gone out); kept: nothing to send it by.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.deal import Deal
from domain.facts import Company
from store import tables
from store.writes import UnknownEffect

_messages, _effects, _deals, _companies = tables.messages, tables.effects, tables.deals, tables.companies
_ENDED = ("sent", "kept")
_FIRST_IN_LINE = 50  # of a deal's earlier effects that one attempt takes along


@dataclass(frozen=True)
class PlannedMessage:
    """A message as its deal planned it. `fresh`: planned, or asked for again by a person, and not tried since."""

    key: str
    detail: dict[str, Any]
    planned_at: datetime
    fresh: bool
    deal: Deal
    company: Company | None


@dataclass(frozen=True)
class NewMessage:
    """A message to one person. `deal_id` is None for a digest, `message_id` for what is no e-mail."""

    key: str
    deal_id: str | None
    recipient: str
    channel: str
    subject: str
    text: str
    status: str
    planned_at: datetime
    attachments: Sequence[Mapping[str, Any]] = ()
    message_id: str | None = None


@dataclass(frozen=True)
class Claimed:
    """A message that this attempt has, and nobody else. `interrupted`: an earlier attempt broke off midway.

    `repeated`: that has happened before, and the message was sent again then.
    """

    message: NewMessage
    interrupted: bool
    repeated: bool


async def planned_message(connection: AsyncConnection, key: str) -> PlannedMessage:
    """The message planned under an effect's key, with its deal. Raises UnknownEffect."""
    company = (_companies.c.id.label("company_id"), _companies.c.name, _companies.c.fields)
    query = select(_effects, _deals.c.state, *company).join(_deals, _deals.c.id == _effects.c.deal_id)
    query = query.outerjoin(_companies, _companies.c.id == _deals.c.company_id).where(_effects.c.key == key)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise UnknownEffect(key)
    return PlannedMessage(
        key=key,
        detail=row.detail,
        planned_at=row.planned_at,
        fresh=row.status == "planned",
        deal=Deal.model_validate(row.state),
        company=Company(id=row.company_id, name=row.name, fields=row.fields) if row.company_id else None,
    )


async def earlier_effects(connection: AsyncConnection, key: str) -> list[str]:
    """Keys of the deal's effects of the same kind planned before this one that are still to be done, oldest first.

    Those that wait for a person hold up nothing.
    """
    this = (
        select(_effects.c.deal_id, _effects.c.kind, *_line(_effects)).where(_effects.c.key == key).subquery()
    )
    query = select(_effects.c.key).join(this, _effects.c.deal_id == this.c.deal_id)
    query = query.where(
        _effects.c.kind == this.c.kind,
        _effects.c.status.in_(("planned", "sending")),
        tuple_(*_line(_effects)) < tuple_(*_line(this)),
    )
    found = await connection.execute(query.order_by(*_line(_effects)).limit(_FIRST_IN_LINE))
    return list(found.scalars())


def _line(table: Any) -> tuple[ColumnElement[Any], ...]:
    """What effects of a deal are ordered by; those of one decision by their numbers, which end the key."""
    return table.c.planned_at, func.length(table.c.key), table.c.key


async def put(connection: AsyncConnection, effect: str, messages: Sequence[NewMessage], fresh: bool) -> None:
    """The effect's messages as they are to go out. What was sent, or is being sent, stays as it is.

    What is left over from other addressees goes. What may have gone out is free to go again if `fresh`.
    """
    again = (*("planned", "failed", "kept"), *(("unknown",) if fresh else ()))
    mine = or_(_messages.c.key == effect, _messages.c.key.startswith(effect + ":", autoescape=True))
    left = and_(mine, _messages.c.key.not_in([message.key for message in messages]))
    await connection.execute(delete(_messages).where(left, _messages.c.status.in_(("planned", "failed"))))
    for message in messages:
        statement = insert(_messages).values(_row(message))
        changes = {"recipient": message.recipient, "channel": message.channel, "status": message.status}
        statement = statement.on_conflict_do_update(
            index_elements=["key"], set_=changes, where=_messages.c.status.in_(again)
        )
        await connection.execute(statement)


async def add(connection: AsyncConnection, message: NewMessage) -> bool:
    """Put one message into the outbox. False where this key's message is there already."""
    made = insert(_messages).values(_row(message)).on_conflict_do_nothing().returning(_messages.c.key)
    return (await connection.execute(made)).one_or_none() is not None


def _row(message: NewMessage) -> dict[str, Any]:
    kept = {"sent_at": message.planned_at} if message.status == "kept" else {}
    return vars(message) | {"attachments": [dict(item) for item in message.attachments]} | kept


async def statuses(connection: AsyncConnection, keys: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """(status, cause) of these messages."""
    query = select(_messages.c.key, _messages.c.status, _messages.c.cause).where(_messages.c.key.in_(keys))
    return {row.key: (row.status, row.cause) for row in await connection.execute(query)}


async def claim(connection: AsyncConnection, key: str, dead_after: timedelta) -> Claimed | None:
    """Take the message for an attempt; an attempt that began `dead_after` ago has died.

    None where another attempt has it, or there is nothing to send.
    """
    query = select(_messages).where(_messages.c.key == key).with_for_update()
    row = (await connection.execute(query.add_columns(func.now().label("now")))).one_or_none()
    if row is None or row.status in (*_ENDED, "unknown"):
        return None
    interrupted = row.status == "sending"
    if interrupted and row.sending_at is not None and row.sending_at > row.now - dead_after:
        return None
    values = {"status": "sending", "sending_at": func.now(), "attempts": row.attempts + 1}
    if interrupted:
        values["repeated"] = True
    await connection.execute(update(_messages).where(_messages.c.key == key).values(values))
    names = NewMessage.__dataclass_fields__
    message = NewMessage(**{name: row._mapping[name] for name in names})
    return Claimed(message, interrupted, row.repeated)


async def settle(connection: AsyncConnection, key: str, status: str, cause: str | None = None) -> None:
    """How the attempt ended. `broken` is no status: it was cut off midway, and the next attempt knows."""
    values: dict[str, Any] = {"status": status, "cause": cause}
    if status == "broken":
        values = {"sending_at": None, "cause": cause}
    elif status == "sent":
        values["sent_at"] = func.now()
    await connection.execute(
        update(_messages).where(_messages.c.key == key, _messages.c.status == "sending").values(values)
    )


async def again(connection: AsyncConnection, key: str) -> bool:
    """Let a message that failed, or may have gone out, be sent again. False where it did neither."""
    waits = and_(_messages.c.key == key, _messages.c.status.in_(("failed", "unknown")))
    freed = update(_messages).where(waits).values(status="planned", cause=None)
    return (await connection.execute(freed)).rowcount > 0
