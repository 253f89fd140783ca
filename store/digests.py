"""Digests: the notices of a person that have waited long enough, joined into one message of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from store import tables

_notices, _told, _messages = tables.notifications, tables.notification_digests, tables.messages
_channels = tables.channels
_LOCK = 0x766F726F6E6B61  # of composing: one worker at a time
MOST_NOTICES = 100  # in one digest; the rest comes with the next
_PREFIX = "digest/"
_TEST_PREFIX = "test/"


@dataclass(frozen=True)
class Notice:
    """What somebody was told in the product, and has not read."""

    deal_id: str
    approval_id: str
    seq: int
    text: Text
    at: datetime


async def may_compose(connection: AsyncConnection) -> bool:
    """Whether nobody else composes digests; until the end of this transaction nobody will."""
    return bool(await connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


async def unread_notices(connection: AsyncConnection, person: str, owner: str) -> Sequence[Notice]:
    """The person's unread notices that no digest has told of, oldest first, since `owner` (the employee, or a role)
    chose digests."""
    same = and_(
        _told.c.deal_id == _notices.c.deal_id,
        _told.c.approval_id == _notices.c.approval_id,
        _told.c.seq == _notices.c.seq,
    )
    query = select(_notices).where(
        _notices.c.recipient == person,
        _notices.c.read_at.is_(None),
        _notices.c.at >= select(_channels.c.since).where(_channels.c.owner == owner).scalar_subquery(),
        ~exists().where(same),
    )
    query = query.order_by(_notices.c.at, _notices.c.deal_id, _notices.c.seq).limit(MOST_NOTICES)
    return [
        Notice(row.deal_id, row.approval_id, row.seq, Text.model_validate(row.text), row.at)
        for row in await connection.execute(query)
    ]


def digest_key(person: str, first: Notice) -> str:
    """The key of the digest that starts with this notice."""
    return f"{_PREFIX}{person}/{first.deal_id}.{first.approval_id}.{first.seq}"


async def mark_told(connection: AsyncConnection, digest: str, notices: Sequence[Notice]) -> None:
    """These notices are in the digest. IntegrityError if one of them is in another."""
    rows = [
        {"deal_id": one.deal_id, "approval_id": one.approval_id, "seq": one.seq, "digest": digest}
        for one in notices
    ]
    await connection.execute(insert(_told), rows)


def trial_key(person: str, at: datetime) -> str:
    """The key of a message by which the person tries their channel; one a minute."""
    return f"{_TEST_PREFIX}{person}/{at.astimezone(UTC):%Y%m%dT%H%M}"


async def waiting_digests(connection: AsyncConnection) -> list[str]:
    """Keys of digests, and of tests of channels, that are still to go out, oldest first."""
    ours = or_(_messages.c.key.startswith(_PREFIX), _messages.c.key.startswith(_TEST_PREFIX))
    query = select(_messages.c.key).where(_messages.c.status.in_(("planned", "sending")), ours)
    return list((await connection.execute(query.order_by(_messages.c.planned_at, _messages.c.key))).scalars())
