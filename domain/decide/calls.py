"""Calls on a person's list: planned, reminded of, made in several attempts, and logged with how they went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.base import Text
from domain.commands import LogCall, Move
from domain.deal import AgendaEntry, Call
from domain.decide import agenda, asking, dates, moves, people
from domain.decide.notices import tell
from domain.decide.reading import condition_holds, numbered
from domain.decide.setting import spelled
from domain.decide.turn import Batch, Turn
from domain.definition import Attempts, CallRule
from domain.errors import refuse
from domain.events import CallLogged, CallPlanned, Filled, Scheduled

NEXT_ATTEMPT = "attempt"
ANSWER = "answer"  # the date given with the answer that sets the call off


def plan(turn: Turn, rule: CallRule, due: datetime | None = None) -> None:
    """Puts the call on the list: now, or at `due`. One that is open already, or was made, is not planned again."""
    latest = turn.deal.latest_call(rule.id)
    if latest and latest.status == "open" and due is None:
        return
    if rule.attempts and latest and latest.outcome == "reached":
        return
    if latest and latest.status == "open":
        _move(turn, latest, rule, due or turn.now)
        return
    number = turn.next_number()
    assignee = people.pick(turn, rule.assignee)
    turn.by_itself(CallPlanned(call=number, key=rule.id, assignee=assignee, due=due or turn.now))
    _schedule(turn, turn.deal.calls[number], rule)


def due_of(turn: Turn, rule: CallRule, answered: datetime | None) -> datetime | None:
    """The moment the call is planned for; None means now."""
    if rule.at is None:
        return None
    return answered if rule.at == ANSWER else dates.moment_of(turn, rule.at)


def replan(turn: Turn) -> None:
    """Moves calls whose date field has changed; one that was made already in this stage is planned anew."""
    for key in dict.fromkeys(call.key for call in turn.deal.calls.values()):
        call, rule = turn.deal.latest_call(key), turn.definition.call_rule(key)
        here = call is not None and (call.status == "open" or call.visit == turn.deal.visit)
        if not (call and here and rule and rule.at and rule.at != ANSWER) or turn.deal.status != "open":
            continue
        due = dates.moment_of(turn, rule.at)
        if due is not None and due != call.due:
            plan(turn, rule, due)


def _move(turn: Turn, call: Call, rule: CallRule, due: datetime) -> None:
    if due != call.due:
        turn.by_itself(CallPlanned(call=call.number, key=call.key, assignee=call.assignee, due=due))
        _schedule(turn, turn.deal.calls[call.number], rule)


def _schedule(turn: Turn, call: Call, rule: CallRule) -> None:
    """The reminder, at once for a call that is due now, and the control for one that nobody logs."""
    early = rule.remind_before
    remind_at = turn.facts.organisation.calendar.subtract(call.due, early) if early else call.due
    if remind_at <= turn.now:
        _remind(turn, call, rule)
    else:
        _put(turn, call, "remind", "reminder", remind_at)
    if rule.unlogged:
        late = agenda.due_after(turn, call.due, rule.unlogged.after, rule.unlogged.working)
        _put(turn, call, "unlogged", "control", late)


def _put(turn: Turn, call: Call, name: str, what: str, due: datetime) -> None:
    entry = AgendaEntry(
        id=f"call.{call.number}.{name}",
        due=due,
        base=turn.now,
        what=what,
        visit=turn.deal.visit,
        call=call.number,
        keep=True,
    )
    turn.by_itself(Scheduled(entry=entry))


def _remind(turn: Turn, call: Call, rule: CallRule) -> None:
    if rule.ask and (question := turn.definition.assignment_rule(rule.ask)):
        asking.ask(turn, question)
    text = Text(
        ru=f"Позвоните: «{rule.title.ru}», сделка «{{deal}}».",
        en=f"Call: “{rule.title.en}”, deal “{{deal}}”.",
    )
    tell(turn, [call.assignee], "reminder", text)


def fire(turn: Turn, entry: AgendaEntry, call: Call) -> None:
    """A call's reminder, or the control of one that nobody logged."""
    rule = turn.definition.call_rule(call.key)
    if rule is None or call.status != "open":
        return
    if entry.id.endswith(".remind"):
        _remind(turn, call, rule)
    elif rule.unlogged:
        text = Text(
            ru=f"Звонок «{rule.title.ru}» по сделке «{{deal}}» не отмечен.",
            en=f"The call “{rule.title.en}” of the deal “{{deal}}” is not logged.",
        )
        tell(turn, people.resolve(turn, rule.unlogged.tell), "control", rule.unlogged.text or text)


