"""Idea 4 under fire: the worker is killed, PostgreSQL breaks off, and everything is done exactly once."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.approvals.running import prepare_approvals
from tests.crash import histories, oracle, papers
from tests.crash.load import LONGEST, Order
from tests.crash.papers import Office
from tests.crash.process import WorkerProcess
from tests.live import Live, LiveDeal, eventually, running
from workflows import policies

KILLS = 30
STOPS = 3
GIVEN_UP = policies.DECISION_TOTAL.total_seconds() + 1  # away so long, updates are refused as unavailable
PEOPLE = 5
MEASURED = 6  # every so many kills all is calm before one, and the new worker lives until all is answered
# A decision's timeout and five seconds, after one crash.
RECOVERY = policies.DECISION_TIMEOUT.total_seconds() + 5


@dataclass
class Site:
    """Real servers with their data on disk, and a worker process."""

    live: Live
    postgres: Postgres
    worker: WorkerProcess
    seed: int


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    seed = int(os.environ.get("VORONKA_CRASH_SEED") or random.randrange(10**6))
    print(f"\nVORONKA_CRASH_SEED={seed}")
    postgres = Postgres(tmp_path / "postgres")  # one that keeps what it has acknowledged
    try:
        postgres.start()
        await prepare_approvals(postgres.url)
        with TemporalServer.temporary() as temporal:
            async with running(postgres.url, temporal.address, worker=False) as live:
                worker = WorkerProcess(postgres.url, temporal.address, live.queue, tmp_path / "worker.log")
                await worker.start()
                site = Site(live, postgres, worker, seed)
                yield site
                assert site.worker.stop() == 0
    finally:
        postgres.stop("immediate")


@asynccontextmanager
async def at_work(site: Site) -> AsyncIterator[Office]:
    """People at work; at the end they finish what they are at, and everything is looked over."""
    load = Office(site.live, site.seed)
    calm = await load.play_order(random.Random(site.seed), calm=True)
    people = [asyncio.create_task(load.work(person)) for person in range(PEOPLE)]
    try:
        yield load
        load.finishing = True
        await asyncio.gather(*people)
    finally:
        load.finishing = load.given_up = True
        for task in people:
            task.cancel()
        await asyncio.gather(*people, return_exceptions=True)
    await _all_at_rest(site.live)
    stored = await oracle.read(site.live)
    for order in load.orders:
        oracle.check(order, calm, stored)
    for one in load.papers:
        await papers.check(site.live, one, stored)
    deals = [id for id, kept in stored.items() if kept.state]
    assert len(deals) == 3 * len(load.orders) + len(load.papers), "deals that nobody opened"
    await _workflows_know(site.live, load.orders)
    print(f"{len(load.papers)} approvals, {len(load.orders)} orders,",
          f"{sum(len(order.answered) for order in load.orders)} updates answered, "
          f"{sum(len(order.signals) + len(order.comments) for order in load.orders)} signals")  # fmt: skip


async def _all_at_rest(live: Live) -> None:
    async def those(statuses: str) -> list[str]:
        query = f"TaskQueue = '{live.queue}' AND ExecutionStatus IN ({statuses})"
        return [found.id async for found in live.client.list_workflows(query)]

    async def none_runs() -> bool:
        return not await those("'Running'")

    # A message whose worker was killed is tried again when its attempt's time is over.
    try:
        await eventually(none_runs, within=policies.EFFECT_ATTEMPT.total_seconds() + 30)
    except AssertionError:
        for id in await those("'Running'"):
            print("still runs:", await live.deal(id.removeprefix("deal-")).stored())
        raise
    assert not await those("'Failed', 'Terminated', 'TimedOut', 'Canceled'")


async def _workflows_know(live: Live, orders: list[Order]) -> None:
    """The workflows' deals are PostgreSQL's, as far as a replay of each tells."""
    for order in orders[:: max(len(orders) // 15, 1)]:
        for id in order.deals:
            assert await live.deal(id).knows_all(), id


async def test_another_worker_does_in_time_what_a_killed_one_had_in_hand(site: Site) -> None:
    """It polls already, so what is measured are the product's own times, not a machine's for starting a process."""
    busy, idle = [await _a_quote(site.live) for _ in range(2)]  # both are in the first worker's cache
    first, site.worker = site.worker, site.worker.another()
    try:
        await site.worker.start()
        async with _decisions_held(site.postgres) as one_waits:
            await busy.tell("comment", id="told", text="by signal")
            await eventually(one_waits)
            first.kill()
    finally:
        first.kill()
    answers = [
        _in_time(idle, idle.do("comment", command="asked", text="by update")),
        _in_time(busy, eventually(lambda: busy.has("commented"), within=LONGEST)),
    ]
    print("after the kill:", _seconds(await asyncio.gather(*answers)))


async def _a_quote(live: Live) -> LiveDeal:
    return await live.open("order.quote", company=await live.company(contract_signed=False))


@asynccontextmanager
async def _decisions_held(postgres: Postgres) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Nothing is decided meanwhile. Gives whether a decision waits for that."""
    url = postgres.url.replace("+asyncpg", "")
    holder, watcher = await asyncpg.connect(url), await asyncpg.connect(url)

    async def one_waits() -> bool:
        return bool(await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE deals IN ACCESS EXCLUSIVE MODE")
            yield one_waits
    finally:
        await holder.close()
        await watcher.close()


async def _in_time(deal: LiveDeal, answer: Coroutine[Any, Any, Any]) -> float:
    """The seconds until the answer; AssertionError with the deal's history where it does not come in time."""
    began = time.monotonic()
    task = asyncio.create_task(answer)
    await asyncio.wait([task], timeout=RECOVERY)
    if not task.done():
        told = await histories.tell(deal.live.client, [deal.handle.id])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise AssertionError(f"not within {RECOVERY} s: {told}")
    await task
    return time.monotonic() - began


@pytest.mark.timeout(900)
async def test_the_worker_may_be_killed_at_any_moment(site: Site) -> None:
    chance = random.Random(site.seed)
    startups, recoveries = [], []
    async with at_work(site) as load:
        for number in range(KILLS):
            measured = number % MEASURED == MEASURED - 1
            undisturbed = await load.calm() if measured else 0.0
            await asyncio.sleep(chance.uniform(0.02, 0.7))
            print(f"{histories.clock(datetime.now(UTC))} killed", "after calm" if measured else "")
            site.worker.kill()
            under_way = set(load.under_way)
            startups.append(await site.worker.start(cached=measured or number % 3 != 2))
            if measured:
                recoveries.append(await load.answered(under_way, RECOVERY + undisturbed))
    print(f"{KILLS} kills; start {max(startups):.1f} s at most; then recovered after", _seconds(recoveries))


@pytest.mark.timeout(900)
async def test_postgresql_may_break_off_at_any_moment(site: Site) -> None:
    chance = random.Random(site.seed)
    recoveries = []
    async with at_work(site) as load:
        for away in (*(chance.uniform(0, 2) for _ in range(STOPS - 1)), GIVEN_UP):
            undisturbed = await load.calm()
            await asyncio.sleep(chance.uniform(0.5, 2))
            print(f"{histories.clock(datetime.now(UTC))} PostgreSQL stopped")
            await asyncio.to_thread(site.postgres.stop, "immediate")
            under_way = set(load.under_way)
            await asyncio.sleep(away)
            await asyncio.to_thread(site.postgres.start)
            recoveries.append(await load.answered(under_way, RECOVERY + undisturbed))
    print(f"{STOPS} stops; recovered after", _seconds(recoveries))


def _seconds(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values) + " s"
