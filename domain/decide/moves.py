"""Going from stage to stage: by a person, by itself, and back into a closed deal."""

from __future__ import annotations

from domain.base import Text
from domain.commands import Move, Reopen
from domain.deal import PendingMove
from domain.decide import approvals, attention, fields, new_tasks, people, tasks
from domain.decide.notices import tell
from domain.decide.requirements import Lacking, is_forward, lacking, lacking_to_enter, refusal_for
from domain.decide.turn import Batch, Turn
from domain.errors import refuse
from domain.events import (
    SYSTEM,
    CallLogged,
    CallsCancelled,
    Filled,
    MoveBlocked,
    Moved,
    Reopened,
    TaskFinished,
    TasksCancelled,
)

MOST_AUTOMATIC_MOVES = 25
OTHER = "other"  # the reason that says nothing by itself


def move(turn: Turn, command: Move, unanswered: tuple[int, ...] = ()) -> None:
    """A person's move. Raises Refused with everything that is missing. `unanswered`: calls that nobody answered."""
    _check_open_and_fresh(turn, command.expected_stage)
    _check_target(turn, command.to)
    before = turn.deal.seq
    fields.fill_fields(turn, command.fields)
    needs = lacking(turn, command.to)
    reason = (
        _reason_for(turn, command) if turn.definition.stages[command.to].kind == "lost" else command.reason
    )
    if needs:
        raise refusal_for(turn, needs)
    for number in unanswered:
        turn.emit(CallLogged(call=number, outcome="no_answer"))
    _go(turn, command.to, reason, command.comment, before)


def _check_open_and_fresh(turn: Turn, expected: str | None) -> None:
    deal = turn.deal
    if expected is not None and expected != deal.stage:
        title = turn.stage.title
        raise refuse(
            "stale_stage",
            f"Сделка уже на стадии «{title.ru}». Обновите карточку и решите заново.",
            f"The deal is at “{title.en}” by now. Refresh the card and decide again.",
            stage=deal.stage,
        )
    if deal.status != "open":
        raise refuse(
            "deal_closed",
            "Сделка закрыта. Сначала откройте её заново.",
            "The deal is closed. Reopen it first.",
            stage=deal.stage,
            allowed=("reopen",),
        )


def _check_target(turn: Turn, target: str) -> None:
    stages = turn.definition.stages
    if target not in stages:
        raise refuse(
            "unknown_stage",
            f"В воронке нет стадии «{target}».",
            f"The pipeline has no stage “{target}”.",
            stage=turn.deal.stage,
            allowed=tuple(stages),
        )
    if target == turn.deal.stage:
        raise refuse(
            "same_stage",
            "Сделка уже на этой стадии.",
            "The deal is at this stage already.",
            stage=target,
        )


def _reason_for(turn: Turn, command: Move) -> str:
    """The reason of a loss, kept in the stage's reason field where it has one."""
    stage = turn.definition.stages[command.to]
    kept = turn.deal.fields.get(stage.reason_field) if stage.reason_field else None
    reason = (command.reason or "").strip() or (str(kept).strip() if kept else "")
    if not reason and stage.is_reason:
        return command.to
    if not reason:
        raise refuse(
            "reason_required",
            "Укажите причину: без неё сделку нельзя закрыть как проигранную.",
            "Give the reason: a deal cannot be closed as lost without one.",
            missing=(stage.reason_field or "reason",),
            stage=turn.deal.stage,
            allowed=tuple(stage.reasons),
        )
    if stage.reasons and reason not in stage.reasons:
        raise refuse(
            "reason_required",
            f"Причины «{reason}» нет в списке.",
            f"The reason “{reason}” is not on the list.",
            missing=("reason",),
            stage=turn.deal.stage,
            allowed=tuple(stage.reasons),
        )
    if stage.reasons and reason == OTHER and not (command.comment or "").strip():
        raise refuse(
            "comment_required",
            "Для причины «Другое» напишите комментарий.",
            "The reason “other” needs a comment.",
            missing=("comment",),
            stage=turn.deal.stage,
        )
    return reason


def move_by_itself(turn: Turn, target: str, reason: str | None = None, rule: str | None = None) -> None:
    """An automatic move; `rule` names a standing one. It obeys exit fields and gates: while they lack, it waits."""
    if target == turn.deal.stage or turn.deal.status != "open":
        return
    turn.auto_moves += 1
    if turn.auto_moves > MOST_AUTOMATIC_MOVES:
        if turn.auto_moves == MOST_AUTOMATIC_MOVES + 1:
            attention.too_many_moves(turn, MOST_AUTOMATIC_MOVES)
        return
    needs = lacking(turn, target)
    if needs:
        _wait_for(turn, PendingMove(to=target, reason=reason, rule=rule), needs)
    else:
        _go(turn, target, reason, None)


