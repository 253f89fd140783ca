"""Steps of an approval: whom each asks, what reminds them, and who hears that they are late."""

from __future__ import annotations

from datetime import datetime

from domain.approval.events import Started, StepStarted
from domain.approval.naming import called
from domain.approval.state import Seat
from domain.approval.turn import Turn
from domain.deal import AgendaEntry
from domain.decide import people
from domain.durations import Duration
from domain.events import Fired, Scheduled

DAILY = Duration.parse("1wd")  # reminders; and the head hears of a deadline so much later
MOST_FIRED_AT_ONCE = 100  # a decision stays small; what is left is due at the next tick, at once


def begin_step(turn: Turn, index: int) -> None:
    """Finds the step's people as the organisation is now, asks them, and sets its timers."""
    plan = turn.approval.steps[index].plan
    asked = approvers(turn, plan.approvers)
    first = turn.approval.counter + 1
    deadline = after(turn, turn.now, plan.deadline) if plan.deadline else None
    turn.by_itself(StepStarted(step=index, seats=dict(enumerate(asked, start=first)), deadline=deadline))
    tell_asked(turn, asked)
    _schedule(turn, "remind", "reminder", after(turn, turn.now, DAILY))
    if deadline:
        _schedule(turn, "overdue", "overdue", deadline)


def approvers(turn: Turn, recipients: tuple[str, ...]) -> list[str]:
    """The step's people, each once. For a role that nobody has, the responsible's head is asked, not himself."""
    asked: list[str] = []
    for recipient in recipients:
        stand_in = people.found(turn, "head") or people.found(turn, "responsible") or [turn.deal.responsible]
        asked += [person for person in people.found(turn, recipient) or stand_in if person not in asked]
    return asked


def tell_asked(turn: Turn, asked: list[str]) -> None:
    """Tells people that their decision is waited for."""
    turn.tell(
        asked,
        "assignment",
        "Согласуйте: «{approval}» ({step}), сделка «{deal}».",
        "Your approval is needed: “{approval}” ({step}), deal “{deal}”.",
    )


def fire_due(turn: Turn) -> None:
    """Fires what is due up to the present, each entry at its own moment, earliest first."""
    for _ in range(MOST_FIRED_AT_ONCE):
        entries = turn.approval.agenda.values() if turn.exists else ()
        due = min(
            (entry for entry in entries if entry.due <= turn.wall), key=lambda e: (e.due, e.id), default=None
        )
        if due is None:
            break
        turn.now = max(due.due, turn.approval.at)
        turn.by_itself(Fired(id=due.id))
        _fire(turn, due)
    turn.now = turn.wall


def _fire(turn: Turn, entry: AgendaEntry) -> None:
    late = turn.approval.undecided()
    waiting = [seat.person for seat in late]
    match entry.id.rpartition(".")[2]:
        case "remind":
            if entry.due != turn.approval.step.deadline:  # at that moment they hear that they are late
                turn.tell(
                    waiting,
                    "reminder",
                    "Напоминание: «{approval}» ({step}) ждёт вашего решения, сделка «{deal}».",
                    "Reminder: “{approval}” ({step}) waits for your decision, deal “{deal}”.",
                )
            _schedule(turn, "remind", "reminder", next_working_day(turn, entry.due))
        case "overdue":
            told = [*waiting, *(p for p in people.found(turn, "responsible") if p not in waiting)]
            _tell_late(turn, told)
            _schedule(turn, "escalate", "overdue", after(turn, entry.due, DAILY))
        case "escalate":
            _tell_late(turn, _heads(turn, late))


def _tell_late(turn: Turn, told: list[str]) -> None:
    names = ", ".join(seat.person for seat in turn.approval.undecided())
    what = called(turn.approval.title, "согласование")
    turn.tell(
        told,
        "overdue",
        f"Просрочено: {what.ru} ({{step}}), сделка «{{deal}}». Ждём: {names}.",
        f"{what.en} ({{step}}) of the deal “{{deal}}” is overdue. Waiting for: {names}.",
    )


def _heads(turn: Turn, late: list[Seat]) -> list[str]:
    """The heads of those who are late, each once; for one without a head, the responsible's."""
    told: list[str] = []
    for seat in late:
        employee = turn.facts.organisation.employees.get(seat.person)
        head = employee.head if employee else None
        known = [head] if head and people.is_active(turn, head) else people.found(turn, "head")
        told += [person for person in known if person not in told]
    return told


def _schedule(turn: Turn, name: str, what: str, due: datetime) -> None:
    number = turn.approval.current + 1
    entry = AgendaEntry(id=f"step.{number}.{name}", due=due, base=turn.now, what=what, visit=number)
    turn.by_itself(Scheduled(entry=entry))


def after(turn: Turn, base: datetime, duration: Duration) -> datetime:
    """The moment `duration` after `base` by the organisation's calendar."""
    return turn.facts.organisation.calendar.add(base, duration)


def next_working_day(turn: Turn, last: datetime) -> datetime:
    """The next reminder after the present: after days without a worker one comes, not many."""
    upcoming = after(turn, last, DAILY)
    while upcoming <= turn.wall:
        upcoming = after(turn, upcoming, DAILY)
    return upcoming


def started(turn: Turn, event: Started) -> None:
    """The approval begins with its first step."""
    turn.by_itself(event)
    begin_step(turn, 0)
