"""Tasks that have a double in 1C, and what is known of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Text, and_, cast, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.functions import func

from store import tables
from store.session import single_statements

_tasks, _effects, _deals = tables.tasks, tables.effects, tables.deals
_LOCK = 0x766F726F6E316373  # of looking: one worker at a time


@dataclass(frozen=True)
class Mirrored:
    """An open task whose double has been made. `state` and `number` are as the deal knows them."""

    deal: str
    task: int
    state: str | None
    number: str | None

    @property
    def key(self) -> str:
        """The task's public id, which 1C keeps with the double."""
        return f"{self.deal}.{self.task}"


@asynccontextmanager
async def looking(engine: AsyncEngine) -> AsyncIterator[bool]:
    """Whether nobody else looks; until the end of the block nobody will.

    Keeps one connection and no transaction: what is waited for meanwhile holds nothing up.
    """
    async with single_statements(engine).connect() as connection:
        alone = bool(await connection.scalar(select(func.pg_try_advisory_lock(_LOCK))))
        try:
            yield alone
        finally:
            if alone:
                await connection.execute(select(func.pg_advisory_unlock(_LOCK)))


async def open_mirrored(connection: AsyncConnection) -> list[Mirrored]:
    """Open tasks with a double in 1C, by deal."""
    number = cast(_tasks.c.number, Text)
    made = and_(
        _effects.c.deal_id == _tasks.c.deal_id,
        _effects.c.kind == "onec_task",
        _effects.c.name == literal("mirror.") + number,
        _effects.c.status == "done",
    )
    known = _deals.c.state["mirrored"][number]
    query = select(
        _tasks.c.deal_id,
        _tasks.c.number,
        known["state"].as_string().label("known_state"),
        known["number"].as_string().label("known_number"),
    )
    query = query.join(_effects, made).join(_deals, _deals.c.id == _tasks.c.deal_id)
    query = query.where(_tasks.c.status == "open").order_by(_tasks.c.deal_id, _tasks.c.number)
    rows = await connection.execute(query)
    return [Mirrored(row.deal_id, row.number, row.known_state, row.known_number) for row in rows]
