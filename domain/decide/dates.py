"""What follows date fields: when a rule with `at` acts and when a task is due, planned anew when the field changes.

A date alone stands for the working day: rules act at its start, tasks are due at its end. A date off means the
next working day.
"""

from __future__ import annotations

import datetime as dt

from domain.calendar import WorkingCalendar
from domain.deal import AgendaEntry
from domain.decide import agenda
from domain.decide.turn import Turn
from domain.definition import Rule, TaskRule
from domain.durations import Duration
from domain.events import Scheduled, TaskDue, Unscheduled

_MINUTE = Duration.parse("1wm")


def plan_rule(turn: Turn, path: str, rule: Rule, child: str | None = None) -> None:
    """Puts a rule with `at` on the agenda, or keeps it in mind until its field is filled."""
    entry = AgendaEntry(
        id=path,
        due=turn.now,
        base=turn.now,
        what=agenda.what_it_does(rule),
        visit=turn.deal.visit,
        rule=path,
        keep=rule.on_leave == "keep",
        anchor=rule.at,
        source_child=child,
    )
    _plan(turn, entry, rule)


def _plan(turn: Turn, entry: AgendaEntry, rule: Rule) -> None:
    """A moment that has passed already means at once, so that repeats count from now."""
    due = _acts_at(turn, rule)
    planned = entry.model_copy(
        update={"due": max(due or turn.now, turn.now), "dated": _dated(turn, entry.anchor)}
    )
    turn.by_itself(Unscheduled(entry=planned) if due is None else Scheduled(entry=planned))


def replan(turn: Turn) -> None:
    """Plans anew what follows a field that has changed since, or that is empty now."""
    for entry in list(turn.deal.anchored.values()):
        if entry.rule and entry.dated != _dated(turn, entry.anchor):
            _plan(turn, entry, turn.definition.rule(entry.rule))
    if turn.deal.status == "open":
        _replan_tasks(turn)


def _replan_tasks(turn: Turn) -> None:
    for task in turn.deal.open_tasks():
        rule = turn.definition.task_rule(task.key) if task.title is None else None
        if rule is None or rule.deadline_field is None:
            continue
        deadline = deadline_of(turn, rule)
        if deadline != task.deadline:
            turn.by_itself(TaskDue(task=task.number, deadline=deadline))
            agenda.schedule_deadline(turn, turn.deal.tasks[task.number])


def deadline_of(turn: Turn, rule: TaskRule) -> dt.datetime | None:
    """When a task of this rule is due; None while its field is empty."""
    if rule.deadline_field is None:
        return agenda.due_after(turn, turn.now, rule.deadline) if rule.deadline else None
    return _moment(turn, rule.deadline_field, at_end=True)


def moment_of(turn: Turn, field: str) -> dt.datetime | None:
    """The moment a date field means; a date alone is the start of that working day."""
    return _moment(turn, field, at_end=False)


def due_of(turn: Turn, rule: Rule) -> dt.datetime | None:
    """When a rule with `at` acts by its field as it is now; None while that is empty."""
    return _acts_at(turn, rule)


def _acts_at(turn: Turn, rule: Rule) -> dt.datetime | None:
    moment = _moment(turn, rule.at, at_end=False)
    if moment is None or rule.before is None:
        return moment
    return turn.facts.organisation.calendar.subtract(moment, rule.before)


def _dated(turn: Turn, field: str | None) -> str | None:
    value = turn.deal.fields.get(field or "")
    return value if isinstance(value, str) and value else None


def _moment(turn: Turn, field: str | None, *, at_end: bool) -> dt.datetime | None:
    """The moment a date field means. None if it is empty, or holds no date of the calendar's years."""
    text = _dated(turn, field)
    calendar = turn.facts.organisation.calendar
    try:
        if text is None:
            return None
        if len(text) == len("2026-11-23"):
            day = dt.date.fromisoformat(text)
            return end_of_working_day(calendar, day) if at_end else calendar.start_of_working_day(day)
        moment = dt.datetime.fromisoformat(text)
        if moment.utcoffset() is None:
            return calendar.at(moment.date(), moment.time())
        calendar.local_day(moment)  # ValueError outside the calendar's years
        return moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def end_of_working_day(calendar: WorkingCalendar, day: dt.date) -> dt.datetime:
    """When that day ends, or the next working day if it is off."""
    begins = calendar.start_of_working_day(day)
    next_begins = calendar.start_of_working_day(calendar.local_day(begins) + dt.timedelta(days=1))
    return calendar.subtract(next_begins, _MINUTE) + dt.timedelta(minutes=1)
