"""What comes from outside the deal's people: events, answers of other deals, effects, and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.commands import ChildDone, ChildStarted, EffectResult, Happened
from domain.deal import AgendaEntry, Effect
from domain.decide import (
    agenda,
    attention,
    calls,
    claims,
    documents,
    involving,
    mirroring,
    moves,
    payments,
    people,
    pulling,
    rules,
    tasks,
)
from domain.decide.reading import condition_holds
from domain.decide.turn import Batch, Turn
from domain.events import (
    ChildEnded,
    DealStarted,
    EffectDone,
    Fired,
    HappenedOutside,
    Scheduled,
)

TASK_DONE = "onec.task_done"
TASK_STATE = "onec.task_state"
MOST_FIRED_AT_ONCE = 100  # a decision stays small; what is left is due at the next tick, at once


def fire_due(turn: Turn) -> None:
    """Fires what is due up to the present, each entry at its own moment, earliest first."""
    while turn.fired < MOST_FIRED_AT_ONCE:
        entries = turn.deal.agenda.values() if turn.exists else ()
        due = min(
            (entry for entry in entries if entry.due <= turn.wall), key=lambda e: (e.due, e.id), default=None
        )
        if due is None:
            break
        turn.fired += 1
        turn.now = max(due.due, turn.deal.at)
        _fire(turn, due)
        rules.settle(turn)
    turn.now = turn.wall


def _fire(turn: Turn, entry: AgendaEntry) -> None:
    turn.by_itself(Fired(id=entry.id))
    if entry.task is not None and entry.task in turn.deal.tasks:
        agenda.fire_task_entry(turn, entry, turn.deal.tasks[entry.task])
    elif entry.assignment is not None and entry.assignment in turn.deal.assignments:
        agenda.fire_assignment_entry(turn, entry, turn.deal.assignments[entry.assignment])
    elif entry.call is not None and entry.call in turn.deal.calls:
        calls.fire(turn, entry, turn.deal.calls[entry.call])
    elif entry.move is not None:
        moves.move_by_itself(turn, entry.move)
    elif entry.claim:
        claims.unanswered(turn)
    elif entry.payment is not None:
        payments.fire(turn, entry)
    elif entry.child is not None and entry.child in turn.deal.children:
        involving.fire(turn, entry, turn.deal.children[entry.child])
    elif entry.rule is not None:
        _fire_rule(turn, entry, entry.rule)


def _fire_rule(turn: Turn, entry: AgendaEntry, path: str) -> None:
    rule = turn.definition.rule(path)
    if condition_holds(turn, rule.when):
        rules.act(turn, path, rule, Batch(path, (rule,), child=entry.source_child))
    still_here = entry.keep or turn.deal.visit == entry.visit
    if rule.every and still_here and turn.deal.status == "open":
        due = agenda.next_repeat(turn, entry.due, rule.every, rule.working)
        turn.by_itself(Scheduled(entry=entry.model_copy(update={"due": due})))


def happened(turn: Turn, command: Happened) -> None:
    """Records the event; word of 1C that a task is done there closes it, with or without an outcome."""
    if command.kind in (TASK_DONE, TASK_STATE):
        people.must_speak_for_onec(turn, turn.by)
    turn.emit(HappenedOutside(kind=command.kind, detail=command.detail))
    if handlers := turn.stage.when_event.get(
        command.kind
    ):  # also of a closed stage: a review comes afterwards
        turn.run_later(Batch(f"{turn.deal.stage}.when_event.{command.kind}", handlers))
    if command.kind == payments.PAYMENT_RECEIVED and turn.deal.status == "open":
        payments.received(turn, command.detail)
    named = mirroring.named(turn.deal, command.detail.get("task", ""))
    if command.kind == TASK_STATE and named:
        mirroring.told(turn, named, command.detail.get("state"), command.detail.get("number"))
    if command.kind == TASK_DONE and named and turn.deal.tasks[named].status != "open":
        mirroring.told(turn, named, "done", command.detail.get("number"))  # 1C repeats what it had from us
    elif command.kind == TASK_DONE:
        task = tasks.find(turn, named or str(command.detail.get("task", "")))
        mirroring.closed_there(turn, task.number)
        outcome = command.detail.get("outcome")
        rule = turn.definition.task_rule(task.key)
        known = rule is not None and isinstance(outcome, str) and outcome in rule.outcomes
        comment = command.detail.get("comment")
        tasks.close(turn, task, str(outcome) if known else None, str(comment) if comment else None)


def child_started(turn: Turn, command: ChildStarted) -> None:
    """The planned deal runs."""
    child = turn.deal.children.get(command.key)
    if child and not child.started:
        turn.by_itself(DealStarted(key=command.key))


def child_done(turn: Turn, command: ChildDone) -> None:
    """A child's end sets off `on_won` or `on_lost` of the rule that opened it; a repeat changes nothing."""
    child = turn.deal.children.get(command.result.key)
    if child is None or (child.result and child.result.status == command.result.status):
        return
    turn.by_itself(ChildEnded(result=command.result))
    if involving.is_process(child):
        involving.process_ended(turn, child, command.result)
        return
    rule = turn.definition.rule(child.rule).open
    if rule is None:
        return
    side = "on_won" if command.result.status == "won" else "on_lost"
    turn.run_later(Batch(f"{child.rule}.{side}", getattr(rule, side), child=child.key))


def effect_result(turn: Turn, command: EffectResult) -> None:
    """An outside effect is done, or a person must look: at what is given up, or has waited for hours."""
    effect = turn.deal.effects.get(command.key)
    if effect is None:
        return
    waits = command.result.get(attention.LATE)
    if command.cause is None and isinstance(waits, dict):
        attention.late(turn, effect, waits)
        return
    if command.cause is None:
        turn.by_itself(EffectDone(key=command.key))
        if command.result and effect.kind in _RESULTS:
            _RESULTS[effect.kind](turn, effect, command.result)
        return
    if effect.cause is not None:
        return  # a person has been told already
    notice = documents.failed(turn, effect) if effect.kind == documents.DOCUMENT else None
    attention.failed(turn, effect, command, notice)


_RESULTS: dict[str, Callable[[Turn, Effect, dict[str, Any]], None]] = {
    mirroring.ONEC_TASK: mirroring.done,
    pulling.ONEC_OFFER: pulling.done,
    documents.DOCUMENT: documents.done,
}
