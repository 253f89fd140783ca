"""While PostgreSQL is away nothing is answered that is not kept, and what waits is done when it is back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import psutil
import pytest
from temporalio.exceptions import ApplicationError

from domain.events import Commented, Fired, Notified
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.live import Live, LiveDeal, eventually, prepare, running
from workflows import policies

QUOTE = "order.quote"
AT_MOST = 18.0  # seconds until an update is refused: the decision's 6, and what the machine takes


@pytest.fixture(scope="module")
async def house(
    temporal_server: TemporalServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Live, Postgres]]:
    """The product on a PostgreSQL that tests may stop: one that keeps what it has acknowledged."""
    postgres = Postgres(tmp_path_factory.mktemp("postgres"))
    try:
        postgres.start()
        await prepare(postgres.url)
        async with running(postgres.url, temporal_server.address) as live:
            yield live, postgres
    finally:
        postgres.stop("immediate")


@contextlib.contextmanager
def stopped(postgres: Postgres) -> Iterator[None]:
    """Gone at once, as after a crash of its machine; connections are refused."""
    postgres.stop("immediate")
    try:
        yield
    finally:
        postgres.start()


@contextlib.contextmanager
def frozen(postgres: Postgres) -> Iterator[None]:
    """Still there, but it answers nobody."""
    assert postgres.pid
    server = psutil.Process(postgres.pid)
    family = [server, *server.children(recursive=True)]
    for process in family:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGCONT)


async def unavailable(deal: LiveDeal, command: str) -> float:
    """Sends an update that must fail as `unavailable`; returns how many seconds that took."""
    began = time.monotonic()
    error: ApplicationError = await deal.refusal("comment", text=command, command=command)
    assert error.type == "unavailable"
    return time.monotonic() - began


@pytest.mark.parametrize("away", [stopped, frozen])
async def test_updates_fail_as_unavailable_in_time_and_work_again_later(
    house: tuple[Live, Postgres], away: object
) -> None:
    """Also when several wait for each other: they find out together, not one after another."""
    live, postgres = house
    deal = await live.open(QUOTE)
    before = (await deal.record(), await deal.size())
    with stopped(postgres) if away is stopped else frozen(postgres):
        took = await asyncio.gather(*(unavailable(deal, f"c{number}") for number in range(4)))
        assert max(took) < AT_MOST
    await eventually(lambda: _answers(deal))
    assert await deal.record() == before[0], "nothing was done"
    events, size = (after - earlier for after, earlier in zip(await deal.size(), before[1], strict=True))
    assert events <= 25
    assert size <= 8 * 1024
    seq = await deal.do("comment", text="c0", command="c0")
    assert (await deal.record())[-1].seq == seq, "the same command is done now"
    assert await deal.do("comment", text="c0", command="c0") == seq, "once"


async def test_signals_and_timers_wait_and_are_done_when_it_is_back(house: tuple[Live, Postgres]) -> None:
    live, postgres = house
    deal = await live.open(QUOTE)
    due = datetime.now(UTC) + timedelta(seconds=2)
    await deal.do("create_task", title="Call", assignee="sales", deadline=due.isoformat())
    before = await deal.size()
    with stopped(postgres):
        for number in range(20):
            await deal.tell("comment", text=str(number))
        await asyncio.sleep(max((due - datetime.now(UTC)).total_seconds(), 0) + 1)
        assert await unavailable(deal, "meanwhile") < AT_MOST
    await eventually(lambda: _done(deal))
    events = [recorded.event for recorded in await deal.record()]
    texts = [event.text for event in events if isinstance(event, Commented)]
    assert texts == [str(number) for number in range(20)], "in order, once"
    told = [event.to for event in events if isinstance(event, Notified) and event.kind == "overdue"]
    assert told == ["sales"]
    fired = [recorded.at for recorded in await deal.record() if isinstance(recorded.event, Fired)]
    assert fired == [due]
    assert (await deal.size())[0] - before[0] < 140
    assert await deal.knows_all()


async def test_a_success_ends_the_wait_of_what_is_tried_again_later(
    house: tuple[Live, Postgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "FIRST_PAUSE", policies.LONGEST_PAUSE)  # longer than the test
    live, postgres = house
    deal = await live.open(QUOTE)
    with stopped(postgres):
        await deal.tell("comment", text="signal")
        await unavailable(deal, "meanwhile")
    assert not await deal.has("commented"), "the signal waits"
    await deal.do("comment", text="update")
    await eventually(lambda: deal.has("commented", 2))


async def test_a_deal_opened_meanwhile_opens_when_it_is_back(house: tuple[Live, Postgres]) -> None:
    live, postgres = house
    deal = live.deal("00000000-0000-4000-8000-0000000000aa")
    start = {"deal": deal.id, "open": {"pipeline": QUOTE, "responsible": "sales"}, "command": "open"}
    with stopped(postgres):
        await live.client.start_workflow("Deal", start, id=deal.handle.id, task_queue=live.queue)
        await asyncio.sleep(1)
    await eventually(lambda: deal.has("opened"))


async def _answers(deal: LiveDeal) -> bool:
    try:
        return bool(await deal.record())
    except Exception:
        return False


async def _done(deal: LiveDeal) -> bool:
    return await deal.has("commented", 20) and await deal.has("fired")
