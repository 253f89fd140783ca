"""`evolve(deal, event) -> deal`: the only place where a deal's state changes. Pure, total, and valid for ever:
it also runs inside workflows, where old histories are folded again by newer code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain import events as ev
from domain.deal import Assignment, Child, Deal, PendingMove, Task
from domain.folds import approvals, aside, calls, dates, effects, intake, involving, undoing

Changes = dict[str, Any]


def fold(deal: Deal | None, records: Iterable[ev.Recorded]) -> Deal | None:
    """The deal after all of `records`, in their order."""
    for recorded in records:
        deal = evolve(deal, recorded)
    return deal


def evolve(deal: Deal | None, recorded: ev.Recorded) -> Deal:
    """The deal after one event. Raises ValueError if the first event does not open the deal."""
    event = recorded.event
    if isinstance(event, ev.Opened):
        return _opened(event, recorded)
    if deal is None:
        raise ValueError(f"the record of a deal starts with `opened`, not `{event.type}`")
    fold_one = _FOLDS.get(type(event))
    changes = fold_one(deal, event, recorded) if fold_one else {}
    return deal.model_copy(update={**changes, "seq": recorded.seq, "at": max(recorded.at, deal.at)})


def _opened(event: ev.Opened, recorded: ev.Recorded) -> Deal:
    return Deal(
        id=event.deal,
        pipeline=event.pipeline,
        definition=event.definition,
        title=event.title,
        stage=event.stage,
        seq=recorded.seq,
        moved_at=recorded.at,
        opened_at=recorded.at,
        at=recorded.at,
        responsible=event.responsible,
        creator=recorded.by,
        company=event.company,
        contact=event.contact,
        source=event.source,
        amount=event.amount,
        fields=event.fields,
        parent=event.parent,
        links=event.links,
    )


def _filled(deal: Deal, event: ev.Filled, _: ev.Recorded) -> Changes:
    merged = {**deal.fields, **event.fields}
    return {"fields": {name: value for name, value in merged.items() if value is not None}}


def _changed(deal: Deal, event: ev.Changed, _: ev.Recorded) -> Changes:
    return {
        name: value
        for name in event.model_fields_set - {"type"}
        if (value := getattr(event, name)) is not None
    }


def _company_made(_: Deal, event: ev.CompanyMade, __: ev.Recorded) -> Changes:
    return {"company": event.company}


def _moved(deal: Deal, event: ev.Moved, recorded: ev.Recorded) -> Changes:
    closed = event.status != "open"
    # Entries of the stage die with it; those a rule asked to keep live on, but a closed deal is silent.
    kept = {} if closed else {name: entry for name, entry in deal.agenda.items() if entry.keep}
    return {
        "stage": event.stage,
        "status": event.status,
        "visit": event.visit,
        "moved_at": recorded.at,
        "agenda": kept,
        "anchored": {} if closed else dates.kept(deal),
        "pending_move": None,
        "reason": event.reason if closed else None,
        "reason_comment": event.comment if closed else None,
        "report_due": deal.report_due or (closed and deal.parent is not None and deal.parent.wait),
    }


def _reopened(deal: Deal, event: ev.Reopened, recorded: ev.Recorded) -> Changes:
    return {
        "stage": event.stage,
        "status": "open",
        "visit": event.visit,
        "moved_at": recorded.at,
        "agenda": {},
        "anchored": {},
        "pending_move": None,
        "reason": None,
        "reason_comment": None,
    }


def _move_blocked(deal: Deal, event: ev.MoveBlocked, _: ev.Recorded) -> Changes:
    return {"pending_move": PendingMove(to=event.to, reason=event.reason, rule=event.rule)}


def _move_dropped(_: Deal, __: ev.MoveDropped, ___: ev.Recorded) -> Changes:
    return {"pending_move": None}


def _with_task(deal: Deal, number: int, **changes: Any) -> Changes:
    task = deal.tasks.get(number)
    return {"tasks": {**deal.tasks, number: task.model_copy(update=changes)}} if task else {}


def _without_task_entries(deal: Deal, numbers: Iterable[int]) -> Changes:
    gone = set(numbers)
    return {"agenda": {name: entry for name, entry in deal.agenda.items() if entry.task not in gone}}


def _task_created(deal: Deal, event: ev.TaskCreated, recorded: ev.Recorded) -> Changes:
    task = Task(
        number=event.task,
        key=event.key,
        title=event.title,
        description=event.description,
        assignee=event.assignee,
        creator=event.creator,
        co_executors=event.co_executors,
        observers=event.observers,
        deadline=event.deadline,
        within=event.within,
        stage=deal.stage,
        visit=deal.visit,
        created_at=recorded.at,
    )
    return {"tasks": {**deal.tasks, event.task: task}, "counter": max(deal.counter, event.task)}


def _task_reassigned(deal: Deal, event: ev.TaskReassigned, _: ev.Recorded) -> Changes:
    return _with_task(deal, event.task, assignee=event.assignee)


def _task_started(deal: Deal, event: ev.TaskStarted, recorded: ev.Recorded) -> Changes:
    task = deal.tasks.get(event.task)
    return _with_task(deal, event.task, running={**task.running, recorded.by: recorded.at}) if task else {}


def _task_stopped(deal: Deal, event: ev.TaskStopped, recorded: ev.Recorded) -> Changes:
    task = deal.tasks.get(event.task)
    if task is None:
        return {}
    running = {who: since for who, since in task.running.items() if who != recorded.by}
    return _with_task(deal, event.task, running=running, seconds=task.seconds + event.seconds)


def _task_commented(deal: Deal, event: ev.TaskCommented, _: ev.Recorded) -> Changes:
    task = deal.tasks.get(event.task)
    if task is None or not event.result or event.interim:
        return {}
    return _with_task(
        deal,
        event.task,
        has_result=True,
        has_result_file=task.has_result_file or event.has_file,
        conclusion=event.text or task.conclusion,
    )


def _task_checked(deal: Deal, event: ev.TaskChecked, _: ev.Recorded) -> Changes:
    task = deal.tasks.get(event.task)
    if task is None:
        return {}
    ticked = set(task.checked) | {event.item} if event.done else set(task.checked) - {event.item}
    return _with_task(deal, event.task, checked=tuple(sorted(ticked)))


def _task_finished(deal: Deal, event: ev.TaskFinished, recorded: ev.Recorded) -> Changes:
    done = _with_task(
        deal,
        event.task,
        status="finished",
        outcome=event.outcome,
        conclusion=event.conclusion,
        finished_at=recorded.at,
        finished_by=recorded.by,
        running={},
    )
    return done | _without_task_entries(deal, [event.task])


def _tasks_cancelled(deal: Deal, event: ev.TasksCancelled, recorded: ev.Recorded) -> Changes:
    closing = {"status": "cancelled", "finished_at": recorded.at, "finished_by": recorded.by, "running": {}}
    tasks = {n: t.model_copy(update=closing) if n in event.tasks else t for n, t in deal.tasks.items()}
    asked = {
        n: a.model_copy(update={"status": "cancelled"}) if n in event.assignments else a
        for n, a in deal.assignments.items()
    }
    agenda = {
        name: entry
        for name, entry in deal.agenda.items()
        if entry.task not in event.tasks and entry.assignment not in event.assignments
    }
    return {"tasks": tasks, "assignments": asked, "agenda": agenda}


def _assignment_created(deal: Deal, event: ev.AssignmentCreated, recorded: ev.Recorded) -> Changes:
    entry = Assignment(
        number=event.assignment,
        key=event.key,
        assignee=event.assignee,
        stage=deal.stage,
        visit=deal.visit,
        created_at=recorded.at,
    )
    assignments = {**deal.assignments, event.assignment: entry}
    return {"assignments": assignments, "counter": max(deal.counter, event.assignment)}


def _assignment_answered(deal: Deal, event: ev.AssignmentAnswered, recorded: ev.Recorded) -> Changes:
    entry = deal.assignments.get(event.assignment)
    if entry is None:
        return {}
    done = entry.model_copy(update={"status": "finished", "option": event.option, "answered_by": recorded.by})
    agenda = {name: item for name, item in deal.agenda.items() if item.assignment != event.assignment}
    return {"assignments": {**deal.assignments, event.assignment: done}, "agenda": agenda}


def _fired(deal: Deal, event: ev.Fired, _: ev.Recorded) -> Changes:
    return {"agenda": {name: entry for name, entry in deal.agenda.items() if name != event.id}}


def _deal_planned(deal: Deal, event: ev.DealPlanned, _: ev.Recorded) -> Changes:
    child = Child(
        key=event.key,
        deal=event.deal,
        pipeline=event.pipeline,
        rule=event.rule,
        wait=event.wait,
        source_child=event.source_child,
        without=event.without,
        title=event.title,
    )
    return {"children": {**deal.children, event.key: child}}


def _with_child(deal: Deal, key: str, **changes: Any) -> Changes:
    child = deal.children.get(key)
    return {"children": {**deal.children, key: child.model_copy(update=changes)}} if child else {}


def _deal_started(deal: Deal, event: ev.DealStarted, _: ev.Recorded) -> Changes:
    return _with_child(deal, event.key, started=True)


def _child_ended(deal: Deal, event: ev.ChildEnded, _: ev.Recorded) -> Changes:
    # A child that reports has been started, whatever the order in which the two facts arrived.
    return _with_child(deal, event.result.key, result=event.result, started=True)


def _result_reported(deal: Deal, _: ev.ResultReported, __: ev.Recorded) -> Changes:
    return {"report_due": False}


_FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.Filled: _filled,
    ev.Changed: _changed,
    ev.CompanyMade: _company_made,
    ev.Moved: _moved,
    ev.Reopened: _reopened,
    ev.MoveBlocked: _move_blocked,
    ev.MoveDropped: _move_dropped,
    ev.TaskCreated: _task_created,
    ev.TaskReassigned: _task_reassigned,
    ev.TaskStarted: _task_started,
    ev.TaskStopped: _task_stopped,
    ev.TaskCommented: _task_commented,
    ev.TaskChecked: _task_checked,
    ev.TaskFinished: _task_finished,
    ev.TasksCancelled: _tasks_cancelled,
    ev.AssignmentCreated: _assignment_created,
    ev.AssignmentAnswered: _assignment_answered,
    ev.Fired: _fired,
    ev.DealPlanned: _deal_planned,
    ev.DealStarted: _deal_started,
    ev.ChildEnded: _child_ended,
    ev.ResultReported: _result_reported,
    **effects.FOLDS,
    **dates.FOLDS,
    **calls.FOLDS,
    **approvals.FOLDS,
    **involving.FOLDS,
    **intake.FOLDS,
    **undoing.FOLDS,
    **aside.FOLDS,
}
