"""Who may decide, pass a decision on, and withdraw: the rules that refuse commands, and what they let one person do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.approval import refusals
from domain.approval.state import Approval, Seat
from domain.approval.turn import Turn
from domain.deal import Deal
from domain.decide import people
from domain.decide.turn import Moment
from domain.errors import Refused, refuse
from domain.events import SYSTEM
from domain.facts import Facts


@dataclass(frozen=True)
class Rights:
    """What one person may do now. `delegate`: whose decisions they may pass on, their own or their people's."""

    decide: bool
    delegate: tuple[str, ...]
    withdraw: bool


def rights(approval: Approval, deal: Deal, moment: Moment, facts: Facts) -> Rights:
    """What `moment.by` may do; commands are refused by the same rules."""
    turn = Turn(approval, deal, moment, facts)
    waiting = [seat.person for seat in approval.undecided()]
    return Rights(
        decide=_allows(own_seat, turn),
        delegate=tuple(person for person in waiting if _allows(seat_to_pass, turn, person)),
        withdraw=_allows(check_withdrawal, turn),
    )


def own_seat(turn: Turn, expected: str | None = None) -> Seat:
    """The open voice of the acting person. Raises Refused with what has been decided, by whom, when."""
    approval = turn.approval
    if approval.status != "pending":
        raise refusals.closed(turn)
    if expected is not None and expected != approval.step.plan.id:
        seen = next((step for step in approval.steps if step.plan.id == expected), None)
        if seen is not None and seen.status != "waiting":
            raise refusals.already(turn, seen)
    late = refusals.late(turn, approval)
    mine = approval.step.seat_of(turn.by)
    if late or mine is None:
        raise late or refusals.nobody_asked(turn)
    return mine


def seat_to_pass(turn: Turn, approver: str | None) -> Seat:
    """The open voice to be passed on: one's own, or that of someone whose head is acting. Raises Refused."""
    return own_seat(turn) if approver in (None, turn.by) else _seat_under(turn, str(approver))


def _seat_under(turn: Turn, approver: str) -> Seat:
    if turn.approval.status != "pending":
        raise refusals.closed(turn)
    seat = turn.approval.step.seat_of(approver)
    if seat is None:
        raise refusals.nobody_asked(turn)
    if seat.decision:
        raise refusals.already(turn, turn.approval.step)
    employee = turn.facts.organisation.employees.get(seat.person)
    if turn.by not in (SYSTEM, people.OPERATOR) and (employee is None or employee.head != turn.by):
        raise refuse(
            "not_allowed",
            "Передать чужое решение может только руководитель этого сотрудника.",
            "Only that person's head may pass their decision on.",
        )
    return seat


def check_withdrawal(turn: Turn) -> None:
    """Raises Refused for what is finished, and for all but the responsible, their head and directors."""
    if turn.approval.status != "pending":
        raise refusals.closed(turn)
    allowed = {turn.deal.responsible, SYSTEM, people.OPERATOR}
    allowed.update(people.found(turn, "head"), people.found(turn, f"role:{people.DIRECTOR}"))
    if turn.by not in allowed:
        raise refusals.no_withdrawal(turn)


def _allows(rule: Callable[..., object], turn: Turn, *about: str) -> bool:
    try:
        rule(turn, *about)
    except Refused:
        return False
    return True
