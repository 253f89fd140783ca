"""A new calendar moves what was planned by the old one, each entry from its own base, and says so."""

from __future__ import annotations

from domain import commands as cmd
from domain.calendar import WorkingCalendar
from domain.definition import Pipeline
from domain.events import Recorded, Scheduled, TaskDue
from domain.facts import Facts
from tests.domain.builders import Desk, facts, moscow, small
from tests.domain.involved import involved

STAGES = """
new:
  rules:
    - task: {id: call, assignee: responsible, deadline: 2wd, remind: {every: 1wd, to: assignee}}
    - notify: {to: head, kind: control, text: late}
      after: 2wd
    - notify: {to: head, kind: reminder, text: hours}
      after: 2h
    - notify: {to: head, kind: reminder, text: again}
      every: 1wd
    - notify: {to: head, kind: reminder, text: dated}
      at: day
won: {kind: won}
"""


def closed(known: Facts, *days: str) -> Facts:
    """The facts with these days off."""
    written = known.organisation.calendar.model_dump(mode="json")
    written["days"] |= dict.fromkeys(days, "off")
    off = WorkingCalendar.model_validate(written)
    return known.model_copy(update={"organisation": known.organisation.model_copy(update={"calendar": off})})


def opened() -> Desk:
    definition: Pipeline = small(STAGES, day="date")
    desk = Desk(definition, facts=facts())
    desk.do(cmd.Open(pipeline="test.small", responsible="sales", fields={"day": "2026-11-26"}))
    return desk


def due(desk: Desk) -> dict[str, str]:
    return {name: f"{entry.due:%d %H:%M}" for name, entry in desk.deal.agenda.items()}


def planned(records: list[Recorded]) -> list[str]:
    return [record.event.entry.id for record in records if isinstance(record.event, Scheduled)]


def test_a_holiday_moves_what_counts_working_days() -> None:
    desk = opened()
    assert due(desk)["new.rules.1"] == "25 07:00"
    desk.facts = closed(desk.facts, "2026-11-24")
    before = len(desk.events)
    desk.now = moscow("2026-11-23T11:00")
    desk.do(cmd.Replan(), by="director")
    assert due(desk) == {
        "task.1.remind": "25 07:00",
        "task.1.overdue": "26 07:00",
        "new.rules.1": "26 07:00",
        "new.rules.2": "23 09:00",  # hours do not care
        "new.rules.3": "25 07:00",
        "new.rules.4": "26 06:00",
    }
    fresh = desk.events[before:]
    assert "new.rules.1" in planned(fresh)
    assert "new.rules.2" not in planned(fresh)
    assert [record.event.deadline for record in fresh if isinstance(record.event, TaskDue)] == [
        moscow("2026-11-26T10:00")
    ]


def test_a_date_field_on_a_new_holiday_means_the_next_day() -> None:
    desk = opened()
    desk.facts = closed(desk.facts, "2026-11-26", "2026-11-27")
    desk.do(cmd.Replan(), by="director")
    assert due(desk)["new.rules.4"] == "30 06:00"


def test_the_same_calendar_changes_nothing_however_late() -> None:
    for moment in ("2026-11-23T10:00", "2026-11-24T09:30", "2026-11-24T17:00", "2026-11-26T10:30"):
        desk = opened()
        desk.now = moscow(moment)
        desk.do(cmd.Tick())
        before, count = due(desk), len(desk.events)
        desk.do(cmd.Replan(), by="director")
        assert (due(desk), len(desk.events)) == (before, count), moment


def test_a_repeat_goes_on_by_the_new_calendar() -> None:
    desk = opened()
    desk.now = moscow("2026-11-24T12:00")
    desk.do(cmd.Tick())
    assert due(desk)["new.rules.3"] == "25 07:00"
    desk.facts = closed(desk.facts, "2026-11-25")
    desk.do(cmd.Replan(), by="director")
    assert due(desk)["new.rules.3"] == "26 07:00"


