"""Calls: planned, logged, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import AgendaEntry, Call, Deal

Changes = dict[str, Any]


def _planned(deal: Deal, event: ev.CallPlanned, _: ev.Recorded) -> Changes:
    call = Call(number=event.call, key=event.key, assignee=event.assignee, due=event.due, visit=deal.visit)
    # An entry that was planned for the moment before this one is gone with it.
    return {
        "calls": {**deal.calls, event.call: call},
        "counter": max(deal.counter, event.call),
        "agenda": _without(deal, event.call),
    }


def _logged(deal: Deal, event: ev.CallLogged, recorded: ev.Recorded) -> Changes:
    call = deal.calls.get(event.call)
    if call is None:
        return {}
    done = call.model_copy(
        update={
            "status": "finished",
            "outcome": event.outcome,
            "note": event.note,
            "logged_by": recorded.by,
            "logged_at": recorded.at,
        }
    )
    return {"calls": {**deal.calls, event.call: done}, "agenda": _without(deal, event.call)}


def _cancelled(deal: Deal, event: ev.CallsCancelled, _: ev.Recorded) -> Changes:
    calls = {
        number: call.model_copy(update={"status": "cancelled"}) if number in event.calls else call
        for number, call in deal.calls.items()
    }
    return {"calls": calls, "agenda": _without(deal, *event.calls)}


def _without(deal: Deal, *calls: int) -> dict[str, AgendaEntry]:
    return {name: entry for name, entry in deal.agenda.items() if entry.call not in calls}


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.CallPlanned: _planned,
    ev.CallLogged: _logged,
    ev.CallsCancelled: _cancelled,
}
