"""What follows a date field: timers that hang on it, and deadlines of tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import AgendaEntry, Deal

Changes = dict[str, Any]


def _scheduled(deal: Deal, event: ev.Scheduled, _: ev.Recorded) -> Changes:
    entry = event.entry
    planned: Changes = {"agenda": {**deal.agenda, entry.id: entry}}
    return planned | {"anchored": {**deal.anchored, entry.id: entry}} if entry.anchor else planned


def _unscheduled(deal: Deal, event: ev.Unscheduled, _: ev.Recorded) -> Changes:
    entry = event.entry
    return {"agenda": _without(deal.agenda, entry.id), "anchored": {**deal.anchored, entry.id: entry}}


def _task_due(deal: Deal, event: ev.TaskDue, _: ev.Recorded) -> Changes:
    task = deal.tasks.get(event.task)
    if task is None:
        return {}
    over = (f"task.{event.task}.overdue", f"task.{event.task}.escalate")  # they count from the old deadline
    changed = task.model_copy(update={"deadline": event.deadline})
    return {"tasks": {**deal.tasks, event.task: changed}, "agenda": _without(deal.agenda, *over)}


def _without(agenda: dict[str, AgendaEntry], *gone: str) -> dict[str, AgendaEntry]:
    return {name: entry for name, entry in agenda.items() if name not in gone}


def kept(deal: Deal) -> dict[str, AgendaEntry]:
    """The timers on date fields that outlive their stage."""
    return {name: entry for name, entry in deal.anchored.items() if entry.keep}


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.Scheduled: _scheduled,
    ev.Unscheduled: _unscheduled,
    ev.TaskDue: _task_due,
}
