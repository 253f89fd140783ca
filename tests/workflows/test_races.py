"""A person's move and a timer at the same moment: one of them is first, and all that follows agrees on which."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.events import Fired, Moved, Notified
from domain.evolve import fold
from store import tables
from tests.live import Live, LiveDeal, eventually

SEEDS = 20
COMMAND = "by-hand"


async def race(live: Live, seed: int) -> bool:
    """Plays one race, checks that it came out whole, and says whether the person was first."""
    dice = random.Random(seed)
    deal = await live.open("test.timed")
    due = datetime.now(UTC) + timedelta(seconds=5)  # the timer must be there before it
    await deal.do("move", to="timed", fields={"due": due.isoformat()})
    moves_at = due + timedelta(seconds=dice.uniform(-0.06, 0.02))
    await asyncio.sleep(max((moves_at - datetime.now(UTC)).total_seconds(), 0))
    first = await _moves(deal)
    await eventually(lambda: _rests(deal))
    await _check(deal, due, first)
    return first


async def _moves(deal: LiveDeal) -> bool:
    """The person's move: true when it was made, false when it was refused, because the timer had been first."""
    try:
        await deal.do("move", to="by_hand", expected_stage="timed", command=COMMAND)
    except WorkflowUpdateFailedError as error:
        if isinstance(error.cause, ApplicationError) and error.cause.type == "stale_stage":
            return False
        raise
    return True


async def _rests(deal: LiveDeal) -> bool:
    return not (await deal.stored()).agenda


async def _check(deal: LiveDeal, due: datetime, person_first: bool) -> None:
    record, stored = await deal.record(), await deal.stored()
    assert [one.seq for one in record] == list(range(1, stored.seq + 1))
    assert fold(None, record) == stored
    assert await deal.knows_all()
    moves = [(one.event.stage, one.event.auto) for one in record if isinstance(one.event, Moved)]
    assert moves == [("timed", False), ("by_hand", False) if person_first else ("late", True)]
    fired = [(one.event.id, one.at) for one in record if isinstance(one.event, Fired)]
    cancelled = {"timed.rules.0", "timed.rules.2"} if person_first else set()
    assert sorted(id for id, _ in fired) == sorted({f"timed.rules.{n}" for n in (0, 1, 2)} - cancelled)
    assert {at for _, at in fired} == {due}
    told = [one.event.to for one in record if isinstance(one.event, Notified)]
    assert told == (["head"] if person_first else ["sales", "head"])
    if person_first:
        assert (
            next(one.at for one in record if isinstance(one.event, Moved) and one.event.stage == "by_hand")
            < due
        )
    async with deal.live.engine.connect() as connection:
        mine = (tables.commands.c.deal_id == deal.id) & (tables.commands.c.id == COMMAND)
        (refusal,) = (await connection.execute(select(tables.commands.c.refusal).where(mine))).scalars().all()
        notices = tables.notifications.c.recipient
        rows = (
            await connection.execute(select(notices).where(tables.notifications.c.deal_id == deal.id))
        ).scalars()
    assert (refusal is None) is person_first
    assert sorted(rows) == sorted(told)


async def test_a_move_races_a_timer(live: Live) -> None:
    """The timer acts, or is cancelled by the move unless it is kept; never both, and both are answered."""
    first = await asyncio.gather(*(race(live, seed) for seed in range(SEEDS)))
    print(f"the person was first in {sum(first)} of {SEEDS} races")
