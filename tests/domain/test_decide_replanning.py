"""A new calendar moves what was planned by the old one, each entry from its own base, and says so."""

from __future__ import annotations

from domain import commands as cmd
from domain.calendar import WorkingCalendar
from domain.definition import Pipeline
from domain.events import Recorded, Scheduled, TaskDue
from domain.facts import Facts
from tests.domain.builders import Desk, facts, moscow, small

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
