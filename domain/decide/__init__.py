"""Idea 3, decide: what a command makes of a deal. Pure: no Temporal, no database, no clock, no randomness.

    decide(definition, deal, command, moment, facts) -> Decision(events, refusal, deal)

What came due before the command fires first, each entry at its own moment. A refused command changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain import commands as cmd
from domain.deal import Deal
from domain.decide import (
    approvals,
    asking,
    calls,
    claims,
    documents,
    duplicates,
    fields,
    involving,
    moves,
    new_tasks,
    outside,
    payments,
    replanning,
    rules,
    sending,
    setting_aside,
    tasks,
    undoing,
)
from domain.decide.start import open_deal
from domain.decide.turn import Moment, Turn
from domain.definition import Pipeline
from domain.errors import Refusal, Refused, refuse
from domain.events import AttentionCleared, Commented, Recorded, ResultReported, SignalRefused
from domain.facts import Facts

__all__ = ["Decision", "Moment", "decide"]


@dataclass(frozen=True)
class Decision:
    """New events in order, the deal after them, and the refusal if the command could not be done.

    `acted`: paths of the rules that acted, for reports of what scenarios cover.
    """

    events: tuple[Recorded, ...]
    deal: Deal | None
    refusal: Refusal | None = None
    acted: frozenset[str] = frozenset()


def decide(
    definition: Pipeline, deal: Deal | None, command: cmd.Command, moment: Moment, facts: Facts
) -> Decision:
    """Decides one command. Never raises for anything a person or another system may send."""
    turn = Turn(definition, deal, moment, facts)
    outside.fire_due(turn)
    mark = turn.mark()
    refusal = None
    try:
        if isinstance(command, cmd.Open) == turn.exists:
            raise _wrong_life(turn)
        _HANDLERS[type(command)](turn, command)
        duplicates.look(turn)
        rules.settle(turn)
        outside.fire_due(turn)  # what the command itself has planned for the present, or for before
    except Refused as refused:
        turn.back_to(mark)
        refusal = refused.refusal
    return Decision(tuple(turn.events), turn.deal if turn.exists else None, refusal, frozenset(turn.acted))


def _wrong_life(turn: Turn) -> Refused:
    if turn.exists:
        return refuse(
            "deal_exists", "Сделка уже открыта.", "The deal is open already.", stage=turn.deal.stage
        )
    return refuse("unknown_deal", f"Сделки {turn.deal_id} нет.", f"There is no deal {turn.deal_id}.")


def _comment(turn: Turn, command: cmd.Comment) -> None:
    if not command.text.strip() and not command.files:
        raise refuse("invalid_value", "Комментарий пуст.", "The comment is empty.", missing=("text",))
    files = tuple(fields.file_value(turn, file_id) for file_id in command.files)
    turn.emit(Commented.model_validate({"text": command.text, "files": files}))


def _retry(turn: Turn, _: cmd.Retry) -> None:
    if turn.deal.attention is None:
        raise refuse("nothing_to_do", "Повторять нечего.", "There is nothing to retry.")
    turn.emit(AttentionCleared())


def _refuse_signal(turn: Turn, command: cmd.Refuse) -> None:
    turn.emit(SignalRefused(command=command.command, code=command.code, message=command.message))


def _reported(turn: Turn, _: cmd.Reported) -> None:
    if turn.deal.report_due:
        turn.by_itself(ResultReported())


def _tick(_: Turn, __: cmd.Tick) -> None:
    """What was due has fired already."""


_HANDLERS: dict[type[Any], Callable[[Turn, Any], None]] = {
    cmd.Open: open_deal,
    cmd.Fill: fields.fill,
    cmd.Move: calls.move,
    cmd.UndoMove: undoing.undo,
    cmd.Reopen: moves.reopen,
    cmd.CreateTask: new_tasks.create,
    cmd.StartTask: tasks.start,
    cmd.StopTask: tasks.stop,
    cmd.CommentTask: tasks.comment,
    cmd.CheckTask: tasks.check,
    cmd.FinishTask: tasks.finish,
    cmd.Answer: asking.answer,
    cmd.LogCall: calls.log,
    cmd.Comment: _comment,
    cmd.Happened: outside.happened,
    cmd.SendMessage: sending.send,
    cmd.Claim: claims.claim,
    cmd.Decline: claims.decline,
    cmd.Request: involving.request,
    cmd.StartProcess: involving.start_process,
    cmd.PrepareDocument: documents.prepare,
    cmd.Pay: payments.pay,
    cmd.Merge: duplicates.merge,
    cmd.Replan: replanning.replan,
    cmd.ChildDone: outside.child_done,
    cmd.ChildStarted: outside.child_started,
    cmd.ApprovalDone: approvals.done,
    cmd.ApprovalStarted: approvals.started,
    cmd.RecallSent: approvals.recall_sent,
    cmd.Reported: _reported,
    cmd.EffectResult: outside.effect_result,
    cmd.Retry: _retry,
    cmd.Refuse: _refuse_signal,
    cmd.SetAside: setting_aside.set_aside,
    cmd.TakeUp: setting_aside.take_up,
    cmd.Tick: _tick,
}
