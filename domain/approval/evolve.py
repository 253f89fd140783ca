"""`evolve(approval, event) -> approval`: the only place where an approval's state changes. Pure, total, for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from domain.approval import events as ev
from domain.approval.state import Approval, Seat, Step
from domain.events import Fired, ResultReported, Scheduled

Changes = dict[str, Any]


def fold(approval: Approval | None, records: Iterable[ev.Recorded]) -> Approval | None:
    """The approval after all of `records`, in their order."""
    for recorded in records:
        approval = evolve(approval, recorded)
    return approval


def evolve(approval: Approval | None, recorded: ev.Recorded) -> Approval:
    """The approval after one event. Raises ValueError if the first event does not start it."""
    event = recorded.event
    if isinstance(event, ev.Started):
        return _started(event, recorded)
    if approval is None:
        raise ValueError(f"the record of an approval starts with `started`, not `{event.type}`")
    fold_one = _FOLDS.get(type(event))
    changes = fold_one(approval, event, recorded) if fold_one else {}
    return approval.model_copy(update={**changes, "seq": recorded.seq, "at": max(recorded.at, approval.at)})


def _started(event: ev.Started, recorded: ev.Recorded) -> Approval:
    return Approval(
        id=event.approval,
        deal=event.deal,
        key=event.key,
        title=event.title,
        documents=event.documents,
        steps=tuple(Step(plan=plan) for plan in event.steps),
        seq=recorded.seq,
        at=recorded.at,
        started_at=recorded.at,
    )


def _with_step(approval: Approval, index: int, **changes: Any) -> Changes:
    steps = list(approval.steps)
    steps[index] = steps[index].model_copy(update=changes)
    return {"steps": tuple(steps)}


def _with_seat(approval: Approval, index: int, number: int, **changes: Any) -> Changes:
    seats = approval.steps[index].seats
    return _with_step(approval, index, seats={**seats, number: seats[number].model_copy(update=changes)})


def _step_started(approval: Approval, event: ev.StepStarted, recorded: ev.Recorded) -> Changes:
    seats = {
        number: Seat(number=number, person=person, given_at=recorded.at)
        for number, person in event.seats.items()
    }
    changed = _with_step(
        approval,
        event.step,
        status="pending",
        seats=seats,
        started_at=recorded.at,
        deadline=event.deadline,
    )
    return {**changed, "current": event.step, "counter": max([approval.counter, *seats])}


def _step_due(approval: Approval, event: ev.StepDue, _: ev.Recorded) -> Changes:
    return _with_step(approval, event.step, deadline=event.deadline)


def _decided(approval: Approval, event: ev.Decided, recorded: ev.Recorded) -> Changes:
    return _with_seat(
        approval,
        event.step,
        event.seat,
        decision=event.decision,
        comment=event.comment,
        decided_at=recorded.at,
    )


def _delegated(approval: Approval, event: ev.Delegated, recorded: ev.Recorded) -> Changes:
    passed_by = (*approval.steps[event.step].seats[event.seat].passed_by, event.person)
    return _with_seat(
        approval, event.step, event.seat, person=event.to, passed_by=passed_by, given_at=recorded.at
    )


def _step_ended(approval: Approval, event: ev.StepEnded, recorded: ev.Recorded) -> Changes:
    ended = _with_step(approval, event.step, status=event.status, ended_at=recorded.at)
    return {**ended, "agenda": {}}


def _ended(approval: Approval, event: ev.Ended, recorded: ev.Recorded) -> Changes:
    changes: Changes = {
        "status": event.status,
        "ended_at": recorded.at,
        "ended_by": recorded.by,
        "comment": event.comment,
        "agenda": {},
        "report_due": True,
    }
    if approval.step.status == "pending":
        changes |= _with_step(approval, approval.current, status="withdrawn", ended_at=recorded.at)
    return changes


def _scheduled(approval: Approval, event: Scheduled, _: ev.Recorded) -> Changes:
    return {"agenda": {**approval.agenda, event.entry.id: event.entry}}


def _fired(approval: Approval, event: Fired, _: ev.Recorded) -> Changes:
    return {"agenda": {name: entry for name, entry in approval.agenda.items() if name != event.id}}


def _reported(approval: Approval, _: ResultReported, __: ev.Recorded) -> Changes:
    return {"report_due": False}


_FOLDS: dict[type[Any], Callable[[Approval, Any, ev.Recorded], Changes]] = {
    ev.StepStarted: _step_started,
    ev.StepDue: _step_due,
    ev.Decided: _decided,
    ev.Delegated: _delegated,
    ev.StepEnded: _step_ended,
    ev.Ended: _ended,
    Scheduled: _scheduled,
    Fired: _fired,
    ResultReported: _reported,
}
