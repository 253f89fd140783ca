"""The same client twice: the responsible is told of other deals with the same phone or e-mail, and may merge."""

from __future__ import annotations

from domain.base import Text
from domain.commands import Merge, Move
from domain.decide import moves, people
from domain.decide.notices import tell
from domain.decide.turn import Turn
from domain.errors import refuse
from domain.events import DuplicateFound, Merged
from domain.facts import KnownDeal

STAGE = "duplicate"  # the lost stage of a pipeline that looks for duplicates


def look(turn: Turn) -> None:
    """Tells of deals that are known now to have the same phone or e-mail, of each once."""
    if not turn.definition.duplicates:
        return
    deal = turn.deal
    known = {link.deal for link in (*deal.duplicates, *deal.links)} | {deal.id}
    known |= {deal.parent.deal} if deal.parent else set()
    for other in turn.facts.duplicates:
        if other.id not in known:
            found = DuplicateFound(
                deal=other.id, pipeline=other.pipeline, title=other.title, by=other.matched
            )
            turn.by_itself(found)
            tell(turn, people.resolve(turn, ("responsible",)), "info", _words(turn, other))


def _words(turn: Turn, other: KnownDeal) -> Text:
    """The sentence, with the way to the other deal's card in it."""
    holder = turn.facts.organisation.employees.get(other.responsible)
    name = holder.name if holder else other.responsible
    return Text(
        ru=f"«{{deal}}»: этот клиент уже есть в сделке «{other.title}» (ответственный: {name}, "
        f"/deals/{other.id}). Если это одно и то же обращение, объедините их.",
        en=f"“{{deal}}”: this client is known from the deal “{other.title}” (responsible: {name}, "
        f"/deals/{other.id}). If it is the same request, merge them.",
    )


def merge(turn: Turn, command: Merge) -> None:
    """Closes the deal as a duplicate of another one, which stays as it is and whose responsible is told."""
    if not turn.definition.duplicates:
        raise refuse(
            "nothing_to_do",
            "В этой воронке дубли не объединяют.",
            "Deals of this pipeline are not merged.",
            stage=turn.deal.stage,
        )
    other = turn.facts.deals.get(command.into)
    if other is None or other.id == turn.deal_id or other.status == "lost":
        raise refuse(
            "invalid_value",
            f"Нельзя объединить со сделкой {command.into}: её нет, она проиграна, или это она сама.",
            f"Cannot merge into {command.into}: there is no such deal, it is lost, or it is this one.",
            missing=("into",),
            stage=turn.deal.stage,
        )
    moves.move(turn, Move(to=STAGE, comment=other.title))
    turn.emit(Merged(into=other.id, pipeline=other.pipeline, title=other.title))
    if other.responsible != turn.by and people.is_active(turn, other.responsible):
        text = Text(
            ru=f"«{{deal}}» объединена с вашей сделкой «{other.title}» (/deals/{turn.deal_id}).",
            en=f"“{{deal}}” was merged into your deal “{other.title}” (/deals/{turn.deal_id}).",
        )
        tell(turn, [other.responsible], "info", text)
