"""Claims: a deal offered to several people, taken by the first of them. Until then its holder is who opened it."""

from __future__ import annotations

from domain.base import Text
from domain.commands import Claim, Decline
from domain.deal import AgendaEntry, DealClaim
from domain.decide import agenda, moves, people
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.definition import Claim as ClaimRule
from domain.errors import Refused, refuse
from domain.events import Changed, ClaimDeclined, Claimed, ClaimOffered, ClaimUnanswered, Scheduled
from domain.folds.involving import CLAIM


def offer(turn: Turn) -> None:
    """Asks those whom the stage names; called on entry."""
    rule = turn.stage.claim
    if rule is None:
        return
    asked = people.resolve(turn, rule.by)
    turn.by_itself(ClaimOffered(asked=tuple(asked)))
    text = Text(
        ru="Новая заявка «{deal}»: примите её в работу или откажитесь.",
        en="A new request “{deal}”: claim it, or decline.",
    )
    tell(turn, asked, "info", text)
    entry = AgendaEntry(
        id=CLAIM,
        due=agenda.due_after(turn, turn.now, rule.within),
        base=turn.now,
        what="control",
        visit=turn.deal.visit,
        claim=True,
    )
    turn.by_itself(Scheduled(entry=entry))


def claim(turn: Turn, _: Claim) -> None:
    """The first who claims has the deal; the others who were asked are told who that is."""
    rule, known = _offered(turn)
    if turn.by not in (*known.asked, *people.resolve(turn, (*rule.by, *rule.unanswered))):
        raise _not_asked(turn, known)
    turn.emit(Claimed())
    if turn.deal.responsible != turn.by:
        turn.emit(Changed(responsible=turn.by))
    name = turn.facts.organisation.employees[turn.by].name
    text = Text(
        ru=f"Заявку «{{deal}}» принял в работу: {name}.", en=f"The request “{{deal}}” is claimed by {name}."
    )
    tell(turn, [person for person in known.asked if person != turn.by], "info", text)
    moves.move_by_itself(turn, rule.to)


def decline(turn: Turn, command: Decline) -> None:
    """Notes why the person does not take the deal; when everyone has declined, those who decide then are told."""
    rule, known = _offered(turn)
    if turn.by not in known.asked:
        raise _not_asked(turn, known)
    if not command.reason.strip():
        raise refuse(
            "reason_required",
            "Укажите причину отказа.",
            "Say why you decline.",
            missing=("reason",),
            stage=turn.deal.stage,
        )
    if turn.by in known.declined:
        raise refuse(
            "nothing_to_do", "Вы уже отказались.", "You have declined already.", stage=turn.deal.stage
        )
    turn.emit(ClaimDeclined(reason=command.reason.strip()))
    if turn.deal.claim and set(known.asked) <= set(turn.deal.claim.declined):
        _tell_unanswered(turn, rule)


def unanswered(turn: Turn) -> None:
    """The time for a claim is over."""
    if turn.stage.claim:
        _tell_unanswered(turn, turn.stage.claim)


def _tell_unanswered(turn: Turn, rule: ClaimRule) -> None:
    known = turn.deal.claim
    if known is None or known.unanswered or known.by:
        return
    turn.by_itself(ClaimUnanswered())
    text = Text(ru="Заявку «{deal}» никто не взял в работу.", en="Nobody has taken the request “{deal}”.")
    tell(turn, people.resolve(turn, rule.unanswered), "control", text)


def _offered(turn: Turn) -> tuple[ClaimRule, DealClaim]:
    """The offer that is still open. Raises Refused: someone has the deal, or nothing is offered."""
    deal, rule = turn.deal, turn.stage.claim
    known = deal.claim
    if known is None:
        raise refuse(
            "nothing_to_do",
            "Эту сделку не разбирают.",
            "This deal is not offered for claiming.",
            stage=deal.stage,
        )
    if known.by or rule is None or known.visit != deal.visit or deal.status != "open":
        raise _taken(turn, known)
    return rule, known


def _taken(turn: Turn, known: DealClaim) -> Refused:
    who = known.by or turn.deal.responsible
    employee = turn.facts.organisation.employees.get(who)
    name = f"{employee.name} ({who})" if employee and employee.name != who else who
    decided = [{"by": who, "decision": "claimed", "at": known.at}] if known.at else []
    return refuse(
        "already_claimed",
        f"Заявка уже в работе: {name}.",
        f"The request is taken already: {name}.",
        stage=turn.deal.stage,
        decided=decided,
    )


def _not_asked(turn: Turn, known: DealClaim) -> Refused:
    asked = ", ".join(people.name_of(turn, one) for one in known.asked)
    return refuse(
        "not_allowed",
        f"Эту заявку может принять или отклонить: {asked}.",
        f"This request may be claimed or declined by: {asked}.",
        allowed=known.asked,
    )
