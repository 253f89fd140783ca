"""What a deal knows of its approvals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import Deal, DealApproval

Changes = dict[str, Any]


def _planned(deal: Deal, event: ev.ApprovalPlanned, _: ev.Recorded) -> Changes:
    made = DealApproval(key=event.key, name=event.name, approval=event.approval, plan=event.plan)
    return {"approvals": {**deal.approvals, event.key: made}}


def _with(deal: Deal, key: str, **changes: Any) -> Changes:
    known = deal.approvals.get(key)
    return {"approvals": {**deal.approvals, key: known.model_copy(update=changes)}} if known else {}


def _started(deal: Deal, event: ev.ApprovalStarted, _: ev.Recorded) -> Changes:
    return _with(deal, event.key, plan=None)


def _recalled(deal: Deal, event: ev.ApprovalRecalled, _: ev.Recorded) -> Changes:
    return _with(deal, event.key, recall=True)


def _recall_sent(deal: Deal, event: ev.RecallSent, _: ev.Recorded) -> Changes:
    return _with(deal, event.key, recall=False)


def _ended(deal: Deal, event: ev.ApprovalEnded, _: ev.Recorded) -> Changes:
    # An approval that reports has been started, and needs no recall any more, whatever came first.
    return _with(deal, event.result.key, result=event.result, plan=None, recall=False)


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.ApprovalPlanned: _planned,
    ev.ApprovalStarted: _started,
    ev.ApprovalRecalled: _recalled,
    ev.RecallSent: _recall_sent,
    ev.ApprovalEnded: _ended,
}
