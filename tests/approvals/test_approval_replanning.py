"""A new working calendar and running approvals: on the core, and on the real servers over HTTP."""

from __future__ import annotations

import httpx
import pytest

from domain.approval import commands as cmd
from domain.approval import events as ev
from domain.calendar import WorkingCalendar
from domain.events import Scheduled
from domain.facts import Facts
from tests.approvals.helpers import Table, step
from tests.approvals.running import an_approval
from tests.approvals.test_approval_api import People as People
from tests.approvals.test_approval_api import people as people
from tests.domain.builders import moscow
from tests.live import Live, eventually


def closed(known: Facts, *days: str) -> Facts:
    """The facts with these days off."""
    written = known.organisation.calendar.model_dump(mode="json")
    written["days"] |= dict.fromkeys(days, "off")
    off = WorkingCalendar.model_validate(written)
    return known.model_copy(update={"organisation": known.organisation.model_copy(update={"calendar": off})})


def due(table: Table) -> dict[str, str]:
    return {name.rpartition(".")[2]: f"{e.due:%d %H:%M}" for name, e in table.approval.agenda.items()}


def test_deadline_and_reminder_of_the_present_step_follow_the_calendar() -> None:
    table = Table((step("one", "lawyer", deadline="2wd"), step("two", "director", deadline="1wd"))).start()
    assert due(table) == {"remind": "24 07:00", "overdue": "25 07:00"}
    table.facts = closed(table.facts, "2026-11-24")
    events = table.do(cmd.Replan(), "director")
    assert [type(event) for event in events] == [ev.StepDue, Scheduled, Scheduled]
    assert table.approval.step.deadline == moscow("2026-11-26T10:00")
    assert due(table) == {"remind": "25 07:00", "overdue": "26 07:00"}
    was = [f"{event.was:%d %H:%M}" for event in events if isinstance(event, Scheduled) and event.was]
    assert was == ["24 07:00", "25 07:00"]
    assert table.do(cmd.Replan(), "director") == []  # once more changes nothing


@pytest.mark.parametrize(
    "moment", ["2026-11-23T10:00", "2026-11-24T09:30", "2026-11-25T12:00", "2026-11-28T10:30"]
)
def test_the_same_calendar_changes_nothing_however_late(moment: str) -> None:
    table = Table((step("one", "lawyer", deadline="1wd"),)).start()
    table.tick(moscow(moment))
    before = due(table)
    assert table.do(cmd.Replan(), "director") == []
    assert due(table) == before


def test_what_has_passed_stays_and_the_word_to_the_head_follows() -> None:
    table = Table((step("one", "lawyer", deadline="1wd"),)).start()
    table.tick(moscow("2026-11-24T12:00"))
    assert due(table) == {"remind": "25 07:00", "escalate": "25 07:00"}
    table.facts = closed(table.facts, "2026-11-25")
    events = table.do(cmd.Replan(), "director")
    assert not any(isinstance(event, ev.StepDue) for event in events)
    assert due(table) == {"remind": "26 07:00", "escalate": "26 07:00"}


def test_a_deadline_that_now_lies_behind_is_told_at_once() -> None:
    table = Table((step("one", "lawyer", deadline="2wd"),))
    table.facts = closed(table.facts, "2026-11-24", "2026-11-25")
    table.start()
    table.now = moscow("2026-11-25T12:00")
    table.facts = Table((step("one", "lawyer"),)).facts  # they were working days after all
    table.do(cmd.Replan(), "director")
    table.tick(table.now)
    assert "escalate" in due(table)


def test_a_finished_approval_plans_nothing() -> None:
    table = Table((step("one", "lawyer", deadline="1wd"),)).start()
    table.approve("lawyer")
    table.facts = closed(table.facts, "2026-11-24")
    assert table.do(cmd.Replan(), "director") == []


async def test_a_new_calendar_reaches_the_approval_that_runs(live: Live, people: People) -> None:
    approval = await an_approval(live)
    deadline = (await approval.stored()).step.deadline
    assert deadline is not None
    director: httpx.AsyncClient = people("director")
    calendar = (await director.get("/api/settings/calendar")).json()
    off = {**calendar, "days": {**calendar["days"], f"{deadline:%Y-%m-%d}": "off"}}
    try:
        assert (await director.put("/api/settings/calendar", json=off)).status_code == 200

        async def later() -> bool:
            found = (await approval.stored()).step.deadline
            return found is not None and found > deadline

        await eventually(later)
        history = (await director.get(f"/api/approvals/{approval.id}")).json()["history"]
        assert {"step_due", "scheduled"} <= {line["type"] for line in history[:4]}
        [told] = [
            line for line in history if line["data"].get("was") and "overdue" in line["data"]["entry"]["id"]
        ]
        assert told["data"]["entry"]["due"] > told["data"]["was"]
        agenda = await approval.handle.query("agenda")
        assert min(entry["due"] for entry in agenda) > f"{deadline:%Y-%m-%d}"
    finally:
        await director.put("/api/settings/calendar", json=calendar)

    async def back() -> bool:
        return (await approval.stored()).step.deadline == deadline

    await eventually(back)
    await approval.do("withdraw", by="sales")
