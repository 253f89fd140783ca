"""Claims, doubles of tasks in 1C, watched payment plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import AgendaEntry, Deal, DealClaim, TaskMirror

Changes = dict[str, Any]
CLAIM = "claim"  # the id of the agenda entry that ends the waiting for a claim


def _offered(deal: Deal, event: ev.ClaimOffered, _: ev.Recorded) -> Changes:
    return {"claim": DealClaim(visit=deal.visit, asked=event.asked)}


def _with_claim(deal: Deal, **changes: Any) -> Changes:
    return {"claim": deal.claim.model_copy(update=changes)} if deal.claim else {}


def _claimed(deal: Deal, _: ev.Claimed, recorded: ev.Recorded) -> Changes:
    return _with_claim(deal, by=recorded.by, at=recorded.at) | {"agenda": _without(deal, CLAIM)}


def _declined(deal: Deal, event: ev.ClaimDeclined, recorded: ev.Recorded) -> Changes:
    declined = {**deal.claim.declined, recorded.by: event.reason} if deal.claim else {}
    return _with_claim(deal, declined=declined)


def _unanswered(deal: Deal, _: ev.ClaimUnanswered, __: ev.Recorded) -> Changes:
    return _with_claim(deal, unanswered=True) | {"agenda": _without(deal, CLAIM)}


def _mirrored(deal: Deal, event: ev.TaskMirrored, _: ev.Recorded) -> Changes:
    known = deal.mirrored.get(event.task, TaskMirror())
    said = {
        name: value for name in ("state", "number", "closed") if (value := getattr(event, name)) is not None
    }
    return {"mirrored": {**deal.mirrored, event.task: known.model_copy(update=said)}}


def _control_started(deal: Deal, event: ev.ControlStarted, _: ev.Recorded) -> Changes:
    return {"controlled": tuple(dict.fromkeys((*deal.controlled, event.field)))}


def _cleared(deal: Deal, event: ev.AgendaCleared, _: ev.Recorded) -> Changes:
    return {"agenda": _without(deal, *event.entries)}


def _without(deal: Deal, *gone: str) -> dict[str, AgendaEntry]:
    return {name: entry for name, entry in deal.agenda.items() if name not in gone}


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.ClaimOffered: _offered,
    ev.Claimed: _claimed,
    ev.ClaimDeclined: _declined,
    ev.ClaimUnanswered: _unanswered,
    ev.TaskMirrored: _mirrored,
    ev.ControlStarted: _control_started,
    ev.AgendaCleared: _cleared,
}
