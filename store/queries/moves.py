"""A deal's moves by people, from its record and the ledger, which knows where the decision on a move ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.events import RECORD, Recorded
from domain.past import MoveTrace, PastMove, is_by_hand, trace
from domain.past import past_move as past_move_of
from store import tables

_events, _commands = tables.events, tables.commands


async def past_move(connection: AsyncConnection, deal_id: str, number: int) -> PastMove | None:
    """The move whose event has this number, and the deal before it. None where that is no person's move."""
    records, ends = await _read(connection, _record_of(deal_id))
    end = ends.get(number)
    return past_move_of(records, number, end) if end else None


async def latest_move(connection: AsyncConnection, deal_id: str, since: datetime) -> MoveTrace | None:
    """The last move by a person at `since` or later, with what it brought and what came after it."""
    recent, ends = await _read(connection, _record_of(deal_id).where(_events.c.at >= since))
    number = next((recorded.seq for recorded in reversed(recent) if is_by_hand(recorded)), None)
    end = ends.get(number) if number else None
    return trace(recent, number, end) if number and end else None


def _record_of(deal_id: str) -> Select[Any]:
    query = select(
        _events.c.seq, _events.c.at, _events.c.by, _events.c.data.label("event"), _end().label("end")
    )
    return query.where(_events.c.deal_id == deal_id).order_by(_events.c.seq)


def _end() -> ColumnElement[int | None]:
    """For a move: the last event of its decision, with which its command was answered."""
    answered = select(func.min(_commands.c.seq)).where(
        _commands.c.deal_id == _events.c.deal_id, _commands.c.seq >= _events.c.seq
    )
    return case((_events.c.type == "moved", answered.scalar_subquery()))


async def _read(
    connection: AsyncConnection, query: Select[Any]
) -> tuple[list[Recorded], dict[int, int | None]]:
    rows = [dict(row._mapping) for row in await connection.execute(query)]
    return RECORD.validate_python(rows), {row["seq"]: row["end"] for row in rows}
