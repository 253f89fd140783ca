"""Rules at a date field, and deadlines that follow one: planned, planned anew, and off again."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain import wire
from domain.definition import Pipeline
from tests.domain.builders import Desk, moscow, small, told, types

RULES = """
a:
  rules:
    - {notify: {to: responsible, text: x, kind: reminder}, at: day}
    - {notify: {to: head, text: x}, at: call, before: 15m}
    - {notify: {to: director, text: x}, at: kept, on_leave: keep, when: {flag: true}}
b: {}
won: {kind: won}
lost: {kind: lost, rules: [{notify: {to: responsible, text: x}, at: day}]}
"""
FIELDS = {"day": "date", "call": "datetime", "kept": "datetime", "flag": "bool"}
TASK = """
a: {rules: [{task: {id: do, assignee: warehouse, deadline_field: call}}]}
b: {rules: [{set: {call: {after: 1h}}}, {task: {id: late, deadline_field: call}}]}
won: {kind: won}
"""


def definition() -> Pipeline:
    return small(RULES, **FIELDS)


def desk(**fields: object) -> Desk:
    return Desk(definition()).open(fields=fields)


def fill(at: Desk, **fields: object) -> list[str]:
    return types(at.do(cmd.Fill.model_validate({"fields": fields})))


def test_a_day_means_its_start_and_a_moment_itself() -> None:
    at = desk(day="2026-11-27", call="2026-11-25T12:00", kept="2026-11-25T09:00:00+00:00")
    assert at.due() == {
        "a.rules.0": "2026-11-27T09:00",
        "a.rules.1": "2026-11-25T11:45",
        "a.rules.2": "2026-11-25T12:00",
    }


def test_a_day_off_means_the_next_working_day_and_a_date_in_a_moments_place_the_whole_day() -> None:
    at = desk(day="2026-11-28", call="2026-11-28")  # a Saturday
    assert at.deal.fields["call"] == "2026-11-28"
    assert at.due() == {"a.rules.0": "2026-11-30T09:00", "a.rules.1": "2026-11-30T08:45"}


def test_it_is_planned_when_the_field_is_filled_moved_with_it_and_gone_when_it_is_emptied() -> None:
    at = desk()
    assert at.due() == {}
    assert fill(at, day="2026-11-27") == ["filled", "scheduled"]
    assert fill(at, day="2026-11-30") == ["filled", "scheduled"]
    assert at.due() == {"a.rules.0": "2026-11-30T09:00"}
    assert fill(at, flag=True) == ["filled"]
    assert fill(at, day=None) == ["filled", "unscheduled"]
    assert at.wait(days=30) == []


def test_fired_once_for_each_date() -> None:
    at = desk(day="2026-11-24")
    assert told(at.wait(days=1)) == ["sales"]
    assert fill(at, flag=True) == ["filled"]
    assert told(at.wait(days=9)) == []
    fill(at, day="2026-12-10")
    assert told(at.wait(days=9)) == ["sales"]


def test_a_date_that_has_passed_acts_at_once_and_repeats_from_now() -> None:
    at = Desk(
        small("a: {rules: [{notify: {to: head, text: x}, at: day, every: 1d}]}\nwon: {kind: won}", day="date")
    )
    at.open(fields={"day": "1900-01-01"})
    assert told([one.event for one in at.events]) == ["head"]
    assert at.due() == {"a.rules.0": "2026-11-24T10:00"}


@pytest.mark.parametrize("value", ["2300-01-01", "0001-01-01"])
def test_a_date_outside_the_calendar_is_no_date(value: str) -> None:
    at = desk(day=value, call=f"{value}T10:00")
    assert at.due() == {}
    assert at.wait(days=1) == []


def test_leaving_the_stage_ends_them_but_those_that_are_kept() -> None:
    at = desk(day="2026-11-27", call="2026-11-27T12:00", flag=True)
    at.move("b")
    assert at.due() == {}
    assert fill(at, kept="2026-11-27T15:00", day="2026-11-28") == ["filled", "scheduled"]
    assert told(at.wait(days=30)) == ["director"]


def test_a_closed_deal_keeps_only_its_own_stages_dates() -> None:
    at = desk(kept="2026-11-27T12:00", flag=True)
    at.do(cmd.Move(to="lost", reason="x"))
    assert at.due() == {}
    fill(at, day="2026-11-27", kept="2026-11-28T12:00")
    assert at.due() == {"lost.rules.0": "2026-11-27T09:00"}
    at.do(cmd.Reopen(to="b"))
    assert at.due() == {}


def test_the_condition_is_looked_at_when_the_day_comes() -> None:
    at = desk(kept="2026-11-24T12:00")
    assert told(at.wait(days=2)) == []


def test_a_deadline_follows_its_field() -> None:
    at = Desk(small(TASK, call="datetime")).open()
    assert at.task("do").deadline is None
    assert fill(at, call="2026-11-24T12:00") == ["filled", "task_due", "scheduled"]
    assert at.task("do").deadline == moscow("2026-11-24T12:00")
    assert told(at.wait(days=1, hours=2)) == ["warehouse", "sales"]
    assert fill(at, call="2026-11-26") == ["filled", "task_due", "scheduled"]  # the head hears nothing yet
    assert at.due() == {"task.1.overdue": "2026-11-26T18:00"}
    assert fill(at, call=None) == ["filled", "task_due"]
    assert at.wait(days=30) == []


def test_a_deadline_moved_into_the_past_is_overdue_at_once() -> None:
    at = Desk(small(TASK, call="datetime")).open(fields={"call": "2026-11-24T12:00"})
    events = at.do(cmd.Fill(fields={"call": "2026-11-23T09:30"}))
    assert told(events, "overdue") == ["warehouse", "sales"]
    assert list(at.due()) == ["task.1.escalate"]


def test_a_day_is_due_at_its_end() -> None:
    at = Desk(small(TASK, call="datetime")).open(fields={"call": "2026-12-31"})  # Moscow's 31st is a day off
    assert at.task("do").deadline == moscow("2027-01-11T18:00")


def test_a_finished_task_keeps_its_deadline() -> None:
    at = Desk(small(TASK, call="datetime")).open(fields={"call": "2026-11-24T12:00"})
    at.do(cmd.FinishTask(task="do"))
    assert fill(at, call="2026-11-27T12:00") == ["filled"]


def test_set_so_far_from_now_is_seen_by_what_follows() -> None:
    at = Desk(small(TASK, call="datetime")).open()
    at.move("b")
    assert at.deal.fields["call"] == "2026-11-23T11:00:00+03:00"
    assert at.task("late").deadline == at.task("do").deadline == moscow("2026-11-23T11:00")


def test_the_workflow_folds_the_same_deal() -> None:
    at = desk(day="2026-11-27")
    fill(at, day=None)
    fill(at, day="2026-11-24", call="2026-11-25T12:00")
    at.wait(days=3)
    assert wire.apply(None, wire.answer(at.events, at.deal.seq, None)) == at.deal
