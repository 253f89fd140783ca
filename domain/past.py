"""A person's move as the record tells it: what it brought, what came since, and the deal as it was before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.base import Lasting
from domain.deal import Deal
from domain.events import Moved, Recorded
from domain.evolve import fold

UNDO_WITHIN = timedelta(minutes=5)


class MoveTrace(Lasting):
    """`moved`: the move's own event. `brought`: all events of its command, that one among them; `since`: later ones."""

    moved: Recorded
    brought: tuple[Recorded, ...]
    since: tuple[Recorded, ...] = ()

    @property
    def until(self) -> datetime:
        """The last moment at which the move may be undone."""
        return self.moved.at + UNDO_WITHIN


class PastMove(MoveTrace):
    """A move that is to be undone; `before`: the deal before the command."""

    before: Deal


def is_by_hand(recorded: Recorded) -> bool:
    """Whether the event is a move that a person asked for."""
    return isinstance(recorded.event, Moved) and not recorded.event.auto


def trace(records: Sequence[Recorded], number: int, end: int) -> MoveTrace | None:
    """The move whose event has this number; None where it is not a person's move.

    `records`: the deal's record, or its end with the whole of the move. `end`: the last event of the move's decision.
    """
    moved = next((recorded for recorded in records if recorded.seq == number), None)
    if moved is None or not isinstance(moved.event, Moved) or moved.event.auto:
        return None
    first = number - moved.event.lead
    return MoveTrace(
        moved=moved,
        brought=tuple(recorded for recorded in records if first <= recorded.seq <= end),
        since=tuple(recorded for recorded in records if recorded.seq > end),
    )


def past_move(records: Sequence[Recorded], number: int, end: int) -> PastMove | None:
    """As `trace`, with the deal before; `records` is the whole record."""
    found = trace(records, number, end)
    before = fold(None, (one for one in records if found and one.seq < found.brought[0].seq))
    if found is None or before is None:
        return None
    return PastMove(moved=found.moved, brought=found.brought, since=found.since, before=before)
