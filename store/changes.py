"""Which deals have just changed, for whoever shows them: PostgreSQL tells every web process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from store import tables

_LOG = logging.getLogger(__name__)
CHANNEL = "voronka_deals"
MERGE_SECONDS = 0.25
_AGAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Change:
    """What changed within a moment: ids of deals, their pipelines, and the people whom it concerns.

    `everything`: the connection was away, so anything may have changed.
    """

    deals: frozenset[str] = frozenset()
    pipelines: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    everything: bool = False


async def changes(engine: AsyncEngine) -> AsyncIterator[Change]:
    """Changes from now on, for ever; those within a quarter of a second come as one."""
    first = True
    while True:
        try:
            async with _listening(engine) as heard:
                if not first:
                    yield Change(everything=True)
                first = False
                while True:
                    deals = {await heard.get()}
                    await asyncio.sleep(MERGE_SECONDS)
                    while not heard.empty():
                        deals.add(heard.get_nowait())
                    if None in deals:
                        break  # the connection ended
                    async with engine.connect() as connection:
                        yield await _describe(connection, [deal for deal in deals if deal])
        except Exception as error:  # OSError, or whatever the driver raises for a server that restarts
            _LOG.warning("changes are not heard for a moment: %s", type(error).__name__)
        await asyncio.sleep(_AGAIN_SECONDS)


@contextlib.asynccontextmanager
async def _listening(engine: AsyncEngine) -> AsyncIterator[asyncio.Queue[str | None]]:
    """A queue of deal ids; None once the connection has ended."""
    heard: asyncio.Queue[str | None] = asyncio.Queue()
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection

        def hear(_connection: object, _pid: int, _channel: str, deal: str) -> None:
            heard.put_nowait(deal)

        def end(_connection: object) -> None:
            heard.put_nowait(None)

        await driver.add_listener(CHANNEL, hear)
        driver.add_termination_listener(end)
        try:
            yield heard
        finally:
            driver.remove_termination_listener(end)
            with contextlib.suppress(Exception):  # it may be closed already
                await driver.remove_listener(CHANNEL, hear)


async def _describe(connection: AsyncConnection, ids: Iterable[str]) -> Change:
    wanted = sorted(ids)
    deals, tasks, asked = tables.deals, tables.tasks, tables.assignments
    notices, approvals, seats = tables.notifications, tables.approvals, tables.approval_seats
    query = select(deals.c.pipeline, deals.c.responsible).where(deals.c.id.in_(wanted))
    rows = (await connection.execute(query)).all()
    concerned = union(
        select(tasks.c.assignee).where(tasks.c.deal_id.in_(wanted)),
        select(asked.c.assignee).where(asked.c.deal_id.in_(wanted)),
        select(notices.c.recipient).where(notices.c.deal_id.in_(wanted), notices.c.read_at.is_(None)),
        select(seats.c.assignee)
        .join(approvals, approvals.c.id == seats.c.approval_id)
        .where(approvals.c.deal_id.in_(wanted)),
    )
    people = (await connection.execute(concerned)).scalars()
    return Change(
        deals=frozenset(wanted),
        pipelines=frozenset(row.pipeline for row in rows),
        people=frozenset(people) | {row.responsible for row in rows},
    )
