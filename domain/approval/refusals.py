"""Why a decision about an approval cannot be taken (any more): each refusal says who decided what and when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.approval.state import Approval, Seat, Status, Step
from domain.approval.turn import Turn
from domain.base import Text
from domain.errors import DecidedBy, Refused, refuse

_VERDICTS = {
    "approve": Text(ru="согласовано", en="approved"),
    "reject": Text(ru="отклонено", en="rejected"),
    "withdraw": Text(ru="отозвано", en="withdrawn"),
}
_STATUSES: dict[Status, Text] = {
    "pending": Text(ru="идёт", en="under way"),
    "approved": Text(ru="согласовано", en="approved"),
    "rejected": Text(ru="отклонено", en="rejected"),
    "withdrawn": Text(ru="отозвано", en="withdrawn"),
}


def closed(turn: Turn) -> Refused:
    """The approval is finished."""
    approval = turn.approval
    decided = [_note(seat) for step in approval.steps for seat in step.decided()]
    if approval.status == "withdrawn" and approval.ended_at and approval.ended_by:
        decided.append(DecidedBy(by=approval.ended_by, decision="withdraw", at=approval.ended_at))
    said, status = _listed(turn, decided), _STATUSES[approval.status]
    return refuse(
        "approval_closed",
        f"Согласование уже завершено: {status.ru}. {said.ru}",
        f"The approval is finished already: {status.en}. {said.en}",
        decided=tuple(decided),
    )


def already(turn: Turn, step: Step) -> Refused:
    """The person's decision is there, or their step went on without them."""
    decided = [_note(seat) for seat in step.decided()]
    said, title = _listed(turn, decided), step.plan.title
    return refuse(
        "already_decided",
        f"По шагу «{title.ru}» решение уже принято. {said.ru}",
        f"The step “{title.en}” is decided already. {said.en}",
        decided=tuple(decided),
    )


def passed_on(turn: Turn, seat: Seat) -> Refused:
    """The person has passed their voice on."""
    who = _name(turn, seat.person)
    return refuse(
        "not_allowed",
        f"Вы передали решение: теперь решает {who}.",
        f"You have passed the decision on: {who} decides now.",
    )


def nobody_asked(turn: Turn) -> Refused:
    """The person is none of those who are asked now."""
    waiting = ", ".join(_name(turn, seat.person) for seat in turn.approval.undecided())
    return refuse(
        "not_allowed",
        f"Вашего решения здесь не ждут. Решает: {waiting}.",
        f"Your decision is not asked for here. Waiting for: {waiting}.",
        allowed=tuple(seat.person for seat in turn.approval.undecided()),
    )


def no_withdrawal(turn: Turn) -> Refused:
    """Only the responsible, their head and directors withdraw."""
    who = _name(turn, turn.deal.responsible)
    return refuse(
        "not_allowed",
        f"Отозвать согласование может {who}, руководитель или директор.",
        f"An approval is withdrawn by {who}, their head, or a director.",
    )


def _note(seat: Seat) -> DecidedBy:
    if seat.decision is None or seat.decided_at is None:
        raise ValueError(f"voice {seat.number} has not decided")
    return DecidedBy(by=seat.person, decision=seat.decision, at=seat.decided_at, comment=seat.comment)


def _listed(turn: Turn, decided: list[DecidedBy]) -> Text:
    """`Согласовано: Анна Юрист, 24.11.2026 10:00.`, one sentence for each decision."""
    ru, en = [], []
    for one in decided:
        verdict, who, when = _VERDICTS[one.decision], _name(turn, one.by), _clock(turn, one.at)
        said = f" («{one.comment}»)" if one.comment else ""
        ru.append(f"{verdict.ru.capitalize()}: {who}, {when}{said}.")
        en.append(f"{verdict.en.capitalize()}: {who}, {when}{said}.")
    return Text(ru=" ".join(ru), en=" ".join(en))


def _name(turn: Turn, person: str) -> str:
    employee = turn.facts.organisation.employees.get(person)
    return employee.name if employee else person


def _clock(turn: Turn, moment: datetime) -> str:
    zone = ZoneInfo(turn.facts.organisation.calendar.timezone)
    return f"{moment.astimezone(zone):%d.%m.%Y %H:%M}"


def late(turn: Turn, approval: Approval) -> Refused | None:
    """Why the acting person has no open voice now; None if they have one."""
    step = approval.step
    mine = step.seat_of(turn.by)
    if mine:
        return already(turn, step) if mine.decision else None
    given = next((seat for seat in step.seats.values() if turn.by in seat.passed_by), None)
    if given:
        return passed_on(turn, given)
    earlier = [one for one in approval.steps[: approval.current] if one.seat_of(turn.by)]
    return already(turn, earlier[-1]) if earlier else nobody_asked(turn)
