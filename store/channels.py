"""By which channel people want to be written to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.messages import Channel
from store import tables

_channels = tables.channels


async def load_channels(connection: AsyncConnection) -> dict[str, Channel]:
    """All choices, by owner."""
    names = [column for column in _channels.c if column.name != "since"]
    rows = await connection.execute(select(*names).order_by(_channels.c.owner))
    return {row.owner: Channel.model_validate(dict(row._mapping)) for row in rows}


async def save_channel(connection: AsyncConnection, channel: Channel) -> None:
    """One owner's choice, in place of the one before. Notices from now on go into digests, older ones never."""
    values = channel.model_dump()
    since = case((_channels.c.digest_minutes.is_(None), func.now()), else_=_channels.c.since)
    changes = values | {"since": since}
    statement = insert(_channels).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["owner"], set_=changes))


async def save_channels(connection: AsyncConnection, channels: Sequence[Channel]) -> None:
    """All choices at once; who is left out is written to as if nothing had been chosen."""
    kept = [channel.owner for channel in channels]
    await connection.execute(delete(_channels).where(_channels.c.owner.not_in(kept)))
    for channel in channels:
        await save_channel(connection, channel)


async def drop_channel(connection: AsyncConnection, owner: str) -> None:
    """The owner's choice is forgotten."""
    await connection.execute(delete(_channels).where(_channels.c.owner == owner))
