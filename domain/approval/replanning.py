"""The working calendar has changed: the present step's deadline and reminders are planned anew.

Only what moves is recorded, as in `domain.decide.replanning`; a deadline that has passed stays passed.
"""

from __future__ import annotations

from datetime import datetime

from domain.approval import asking
from domain.approval.commands import Replan
from domain.approval.events import StepDue
from domain.approval.turn import Turn
from domain.deal import AgendaEntry
from domain.events import Scheduled


def replan(turn: Turn, _: Replan) -> None:
    """Moves what the new calendar puts elsewhere; a finished approval plans nothing."""
    if turn.approval.status != "pending":
        return
    _move_deadline(turn)
    for entry in list(turn.approval.agenda.values()):
        due = max(_due(turn, entry), turn.now)
        if due != entry.due:
            turn.by_itself(Scheduled(entry=entry.model_copy(update={"due": due}), was=entry.due))


def _move_deadline(turn: Turn) -> None:
    step = turn.approval.step
    if step.deadline is None or step.plan.deadline is None or step.started_at is None:
        return
    deadline = asking.after(turn, step.started_at, step.plan.deadline)
    if step.deadline > turn.now and deadline != step.deadline:
        turn.by_itself(StepDue(step=turn.approval.current, deadline=max(deadline, turn.now)))


def _due(turn: Turn, entry: AgendaEntry) -> datetime:
    match entry.id.rpartition(".")[2]:
        case "remind":
            due = asking.after(turn, entry.base, asking.DAILY)
            return due if due > turn.now else asking.next_working_day(turn, due)
        case "escalate":
            return asking.after(turn, entry.base, asking.DAILY)
        case _:
            return turn.approval.step.deadline or entry.due
