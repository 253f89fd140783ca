"""Taking back a person's last move, as long as nothing has come of it outside the deal.

The deal is put back as it was, and what was filled in with the move stays: nobody types it twice. Clocks that the
move had stopped run on from now. Numbers of tasks that the move made are never used again.
"""

from __future__ import annotations

from domain.base import Text
from domain.commands import UndoMove
from domain.deal import Deal, Task
from domain.decide import people, rules
from domain.decide.turn import Turn
from domain.errors import Refused, refuse
from domain.events import (
    SYSTEM,
    AgendaCleared,
    ApprovalPlanned,
    ApprovalRecalled,
    AssignmentCreated,
    AttentionNeeded,
    CallLogged,
    CallPlanned,
    CallsCancelled,
    Changed,
    ClaimOffered,
    CompanyMade,
    CompanySet,
    ControlStarted,
    DealPlanned,
    EffectPlanned,
    Filled,
    Fired,
    Moved,
    MoveDropped,
    MoveUndone,
    Notified,
    Recorded,
    Scheduled,
    TaskCommented,
    TaskCreated,
    TaskDue,
    TaskFinished,
    TaskReassigned,
    TasksCancelled,
    TaskStopped,
    Unscheduled,
)
from domain.events import MoveBlocked as Blocked
from domain.past import UNDO_WITHIN, MoveTrace, PastMove
from domain.patches import difference

# What a move may have brought and still be undone: it changes this deal alone. Anything else left the house.
_OURS = (
    AgendaCleared, AssignmentCreated, AttentionNeeded, Blocked, CallLogged, CallPlanned, CallsCancelled, Changed,
    ClaimOffered, ControlStarted, Filled, Fired, MoveDropped, Moved, Notified, Scheduled, TaskCommented, TaskCreated,
    TaskDue, TaskFinished, TaskReassigned, TaskStopped, TasksCancelled, Unscheduled,
)  # fmt: skip
_LEFT = {
    EffectPlanned.__name__: Text(
        ru="из сделки уже ушло сообщение, документ или данные в 1С",
        en="a message, a document or data for 1C has left the deal already",
    ),
    DealPlanned.__name__: Text(ru="по нему открыта другая сделка", en="it has opened another deal"),
    ApprovalPlanned.__name__: Text(ru="по нему начато согласование", en="it has started an approval"),
    ApprovalRecalled.__name__: Text(ru="он отозвал согласование", en="it has withdrawn an approval"),
    CompanySet.__name__: Text(ru="он изменил карточку компании", en="it has changed the company's card"),
    CompanyMade.__name__: Text(ru="по нему создана компания", en="it has made a company"),
}
_OTHER = Text(ru="он изменил не только эту сделку", en="it has changed more than this deal")
_TOLD = Text(
    ru="о закрытии узнала сделка, которая его ждала", en="the deal that waited for its end has heard of it"
)
_STATE_KEPT = ("seq", "at", "counter")


def undo(turn: Turn, command: UndoMove) -> None:
    """Puts the deal back as it was before the move whose event has the number `seq`."""
    past = turn.facts.past
    if past is None or past.moved.seq != command.seq:
        raise _overtaken(turn)
    if objected := objection(turn, past):
        raise objected
    here = turn.deal.stage
    turn.emit(
        MoveUndone(
            move=past.moved.seq,
            first=past.brought[0].seq,
            last=past.brought[-1].seq,
            stage=past.before.stage,
            previous=here,
            back=difference(turn.deal, _as_it_was(turn, past)),
        )
    )
    rules.settle(turn)
    if turn.deal.visit != past.before.visit:
        raise refuse(
            "undo_in_vain",
            "Отмена ничего не даст: с тем, что теперь заполнено, сделка сама уйдёт с прежней стадии. "
            "Переведите её туда, где она должна быть.",
            "Undoing is no use: with what is filled in now the deal leaves that stage by itself. "
            "Move it to where it should be.",
            stage=here,
        )


def objection(turn: Turn, move: MoveTrace) -> Refused | None:
    """Why the one who acts in `turn` may not undo this move now; None where nothing stands against it."""
    if left := _left(turn.deal, move):
        return refuse(
            "undo_left_house",
            f"Переход нельзя отменить: {left.ru}. Переведите сделку обратно обычным переходом.",
            f"The move cannot be undone: {left.en}. Move the deal back as usual.",
            stage=turn.deal.stage,
        )
    if any(recorded.folded for recorded in (*move.since, *turn.events)):
        return _overtaken(turn)
    if turn.now > move.until:
        return _late(turn)
    if turn.by not in _entitled(turn, move.moved):
        return refuse(
            "not_allowed",
            "Отменить переход может тот, кто его сделал, ответственный или его руководитель.",
            "A move is undone by who made it, by the responsible or by their head.",
            stage=turn.deal.stage,
        )
    return None


def _overtaken(turn: Turn) -> Refused:
    return refuse(
        "undo_overtaken",
        "Этот переход уже нельзя отменить: после него в сделке что-то произошло. Обновите карточку.",
        "This move cannot be undone any more: something has happened in the deal since. Refresh the card.",
        stage=turn.deal.stage,
    )


def _late(turn: Turn) -> Refused:
    minutes = UNDO_WITHIN.seconds // 60
    return refuse(
        "undo_too_late",
        f"Переход можно отменить в течение {minutes} минут. Переведите сделку обратно обычным переходом.",
        f"A move can be undone within {minutes} minutes. Move the deal back as usual.",
        stage=turn.deal.stage,
    )


def _left(deal: Deal, move: MoveTrace) -> Text | None:
    """What the move has brought outside the deal, in words."""
    for recorded in move.brought:
        if not isinstance(recorded.event, _OURS):
            return _LEFT.get(type(recorded.event).__name__, _OTHER)
        if isinstance(recorded.event, Moved) and recorded.event.status != "open" and _is_awaited(deal):
            return _TOLD
    return None


def _is_awaited(deal: Deal) -> bool:
    return deal.parent is not None and deal.parent.wait


def _entitled(turn: Turn, moved: Recorded) -> set[str]:
    heads = people.found(turn, "head")
    return {moved.by, turn.deal.responsible, *heads, SYSTEM, people.OPERATOR}


def _as_it_was(turn: Turn, past: PastMove) -> Deal:
    now, before = turn.deal, past.before
    fields = dict(before.fields)
    for recorded in past.brought:
        if recorded.seq < past.moved.seq and isinstance(recorded.event, Filled):
            fields |= recorded.event.fields
    kept = {name: getattr(now, name) for name in _STATE_KEPT}
    return before.model_copy(
        update={
            **kept,
            "fields": {name: value for name, value in fields.items() if value is not None},
            "tasks": {number: _running_on(turn, task) for number, task in before.tasks.items()},
        }
    )


def _running_on(turn: Turn, task: Task) -> Task:
    """The task as it was; the time that its clocks had counted up to the move stays counted."""
    now = turn.deal.tasks[task.number]
    if now.running == task.running:
        return task
    return task.model_copy(update={"running": dict.fromkeys(task.running, turn.now), "seconds": now.seconds})
