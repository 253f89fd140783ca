"""One timer for the earliest due moment. A task with a deadline in a moment makes time short enough to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.events import Notified, Recorded
from tests.live import Live, LiveDeal, eventually

QUOTE = "order.quote"


def soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def overdue(record: list[Recorded]) -> list[Recorded]:
    found = [one for one in record if isinstance(one.event, Notified) and one.event.kind == "overdue"]
    return [one for one in found if isinstance(one.event, Notified) and one.event.to == "sales"]


async def timers(deal: LiveDeal) -> list[Any]:
    """Started timers of the present run, in order."""
    history = await deal.handle.fetch_history()
    return [event for event in history.events if event.HasField("timer_started_event_attributes")]


async def test_a_deadline_fires_by_itself_once_at_its_own_moment(live: Live) -> None:
    deal = await live.open(QUOTE)
    due = soon(1.5)
    await deal.do("create_task", title="Call", assignee="sales", deadline=due)
    await eventually(lambda: deal.has("fired"))
    assert datetime.now(UTC) >= datetime.fromisoformat(due)
    (told,) = overdue(await deal.record())
    assert told.at == datetime.fromisoformat(due)
    assert [entry["id"] for entry in await deal.handle.query("agenda")] == ["task.1.escalate"]


async def test_an_earlier_moment_gets_a_timer_of_its_own_and_a_later_one_does_not(live: Live) -> None:
    deal = await live.open(QUOTE)
    for title, seconds in (("late", 3600.0), ("later", 7200.0), ("soon", 5.0), ("middle", 1800.0)):
        await deal.do("create_task", title=title, assignee="sales", deadline=soon(seconds))
    assert len(await timers(deal)) == 2
    await eventually(lambda: deal.has("fired"))
    # The next due moment after it comes before the hour that the first timer runs for.
    await eventually(lambda: _has_timers(deal, 3))
    summaries = [event.user_metadata.summary.data.decode() for event in await timers(deal)]
    assert summaries == [
        '"overdue: task.1.overdue"',
        '"overdue: task.3.overdue"',
        '"overdue: task.4.overdue"',
    ]


async def test_what_is_due_fires_before_a_command_that_comes_later(live: Live) -> None:
    deal = await live.open(QUOTE)
    await deal.do("create_task", title="Call", assignee="sales", deadline=soon(-60))
    await deal.do("finish_task", task="Call")
    types = [recorded.event.type for recorded in await deal.record()]
    assert types.index("fired") < types.index("task_finished")
    assert len(overdue(await deal.record())) == 1


async def test_continue_as_new_carries_the_agenda_and_sets_its_timer(live: Live) -> None:
    deal = await live.open(QUOTE, start={"threshold": 20})
    await deal.do("create_task", title="Call", assignee="sales", deadline=soon(8))
    first = (await deal.handle.describe()).run_id
    for number in range(4):
        await deal.do("comment", text=str(number))
    await eventually(lambda: _renewed(deal, first))
    assert not await deal.has("fired")
    await eventually(lambda: deal.has("fired"))
    assert len(overdue(await deal.record())) == 1


async def _renewed(deal: LiveDeal, first: str) -> bool:
    return (await deal.handle.describe()).run_id != first


async def _has_timers(deal: LiveDeal, count: int) -> bool:
    return len(await timers(deal)) >= count
