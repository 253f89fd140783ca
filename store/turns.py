"""Turns at another system: of a deal's effects of one kind one attempt is under way at a time.

Else two attempts could both look for what is there, find nothing, and both make it. A turn ends by itself after a
while, so that one whose process died holds nothing up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

_effects = tables.effects
_LOCK = 0x7475726E  # with a number made of the deal: of two that take a turn, one goes first


async def take_turn(connection: AsyncConnection, key: str, lasts: timedelta) -> datetime | None:
    """Gives the turn to an attempt of this effect; until when. None: another attempt has it, or nothing is planned."""
    mine = _effects.c.key == key
    deal = select(func.hashtext(_effects.c.deal_id)).where(mine).scalar_subquery()
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK, deal)))
    now, other = func.clock_timestamp(), _effects.alias()
    had = select(other.c.key).where(
        other.c.deal_id == _effects.c.deal_id,
        other.c.kind == _effects.c.kind,
        other.c.status != "done",
        other.c.busy_until > now,
    )
    taken = update(_effects).where(mine, ~had.exists()).values(busy_until=now + lasts)
    until: datetime | None = await connection.scalar(taken.returning(_effects.c.busy_until))
    return until


async def end_turn(connection: AsyncConnection, key: str, until: datetime) -> None:
    """Ends the turn that was given until then, unless it has passed to another attempt since."""
    mine = (_effects.c.key == key, _effects.c.busy_until == until)
    await connection.execute(update(_effects).where(*mine).values(busy_until=None))
