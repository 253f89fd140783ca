"""A deal's timeline in words, one line an event, for failure texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain import events as ev
from domain.calendar import WorkingCalendar
from simulate.compare import local_time, shown


def timeline(records: Iterable[ev.Recorded], calendar: WorkingCalendar) -> list[str]:
    """`2026-11-24 10:00 sales: moved new → prepare_offer`, oldest first, times of the organisation."""
    return [
        f"{local_time(record.at, calendar):%Y-%m-%d %H:%M} {record.by}: {in_words(record.event, calendar)}"
        for record in records
    ]


def in_words(event: Any, calendar: WorkingCalendar) -> str:
    """One event in words."""
    say = _WORDS.get(type(event))
    if say is not None:
        return say(event)
    if isinstance(event, ev.TaskDue):
        to = f"{local_time(event.deadline, calendar):%Y-%m-%d %H:%M}" if event.deadline else "none"
        return f"deadline of task {event.task} is now {to}"
    if isinstance(event, ev.Scheduled):
        due = local_time(event.entry.due, calendar)
        return f"scheduled {event.entry.what} for {due:%Y-%m-%d %H:%M} ({event.entry.id})"
    parts = event.model_dump(mode="json", exclude={"type"}, exclude_none=True, exclude_defaults=True)
    return f"{event.type} {', '.join(f'{name}={shown(value)}' for name, value in parts.items())}".strip()


def _values(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} = {shown(value)}" for name, value in values.items())


def _moved(event: ev.Moved) -> str:
    by_itself = " by itself" if event.auto else ""
    why = f", reason: {event.reason}" if event.reason else ""
    return f"moved{by_itself} {event.previous} → {event.stage} ({event.status}){why}"


def _blocked(event: ev.MoveBlocked) -> str:
    return f"move to {event.to} waits for {', '.join((*event.missing, *event.gates))}"


def _finished(event: ev.TaskFinished) -> str:
    how = f" as {event.outcome}" if event.outcome else " by itself" if event.auto else ""
    return f"task {event.task} finished{how}"


_WORDS: dict[type[Any], Callable[[Any], str]] = {
    ev.Opened: lambda e: f"opened {e.pipeline} at {e.stage}, responsible {e.responsible}",
    ev.Filled: lambda e: f"filled {_values(e.fields)}",
    ev.CompanySet: lambda e: f"company {e.company}: {_values(e.fields)}",
    ev.Moved: _moved,
    ev.Reopened: lambda e: f"reopened {e.previous} → {e.stage}",
    ev.MoveUndone: lambda e: f"move undone {e.previous} → {e.stage}",
    ev.MoveBlocked: _blocked,
    ev.TaskCreated: lambda e: f"task {e.task} {e.key} for {e.assignee}",
    ev.TaskFinished: _finished,
    ev.AssignmentCreated: lambda e: f"assignment {e.assignment} {e.key} for {e.assignee}",
    ev.AssignmentAnswered: lambda e: f"assignment {e.assignment} answered {e.option}",
    ev.CallPlanned: lambda e: f"call {e.call} {e.key} for {e.assignee}",
    ev.CallLogged: lambda e: f"call {e.call} logged {e.outcome}",
    ev.MoveDropped: lambda e: f"move to {e.to} is not called for any more",
    ev.Unscheduled: lambda e: f"{e.entry.what} waits for a date in {e.entry.anchor} ({e.entry.id})",
    ev.Fired: lambda e: f"came due: {e.id}",
    ev.DealPlanned: lambda e: f"deal {e.key} of {e.pipeline} planned",
    ev.DealStarted: lambda e: f"deal {e.key} opened",
    ev.ChildEnded: lambda e: f"deal {e.result.key} ended as {e.result.status}",
    ev.EffectPlanned: lambda e: f"{e.kind} {e.name} to {e.detail.get('to', 'outside')} planned",
    ev.EffectDone: lambda e: f"done: {e.key}",
    ev.Notified: lambda e: f"{e.to} got {e.kind}: {e.text.en}",
}
