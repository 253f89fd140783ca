"""What the card says of the last move: whether, and until when, the one who looks may undo it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.deal import Deal
from domain.decide.turn import Moment, Turn
from domain.decide.undoing import objection
from domain.definition import Pipeline
from domain.events import Moved
from domain.facts import Facts
from domain.past import UNDO_WITHIN, MoveTrace
from store.queries.moves import latest_move


async def undo_offered(
    connection: AsyncConnection, deal: Deal, definition: Pipeline, facts: Facts, who: str, now: datetime
) -> dict[str, Any] | None:
    """`{seq, until, stage_title}`, the stage being the one that the deal would go back to; None for no undo.

    Only a deal that was moved lately is worth a query.
    """
    if deal.visit == 1 or deal.moved_at < now - UNDO_WITHIN:
        return None
    move = await latest_move(connection, deal.id, deal.moved_at)
    return _offered(move, deal, definition, facts, who, now) if move else None


def _offered(
    move: MoveTrace, deal: Deal, definition: Pipeline, facts: Facts, who: str, now: datetime
) -> dict[str, Any] | None:
    turn = Turn(definition, deal, Moment(now=now, by=who, deal=deal.id), facts)
    if objection(turn, move) or not isinstance(move.moved.event, Moved):
        return None
    return {
        "seq": move.moved.seq,
        "until": move.until.isoformat().replace("+00:00", "Z"),
        "stage_title": definition.stages[move.moved.event.previous].title.model_dump(),
    }
