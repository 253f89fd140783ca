"""An effect that is tried for hours: a person's «retry» meets it at its end, on the real server."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.live import Live, LiveDeal, eventually, running

DEALS = 15
SOON = 0.03  # seconds within which the attempt ends and the person asks


class Outside:
    """1C as one activity: late at first, then it ends when it is told to."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.may_end: dict[str, asyncio.Event] = {}

    @activity.defn(name="effect_onec_task")
    async def task(self, key: str) -> dict[str, Any]:
        self.calls[key] += 1
        if self.calls[key] == 1:
            return {"late": {"cause": "no answer", "code": "onec_unavailable"}}
        await self.may_end.setdefault(key, asyncio.Event()).wait()
        return {"status": "open", "number": "1"}


async def test_a_retry_races_the_effects_own_end(
    live: Live, postgres: Postgres, temporal_server: TemporalServer
) -> None:
    outside = Outside()
    async with running(postgres.url, temporal_server.address, onec=(outside.task,)) as house:
        deals = await asyncio.gather(*(_late(house) for _ in range(DEALS)))
        await asyncio.gather(*(_race(deal, outside) for deal in deals))
        await asyncio.gather(*(_over(deal) for deal in deals))


async def _over(deal: LiveDeal) -> None:
    """The effect is done once, and the deal goes on."""
    await eventually(lambda: deal.has("effect_done"))
    await deal.do("comment", text="it goes on")
    stored = await deal.stored()
    assert (stored.effects, stored.attention, stored.mirrored[1].state) == ({}, None, "open")
    assert not await deal.has("effect_done", 2)


async def _late(live: Live) -> LiveDeal:
    deal = await live.open("test.claimed")
    await deal.do("request", kind="haul")
    await eventually(lambda: deal.has("effect_late"))
    return deal


async def _race(deal: LiveDeal, outside: Outside) -> None:
    [key] = (await deal.stored()).effects

    async def begun() -> bool:
        return outside.calls[key] > 1

    await eventually(begun)

    async def end() -> None:
        await asyncio.sleep(random.uniform(0, SOON))
        outside.may_end[key].set()

    async def ask() -> None:
        await asyncio.sleep(random.uniform(0, SOON))
        with contextlib.suppress(WorkflowUpdateFailedError):  # refused where it was over before
            await deal.do("retry")

    await asyncio.gather(end(), ask())