def log(turn: Turn, command: LogCall) -> None:
    """Records how the call went, once, and sets off what the stage says. `next_at` plans the call again."""
    call = _find(turn, command.call)
    turn.emit(CallLogged(call=call.number, outcome=command.outcome, note=command.note))
    rule = turn.definition.call_rule(call.key)
    if rule is None:
        return
    handlers = turn.stage.when_call.get(call.key, {}).get(command.outcome, ())
    if handlers and turn.deal.status == "open":
        path = f"{turn.deal.stage}.when_call.{call.key}.{command.outcome}"
        turn.run_later(Batch(path, handlers, conclusion=command.note))
    if command.next_at is not None:
        if rule.at and rule.at != ANSWER:  # the call follows this field, so that is where its date belongs
            turn.emit(Filled(fields={rule.at: spelled(turn, rule.at, command.next_at)}))
        plan(turn, rule, command.next_at)
    elif rule.attempts and command.outcome == "no_answer":
        _try_later(turn, rule)


def _find(turn: Turn, name: int | str | None) -> Call:
    deal = turn.deal
    waiting = [call for call in deal.calls.values() if call.status == "open"]
    number = numbered(name) if name is not None else None
    if name is None:
        found = waiting[-1] if waiting else None
    else:
        found = deal.latest_call(str(name)) if number is None else deal.calls.get(number)
    if found is None:
        raise refuse(
            "unknown_call",
            "Такого звонка в сделке нет.",
            "The deal has no such call.",
            allowed=tuple(call.key for call in waiting),
        )
    if found.status != "open":
        logged = people.who_and_when(turn, found.logged_by, found.logged_at)
        raise refuse(
            "call_closed",
            f"Этот звонок уже отмечен: {logged.ru}.",
            f"This call is logged already: {logged.en}.",
            stage=deal.stage,
        )
    return found


def _try_later(turn: Turn, rule: CallRule) -> None:
    """After an attempt without an answer: the waiting stage until the next one, or the end after the last."""
    attempts = rule.attempts
    if attempts is None:
        return
    made = _attempts_made(turn, rule)
    if made > len(attempts.after):
        moves.move_by_itself(turn, attempts.exhausted)
        return
    back = turn.deal.stage
    moves.move_by_itself(turn, attempts.waiting)
    _put_attempt(turn, rule, attempts, back)


def move(turn: Turn, command: Move) -> None:
    """A person's move. To where the deal waits between attempts, it says that nobody answered: the next one comes."""
    waiting = tuple(_attempted(turn, command.to))
    asked = [turn.deal.latest_call(rule.id) for _, rule, _ in waiting]
    open_calls = tuple(call.number for call in asked if call and call.status == "open")
    moves.move(turn, command, unanswered=open_calls)
    for stage, rule, attempts in waiting:
        if _attempts_made(turn, rule) > len(attempts.after):
            moves.move_by_itself(turn, attempts.exhausted)
        else:
            _put_attempt(turn, rule, attempts, stage)


def _attempted(turn: Turn, waiting: str) -> Iterator[tuple[str, CallRule, Attempts]]:
    """Calls whose attempts wait in this stage, unless the client was reached, and the stage that they are made in."""
    for name, stage in turn.definition.stages.items():
        for rule in stage.rules:
            attempts = rule.call.attempts if rule.call else None
            if rule.call is None or attempts is None or attempts.waiting != waiting:
                continue
            latest = turn.deal.latest_call(rule.call.id)
            reached = latest is not None and latest.outcome == "reached"
            if not reached and condition_holds(turn, rule.when):
                yield name, rule.call, attempts


def _put_attempt(turn: Turn, rule: CallRule, attempts: Attempts, back: str) -> None:
    """Plans the next attempt, at once if its time has passed; then the deal goes `back`."""
    due = max(_attempt_after(turn, attempts, _attempts_made(turn, rule)), turn.now)
    entry = AgendaEntry(
        id=f"{NEXT_ATTEMPT}.{rule.id}",
        due=due,
        base=turn.now,
        what=NEXT_ATTEMPT,
        visit=turn.deal.visit,
        move=back,
    )
    if turn.deal.status == "open":
        turn.by_itself(Scheduled(entry=entry))


def attempt_due(turn: Turn, entry: AgendaEntry) -> datetime | None:
    """When the next attempt is due by the calendar of now; None if the entry is none of a call's attempts."""
    rule = turn.definition.call_rule(entry.id.removeprefix(f"{NEXT_ATTEMPT}."))
    made = _attempts_made(turn, rule) if rule else 0
    if rule is None or rule.attempts is None or made > len(rule.attempts.after):
        return None
    return _attempt_after(turn, rule.attempts, made)


def _attempts_made(turn: Turn, rule: CallRule) -> int:
    return sum(call.key == rule.id and call.outcome == "no_answer" for call in turn.deal.calls.values())


def _attempt_after(turn: Turn, attempts: Attempts, made: int) -> datetime:
    """When the next attempt after so many is due; they count from the deal's opening, where the first is due."""
    return agenda.due_after(turn, turn.deal.opened_at, attempts.after[max(made, 1) - 1])