def test_a_deadline_given_by_hand_stays() -> None:
    desk = opened()
    given = moscow("2026-11-25T15:00")
    desk.do(cmd.CreateTask(title="Сам", assignee="sales", deadline=given))
    desk.facts = closed(desk.facts, "2026-11-25")
    desk.do(cmd.Replan(), by="director")
    assert [task.deadline for task in desk.deal.tasks.values() if task.title] == [given]


ATTEMPTS = """
new:
  rules:
    - call:
        id: ring
        title: {ru: Звонок, en: Ring}
        attempts: {after: [1wd, 3d], waiting: later, exhausted: lost}
later: {}
won: {kind: won}
lost: {kind: lost, is_reason: true}
"""


def moved(records: list[Recorded]) -> dict[str, tuple[str, str]]:
    """What the calendar moved: from when to when."""
    return {
        event.entry.id: (f"{event.was:%d %H:%M}", f"{event.entry.due:%d %H:%M}")
        for record in records
        if isinstance(event := record.event, Scheduled) and event.was
    }


def test_the_timeline_says_from_when_to_when() -> None:
    desk = opened()
    desk.facts = closed(desk.facts, "2026-11-24")
    before = len(desk.events)
    desk.do(cmd.Replan(), by="director")
    assert moved(desk.events[:before]) == {}
    assert moved(desk.events[before:])["new.rules.1"] == ("25 07:00", "26 07:00")


def test_the_next_attempt_of_a_call_follows() -> None:
    desk = Desk(small(ATTEMPTS)).open()
    desk.do(cmd.LogCall(outcome="no_answer"))
    assert due(desk)["attempt.ring"] == "24 07:00"
    desk.facts = closed(desk.facts, "2026-11-24")
    desk.do(cmd.Replan(), by="director")
    assert due(desk)["attempt.ring"] == "25 07:00"
    desk.now = moscow("2026-11-25T10:00")
    desk.do(cmd.LogCall(outcome="no_answer"))  # the second counts calendar days
    assert due(desk)["attempt.ring"] == "26 07:00"
    desk.facts = closed(desk.facts, "2026-11-24", "2026-11-26")
    before = len(desk.events)
    desk.do(cmd.Replan(), by="director")
    assert len(desk.events) == before


def test_a_request_without_a_moment_of_its_own_follows_also_when_the_deal_was_reopened() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Request(kind="check"))
    desk.do(cmd.Request(kind="haul", deadline=moscow("2026-11-24T10:00")))
    desk.move("done", fields={"plan": [{"percent": 100, "date": "2026-12-01"}]})
    desk.do(cmd.Reopen(to="work"))
    desk.facts = closed(desk.facts, "2026-11-24")
    desk.do(cmd.Replan(), by="director")
    assert desk.task("request_check").deadline == moscow("2026-11-25T10:00")
    assert due(desk)[f"task.{desk.task('request_check').number}.overdue"] == "25 07:00"
    assert desk.task("request_haul").deadline == moscow("2026-11-24T10:00")  # somebody said so


def test_alerts_about_a_process_follow_unless_somebody_named_the_moment() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.StartProcess(kind="buy"))
    desk.do(cmd.StartProcess(kind="buy", deadline=moscow("2026-11-30T12:00")))
    first = desk.deal.agenda["process_buy.overdue"].due
    desk.facts = closed(desk.facts, "2026-11-24", "2026-11-25")
    before = len(desk.events)
    desk.do(cmd.Replan(), by="director")
    late = desk.deal.agenda["process_buy.overdue"].due
    assert late > first
    assert list(moved(desk.events[before:])) == ["process_buy.overdue"]
    desk.now = late
    desk.do(cmd.Tick())
    head_hears = desk.deal.agenda["process_buy.escalate"].due
    desk.facts = closed(desk.facts, "2026-11-24", "2026-11-25", f"{head_hears:%Y-%m-%d}")
    desk.do(cmd.Replan(), by="director")
    assert desk.deal.agenda["process_buy.escalate"].due > head_hears
