"""The working calendar has changed: what was planned by it is planned anew, each entry from its own base.

Only what moves is recorded, with the moment it stood at before, so that the timeline says what became of it. What
another duration or a person has set stays: deadlines given by hand, calls at a moment that was agreed.
"""

from __future__ import annotations

from datetime import datetime

from domain.commands import Replan
from domain.deal import AgendaEntry, Task
from domain.decide import agenda, calls, dates, payments
from domain.decide.turn import Turn
from domain.definition import REQUEST, Rule
from domain.durations import Duration
from domain.events import Scheduled, TaskDue


def replan(turn: Turn, _: Replan) -> None:
    """Moves the entries and deadlines that the new calendar puts elsewhere."""
    for task in turn.deal.open_tasks():
        _move_deadline(turn, task)
    for entry in list(turn.deal.agenda.values()):
        due = _due(turn, entry)
        if due is not None and (moved := max(due, turn.now)) != entry.due:
            turn.by_itself(Scheduled(entry=entry.model_copy(update={"due": moved}), was=entry.due))


def _move_deadline(turn: Turn, task: Task) -> None:
    """Deadlines by a date field follow by themselves; one that a person gave, or that has passed, stays."""
    if task.deadline is None or task.deadline <= turn.now:
        return
    span = _span(turn, task)
    if span is None or (deadline := agenda.due_after(turn, task.created_at, span)) == task.deadline:
        return
    turn.by_itself(TaskDue(task=task.number, deadline=deadline))
    agenda.schedule_deadline(turn, turn.deal.tasks[task.number])


def _span(turn: Turn, task: Task) -> Duration | None:
    """The time that the task was given, where the pipeline gave it."""
    rule = turn.definition.task_rule(task.key) if task.title is None else None
    if rule is None or rule.deadline_field:
        return None
    return task.within if task.key.startswith(REQUEST) else rule.deadline  # who asks may name a moment


def _due(turn: Turn, entry: AgendaEntry) -> datetime | None:
    """When the entry is due by the calendar of now; None for what does not depend on it."""
    if entry.payment is not None:
        return _payment_due(turn, entry)
    if entry.task is not None:
        return _task_due(turn, entry, turn.deal.tasks[entry.task])
    if entry.assignment is not None:
        rule = turn.definition.assignment_rule(turn.deal.assignments[entry.assignment].key)
        return _repeated(turn, entry.base, rule.remind.every) if rule and rule.remind else None
    if entry.call is not None:
        return _call_due(turn, entry)
    if entry.move is not None:
        return calls.attempt_due(turn, entry)
    if entry.child is not None:
        return agenda.due_after(turn, entry.base, entry.span) if entry.span else None
    if entry.claim:
        claim = turn.stage.claim
        return agenda.due_after(turn, entry.base, claim.within) if claim else None
    return _rule_due(turn, entry, turn.definition.rule(entry.rule)) if entry.rule else None


def _rule_due(turn: Turn, entry: AgendaEntry, rule: Rule) -> datetime | None:
    if entry.anchor is not None:
        due = dates.due_of(turn, rule)
        return due if due and due > turn.now else None  # else it has fired, and repeats by its own clock
    first = rule.after or rule.every
    if first is None:
        return None
    due = agenda.due_after(turn, entry.base, first, rule.working)
    return agenda.next_repeat(turn, due, rule.every, rule.working) if rule.every and due <= turn.now else due


def _task_due(turn: Turn, entry: AgendaEntry, task: Task) -> datetime | None:
    rule = turn.definition.task_rule(task.key)
    match entry.id.rpartition(".")[2]:
        case "remind":
            return _repeated(turn, entry.base, rule.remind.every) if rule and rule.remind else None
        case "escalate":
            return agenda.due_after(turn, entry.base, agenda.ESCALATE_AFTER)
        case _:
            return None  # it follows the task's deadline


def _call_due(turn: Turn, entry: AgendaEntry) -> datetime | None:
    call = turn.deal.calls[entry.call] if entry.call is not None else None
    rule = turn.definition.call_rule(call.key) if call else None
    if call is None or rule is None:
        return None
    if entry.id.endswith(".remind"):
        early = rule.remind_before
        return turn.facts.organisation.calendar.subtract(call.due, early) if early else None
    late = rule.unlogged
    return agenda.due_after(turn, call.due, late.after, late.working) if late else None


def _payment_due(turn: Turn, entry: AgendaEntry) -> datetime | None:
    plan = payments.plan_of(turn, entry.payment or "")
    if entry.row is None or entry.row > len(plan) or plan[entry.row - 1].overdue:
        return None
    return turn.facts.organisation.calendar.start_of_working_day(plan[entry.row - 1].date)


def _repeated(turn: Turn, base: datetime, every: Duration) -> datetime:
    due = agenda.due_after(turn, base, every)
    return due if due > turn.now else agenda.next_repeat(turn, due, every)
