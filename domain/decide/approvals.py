"""Approvals of a deal: planned by a rule, started and recalled by the workflow, and what their end sets off."""

from __future__ import annotations

from domain.approval.definition import ApprovalRule
from domain.approval.plan import ApprovalPlan, Document
from domain.base import Text
from domain.commands import ApprovalDone, ApprovalStarted, RecallSent
from domain.deal import ApprovalResult, DealApproval
from domain.decide import people
from domain.decide.notices import tell
from domain.decide.reading import condition_holds
from domain.decide.turn import Batch, Turn
from domain.events import (
    SYSTEM,
    ApprovalEnded,
    ApprovalPlanned,
    ApprovalRecalled,
)
from domain.events import ApprovalStarted as Started
from domain.events import RecallSent as Sent
from domain.opening import child_id

_ENDED = {
    "approved": Text(ru="согласовано", en="approved"),
    "rejected": Text(ru="отклонено", en="rejected"),
    "withdrawn": Text(ru="отозвано", en="withdrawn"),
}


def plan(turn: Turn, rule: ApprovalRule) -> None:
    """Plans an approval; one of the same name that runs goes on. Where no step applies, it is approved at once."""
    rounds = [one for one in turn.deal.approvals.values() if one.name == rule.id]
    if any(one.result is None for one in rounds):
        return
    key = rule.id if not rounds else f"{rule.id}.{len(rounds) + 1}"
    planned = ApprovalPlan(
        title=rule.title,
        documents=_documents(turn, rule.documents),
        steps=tuple(step.plan() for step in rule.steps if condition_holds(turn, step.when)),
    )
    approval = child_id(turn.deal_id, f"approval/{key}")
    turn.by_itself(ApprovalPlanned(key=key, name=rule.id, approval=approval, plan=planned))
    if not planned.steps:
        _end(turn, ApprovalResult(key=key, status="approved", by=SYSTEM, at=turn.now))


def _documents(turn: Turn, names: tuple[str, ...]) -> tuple[Document, ...]:
    """The files that the card has now under these fields."""
    found: list[Document] = []
    for name in names:
        value = turn.deal.fields.get(name)
        found += [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
    return tuple(found)


def started(turn: Turn, command: ApprovalStarted) -> None:
    """The planned approval runs."""
    known = turn.deal.approvals.get(command.key)
    if known and known.plan:
        turn.by_itself(Started(key=command.key))


def done(turn: Turn, command: ApprovalDone) -> None:
    """An approval's end sets off what the stage says; a repeat changes nothing."""
    known = turn.deal.approvals.get(command.result.key)
    if known and known.result is None:
        _end(turn, command.result)


def _end(turn: Turn, result: ApprovalResult) -> None:
    turn.by_itself(ApprovalEnded(result=result))
    known = turn.deal.approvals[result.key]
    if result.by != SYSTEM:  # what the deal itself brought about is no news
        _tell_ended(turn, result)
    handlers = turn.stage.when_approval.get(known.name, {})
    if turn.deal.status == "open" and result.status in handlers:
        path = f"{turn.deal.stage}.when_approval.{known.name}.{result.status}"
        turn.run_later(Batch(path, handlers[result.status], conclusion=result.comment or result.status))


def _tell_ended(turn: Turn, result: ApprovalResult) -> None:
    ended, said = _ENDED[result.status], f" «{result.comment}»" if result.comment else ""
    who = people.name_of(turn, result.by)
    text = Text(
        ru=f"Согласование по сделке «{{deal}}»: {ended.ru} ({who}).{said}",
        en=f"Approval for the deal “{{deal}}”: {ended.en} by {who}.{said}",
    )
    tell(turn, people.resolve(turn, ("responsible",)), "info", text)


def recall_running(turn: Turn) -> None:
    """A lost deal needs no approval any more."""
    for known in turn.deal.approvals.values():
        if known.result is None and not known.recall:
            turn.by_itself(ApprovalRecalled(key=known.key))


def recall_sent(turn: Turn, command: RecallSent) -> None:
    """The approval has been told that it is withdrawn."""
    known = turn.deal.approvals.get(command.key)
    if known and known.recall:
        turn.by_itself(Sent(key=command.key))


def running(approvals: dict[str, DealApproval]) -> list[DealApproval]:
    """Those that are not finished."""
    return [one for one in approvals.values() if one.result is None]