def _wait_for(turn: Turn, move: PendingMove, needs: Lacking) -> None:
    """The responsible is told once what is missing, however often the same move is tried again."""
    pending, target = turn.deal.pending_move, move.to
    if pending != move:
        gates = tuple(gate.id for gate in needs.gates)
        blocked = MoveBlocked(
            to=target, reason=move.reason, missing=needs.fields, gates=gates, rule=move.rule
        )
        turn.by_itself(blocked)
    if pending is None or pending.to != target:
        message = refusal_for(turn, needs).refusal.message
        stage = turn.definition.stages[target].title
        text = Text(
            ru=f"Переход на «{stage.ru}» ждёт. {message.ru}",
            en=f"The move to “{stage.en}” waits. {message.en}",
        )
        tell(turn, people.resolve(turn, ("responsible",)), "info", text)


def resume_pending(turn: Turn) -> bool:
    """Makes the automatic move that waited, once nothing is missing any more; says whether it moved."""
    pending = turn.deal.pending_move if turn.exists else None
    if pending is None or lacking(turn, pending.to):
        return False
    visit = turn.deal.visit
    move_by_itself(turn, pending.to, pending.reason, pending.rule)
    return turn.deal.visit != visit


def _go(turn: Turn, target: str, reason: str | None, comment: str | None, before: int | None = None) -> None:
    """Goes there; `before`: the number of the last event before a person's move, None where it goes by itself."""
    auto = before is None
    definition, previous = turn.definition, turn.deal.stage
    stage = definition.stages[target]
    if is_forward(definition, previous, target):
        _finish_tasks_left_behind(turn, target)
    if stage.kind == "lost" and stage.reason_field and reason:
        turn.emit(Filled(fields={stage.reason_field: reason}), by=SYSTEM if auto else None)
    moved = Moved(
        stage=target,
        previous=previous,
        status=stage.kind,
        visit=turn.deal.visit + 1,
        reason=reason,
        comment=comment,
        auto=auto,
        lead=0 if before is None else turn.deal.seq - before,
    )
    turn.by_itself(moved) if auto else turn.emit(moved)
    _cancel_what_is_over(turn)
    turn.run_later(Batch(f"{target}.rules", stage.rules))


def _finish_tasks_left_behind(turn: Turn, target: str) -> None:
    order = turn.definition.order
    for task in turn.deal.open_tasks():
        rule = turn.definition.task_rule(task.key)
        if rule and rule.finish_on_forward and order(task.stage) < order(target):
            tasks.stop_clocks(turn, task)
            turn.by_itself(TaskFinished(task=task.number, auto=True))


def _cancel_what_is_over(turn: Turn) -> None:
    """Questions and calls belong to their visit; a loss cancels open tasks too."""
    deal = turn.deal
    calls = tuple(number for number, call in deal.calls.items() if call.status == "open")
    if calls:
        turn.by_itself(CallsCancelled(calls=calls))
    questions = tuple(n for n, entry in deal.assignments.items() if entry.status == "open")
    unwanted = deal.open_tasks() if deal.status == "lost" else []
    for task in unwanted:
        tasks.stop_clocks(turn, task)
    if questions or unwanted:
        numbers = tuple(task.number for task in unwanted)
        turn.by_itself(TasksCancelled(tasks=numbers, assignments=questions))
    if deal.status == "lost":
        approvals.recall_running(turn)


def reopen(turn: Turn, command: Reopen) -> None:
    """Opens a closed deal again, in any open stage; the stage's rules run as on every entry."""
    if turn.deal.status == "open":
        raise refuse("deal_open", "Сделка и так открыта.", "The deal is open already.", stage=turn.deal.stage)
    open_stages = tuple(name for name, stage in turn.definition.stages.items() if stage.kind == "open")
    if command.to not in open_stages:
        raise refuse(
            "unknown_stage",
            f"Стадии «{command.to}» нет среди открытых.",
            f"“{command.to}” is not an open stage.",
            stage=turn.deal.stage,
            allowed=open_stages,
        )
    needs = lacking_to_enter(turn, command.to)
    if needs:
        raise refusal_for(turn, needs)
    visit, closed_at = turn.deal.visit + 1, turn.deal.moved_at
    turn.emit(Reopened(stage=command.to, previous=turn.deal.stage, visit=visit))
    _cancel_what_is_over(turn)
    new_tasks.resume_timers(turn, closed_at)
    turn.run_later(Batch(f"{command.to}.rules", turn.stage.rules))
