"""What a command makes of an approval. Pure, like the deal's `decide`:

    decide(approval, deal, command, moment, facts) -> Decision(events, refusal, approval)

`deal` is the deal as it stands now (who is responsible, what its fields name); `moment.deal` the approval's id.
What came due before the command fires first, each entry at its own moment. A refused command changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.approval import asking, replanning, rights
from domain.approval import commands as cmd
from domain.approval import events as ev
from domain.approval.state import Approval, Status
from domain.approval.turn import Turn
from domain.deal import ApprovalResult, Deal
from domain.decide import people
from domain.decide.turn import Moment
from domain.errors import Refusal, Refused, refuse
from domain.events import SYSTEM, ResultReported, SignalRefused
from domain.facts import Facts


@dataclass(frozen=True)
class Decision:
    """New events in order, the approval after them, and the refusal if the command could not be done."""

    events: tuple[ev.Recorded, ...]
    approval: Approval | None
    refusal: Refusal | None = None


def decide(
    approval: Approval | None, deal: Deal, command: cmd.Command, moment: Moment, facts: Facts
) -> Decision:
    """Decides one command. Never raises for anything a person or another system may send."""
    turn = Turn(approval, deal, moment, facts)
    asking.fire_due(turn)
    mark = turn.mark()
    refusal = None
    try:
        if not turn.exists and not isinstance(command, cmd.Start):
            raise unknown(turn.id)
        _HANDLERS[type(command)](turn, command)
    except Refused as refused:
        turn.back_to(mark)
        refusal = refused.refusal
    return Decision(tuple(turn.events), turn.approval if turn.exists else None, refusal)


def unknown(approval: str) -> Refused:
    """There is no such approval."""
    return refuse("unknown_approval", f"Согласования {approval} нет.", f"There is no approval {approval}.")


def result_of(approval: Approval) -> ApprovalResult:
    """What a finished approval tells its deal. Raises ValueError for one that still runs."""
    if approval.status == "pending" or approval.ended_at is None:
        raise ValueError(f"approval {approval.id} is not finished")
    return ApprovalResult(
        key=approval.key,
        status=approval.status,
        by=approval.ended_by or SYSTEM,
        at=approval.ended_at,
        comment=approval.comment,
    )


def _start(turn: Turn, command: cmd.Start) -> None:
    """Begins with the first step; a repeat changes nothing."""
    if turn.exists:
        return
    event = ev.Started(
        approval=turn.id,
        deal=command.deal,
        key=command.key,
        title=command.title,
        documents=command.documents,
        steps=command.steps,
    )
    asking.started(turn, event)


def _decide(turn: Turn, command: cmd.Decide) -> None:
    """One voice. A rejection ends everything at once; enough approvals end the step, the last step the whole."""
    seat = rights.own_seat(turn, command.step)
    comment = (command.comment or "").strip() or None
    if command.decision == "reject" and not comment:
        raise refuse(
            "comment_required",
            "Напишите, почему вы отклоняете.",
            "Say why you reject it.",
            missing=("comment",),
        )
    index = turn.approval.current
    turn.emit(ev.Decided(step=index, seat=seat.number, decision=command.decision, comment=comment))
    if command.decision == "reject":
        _end(turn, "rejected", comment)
    elif turn.approval.step.is_agreed():
        turn.by_itself(ev.StepEnded(step=index, status="approved"))
        if index + 1 < len(turn.approval.steps):
            asking.begin_step(turn, index + 1)
        else:
            _end(turn, "approved", comment)


def _end(turn: Turn, status: Status, comment: str | None) -> None:
    """The end. Those who were still asked hear that they need not decide any more."""
    spared = [seat.person for seat in turn.approval.undecided() if seat.person != turn.by]
    index = turn.approval.current
    if status == "rejected":
        turn.by_itself(ev.StepEnded(step=index, status="rejected"))
    turn.emit(ev.Ended(status=status, comment=comment))
    turn.tell(
        spared,
        "info",
        "Решение больше не нужно: «{approval}» ({step}), сделка «{deal}».",
        "Your decision is not needed any more: “{approval}” ({step}), deal “{deal}”.",
    )


def _delegate(turn: Turn, command: cmd.Delegate) -> None:
    """Passes a voice on: by its person, or by that person's head, for one who is ill or has left."""
    seat = rights.seat_to_pass(turn, command.approver)
    if command.to == seat.person:
        raise refuse("nothing_to_do", "Решение уже за этим сотрудником.", "That person decides already.")
    people.must_work_here(turn, command.to)
    if turn.approval.step.seat_of(command.to):
        raise refuse(
            "invalid_value",
            "Этот сотрудник уже участвует в этом шаге. Выберите другого.",
            "This person already decides in this step. Choose another.",
            missing=("to",),
        )
    comment = (command.comment or "").strip() or None
    event = ev.Delegated(
        step=turn.approval.current, seat=seat.number, person=seat.person, to=command.to, comment=comment
    )
    turn.emit(event)
    asking.tell_asked(turn, [command.to])


def _withdraw(turn: Turn, command: cmd.Withdraw) -> None:
    """Takes it back, while it runs."""
    rights.check_withdrawal(turn)
    _end(turn, "withdrawn", (command.comment or "").strip() or None)


def _reported(turn: Turn, _: cmd.Reported) -> None:
    if turn.approval.report_due:
        turn.by_itself(ResultReported())


def _refuse_signal(turn: Turn, command: cmd.Refuse) -> None:
    turn.emit(SignalRefused(command=command.command, code=command.code, message=command.message))


def _tick(_: Turn, __: cmd.Tick) -> None:
    """What was due has fired already."""


_HANDLERS: dict[type[Any], Callable[[Turn, Any], None]] = {
    cmd.Start: _start,
    cmd.Decide: _decide,
    cmd.Delegate: _delegate,
    cmd.Withdraw: _withdraw,
    cmd.Replan: replanning.replan,
    cmd.Reported: _reported,
    cmd.Refuse: _refuse_signal,
    cmd.Tick: _tick,
}
