"""Hooks and public pages in the database: secrets, what came in, how often, and the keys that links carry."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.hooks import Clues
from store import tables

_secrets, _inbox, _hits, _keys = tables.hook_secrets, tables.inbox, tables.form_hits, tables.signing_keys
_deals, _points, _numbers = tables.deals, tables.contact_points, tables.document_numbers
WAITING = ("waiting", "unknown", "refused")


@dataclass(frozen=True)
class InboxRow:
    """A hook that came in. `deal_id` is the deal it went to, or was meant for."""

    id: str
    source: str
    webhook_id: str
    kind: str
    body: dict[str, Any]
    deal_id: str | None
    status: str
    cause: str | None
    received_at: datetime
    handled_by: str | None
    handled_at: datetime | None


@dataclass(frozen=True)
class SecretRow:
    """One secret of a source; the secret itself is shown only once, when it is made."""

    source: str
    created_at: datetime
    expires_at: datetime | None


async def hook_secrets(connection: AsyncConnection, source: str, now: datetime) -> list[str]:
    """The secrets that let the source in now."""
    valid = or_(_secrets.c.expires_at.is_(None), _secrets.c.expires_at > now)
    query = select(_secrets.c.secret).where(_secrets.c.source == source, valid)
    return list((await connection.execute(query.order_by(_secrets.c.created_at))).scalars())


async def list_secrets(connection: AsyncConnection, now: datetime) -> list[SecretRow]:
    """Secrets that are valid now, without themselves."""
    valid = or_(_secrets.c.expires_at.is_(None), _secrets.c.expires_at > now)
    query = select(_secrets.c.source, _secrets.c.created_at, _secrets.c.expires_at).where(valid)
    rows = await connection.execute(query.order_by(_secrets.c.source, _secrets.c.created_at))
    return [SecretRow(**row._mapping) for row in rows]


async def add_secret(
    connection: AsyncConnection, source: str, secret: str, now: datetime, old_for: timedelta
) -> None:
    """A new secret of the source; those it replaces stay valid for `old_for`."""
    mine = (_secrets.c.source == source, _secrets.c.expires_at.is_(None), _secrets.c.secret != secret)
    await connection.execute(update(_secrets).where(*mine).values(expires_at=now + old_for))
    made = insert(_secrets).values(source=source, secret=secret, created_at=now)
    await connection.execute(made.on_conflict_do_nothing())


async def find_deal(connection: AsyncConnection, clues: Clues) -> str | None:
    """The deal that the clues lead to: by its id, an invoice, or the client's newest open one."""
    if clues.deal:
        found = await connection.scalar(select(_deals.c.id).where(_deals.c.id == clues.deal))
        return str(found) if found else None
    if clues.invoice and (deal := await _invoiced(connection, clues.invoice)):
        return deal
    if not clues.points:
        return None
    query = (
        select(_deals.c.id)
        .join(_points, _points.c.deal_id == _deals.c.id)
        .where(tuple_(_points.c.kind, _points.c.value).in_([tuple(point) for point in clues.points]))
        .where(_deals.c.status == "open")
        .order_by(_deals.c.opened_at.desc(), _deals.c.id)
        .limit(1)
    )
    found = await connection.scalar(query)
    return str(found) if found else None


async def _invoiced(connection: AsyncConnection, number: str) -> str | None:
    """The deal whose invoice has this number; None where several have, in other years or by other firms."""
    if not number.isdecimal() or len(number) > 9:
        return None
    query = select(_numbers.c.key).where(_numbers.c.kind == "invoice", _numbers.c.number == int(number))
    keys = list((await connection.execute(query)).scalars())
    deals = {key.partition("/")[0] for key in keys}
    known = list((await connection.execute(select(_deals.c.id).where(_deals.c.id.in_(deals)))).scalars())
    return known[0] if len(known) == 1 else None


async def receive(connection: AsyncConnection, row: dict[str, Any]) -> InboxRow:
    """Keep what came in; of a repeat, the row that is there already."""
    await connection.execute(insert(_inbox).values(row).on_conflict_do_nothing())
    kept = await inbox_row(connection, row["id"])
    assert kept is not None
    return kept


async def inbox_row(connection: AsyncConnection, id: str) -> InboxRow | None:
    """One row of the inbox."""
    row = (await connection.execute(select(_inbox).where(_inbox.c.id == id))).one_or_none()
    return InboxRow(**row._mapping) if row else None


async def inbox(connection: AsyncConnection, limit: int) -> list[InboxRow]:
    """What waits for a person, oldest first."""
    query = select(_inbox).where(_inbox.c.status.in_(WAITING)).order_by(_inbox.c.received_at, _inbox.c.id)
    return [InboxRow(**row._mapping) for row in await connection.execute(query.limit(limit))]


async def settle(
    connection: AsyncConnection,
    id: str,
    status: str,
    *,
    deal: str | None = None,
    cause: str | None = None,
    by: str | None = None,
    at: datetime | None = None,
) -> None:
    """How it went with a row."""
    changes: dict[str, Any] = {"status": status, "cause": cause, "handled_by": by, "handled_at": at}
    if deal is not None:
        changes["deal_id"] = deal
    await connection.execute(update(_inbox).where(_inbox.c.id == id).values(changes))


async def hit(connection: AsyncConnection, who: Sequence[str], since: datetime) -> dict[str, int]:
    """Count a use of a public page in the window that began at `since`; how many there are, by `who`."""
    made = insert(_hits).values([{"who": one, "since": since, "hits": 1} for one in sorted(set(who))])
    counted = made.on_conflict_do_update(
        index_elements=["who", "since"], set_={"hits": _hits.c.hits + 1}
    ).returning(_hits.c.who, _hits.c.hits)
    found = {row.who: int(row.hits) for row in await connection.execute(counted)}
    if 1 in found.values():  # someone new: a good moment to forget who came long ago
        await connection.execute(delete(_hits).where(_hits.c.since < since - timedelta(days=1)))
    return found


async def take_back(connection: AsyncConnection, who: Sequence[str], since: datetime) -> None:
    """One use less by each of `who` in the window that began at `since`."""
    theirs = (_hits.c.who.in_(who), _hits.c.since == since)
    in_order = select(_hits.c.who).where(*theirs).order_by(_hits.c.who.collate("C"))
    await connection.execute(in_order.with_for_update())  # as `hit` takes them: no two wait for one another
    await connection.execute(update(_hits).where(*theirs).values(hits=_hits.c.hits - 1))


async def signing_key(connection: AsyncConnection, name: str) -> bytes:
    """The key of this name, made when it is first asked for. Needs a transaction."""
    made = insert(_keys).values(name=name, key=secrets.token_hex(32)).on_conflict_do_nothing()
    await connection.execute(made)
    return bytes.fromhex(await connection.scalar(select(_keys.c.key).where(_keys.c.name == name)) or "")


async def open_deals(connection: AsyncConnection, people: Sequence[str]) -> dict[str, int]:
    """How many open deals each of them leads; 0 included."""
    query = select(_deals.c.responsible, func.count()).where(
        _deals.c.status == "open", _deals.c.responsible.in_(people)
    )
    rows = (await connection.execute(query.group_by(_deals.c.responsible))).all()
    return dict.fromkeys(people, 0) | {row[0]: row[1] for row in rows}
