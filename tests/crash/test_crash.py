"""Idea 4 under fire: the worker is killed, PostgreSQL breaks off, and everything is done exactly once."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.approvals.running import prepare_approvals
from tests.crash import oracle, papers
from tests.crash.load import Order
from tests.crash.papers import Office
from tests.crash.process import WorkerProcess
from tests.live import Live, eventually, running
from workflows import policies

KILLS = 30
STOPS = 3
PEOPLE = 5
MEASURED = 6  # every so many kills the new worker lives until all that was under way has been answered
# A decision's timeout and five seconds, from when the new worker polls.
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
                yield Site(live, postgres, worker, seed)
                assert worker.stop() == 0
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
        await eventually(none_runs, within=policies.EFFECT_ATTEMPT.total_seconds() + 10)
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


@pytest.mark.timeout(240)
async def test_the_worker_may_be_killed_at_any_moment(site: Site) -> None:
    chance = random.Random(site.seed)
    startups, recoveries = [], []
    async with at_work(site) as load:
        for number in range(KILLS):
            await asyncio.sleep(chance.uniform(0.02, 0.7))
            site.worker.kill()
            under_way = set(load.under_way)
            startups.append(await site.worker.start(cached=number % 3 != 2))
            if number % MEASURED == MEASURED - 1:
                recoveries.append(await load.answered(under_way, RECOVERY))
    print(f"{KILLS} kills; start {max(startups):.1f} s at most; then recovered after", _seconds(recoveries))


@pytest.mark.timeout(240)
async def test_postgresql_may_break_off_at_any_moment(site: Site) -> None:
    chance = random.Random(site.seed)
    recoveries = []
    async with at_work(site) as load:
        for _ in range(STOPS):
            await asyncio.sleep(chance.uniform(0.5, 2))
            await asyncio.to_thread(site.postgres.stop, "immediate")
            under_way = set(load.under_way)
            await asyncio.sleep(chance.uniform(0, 2))
            await asyncio.to_thread(site.postgres.start)
            recoveries.append(await load.answered(under_way, RECOVERY))
    print(f"{STOPS} stops; recovered after", _seconds(recoveries))


def _seconds(values: list[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in values) + " s"
