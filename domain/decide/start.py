"""The first decision of a deal: it opens in the first stage, and the stage's rules run.

A deal that another deal opens finds nobody to mend its command. So where the responsible has left meanwhile, it goes
to who stands in for them (`people.stand_in`), who is told; people are refused and choose somebody else.
"""

from __future__ import annotations

from domain.base import Text
from domain.commands import Open
from domain.decide import fields, people, titles
from domain.decide.notices import tell
from domain.decide.turn import Batch, Turn
from domain.events import Opened


def open_deal(turn: Turn, command: Open) -> None:
    """Opens the deal. One opened by another deal takes all it is given; people may only fill known fields."""
    responsible = _responsible(turn, command)
    definition = turn.definition
    values = command.fields if command.parent else fields.normalise(turn, command.fields)
    turn.emit(
        Opened(
            deal=turn.deal_id,
            pipeline=definition.pipeline,
            definition=definition.content_hash(),
            title=titles.opening_title(turn, command.title),
            stage=definition.first_stage,
            responsible=responsible,
            company=fields.check_company(turn, command.company),
            contact=command.contact,
            source=command.source,
            amount=fields.check_amount(command.amount),
            fields={name: value for name, value in values.items() if value is not None},
            parent=command.parent,
            links=command.links,
        )
    )
    if responsible != command.responsible:
        _tell_handed_over(turn, command.responsible)
    turn.run_later(Batch(f"{turn.deal.stage}.rules", turn.stage.rules))


def _responsible(turn: Turn, command: Open) -> str:
    if command.parent is None:
        people.must_work_here(turn, command.responsible)
        return command.responsible
    return people.stand_in(turn.facts, command.responsible)


def _tell_handed_over(turn: Turn, left: str) -> None:
    employee = turn.facts.organisation.employees.get(left)
    name = employee.name if employee else left
    text = Text(
        ru=f"Сделка «{{deal}}» теперь ваша: {name} здесь больше не работает. Передайте её дальше, если нужно.",
        en=f"The deal “{{deal}}” is yours now: {name} has left. Hand it on if it is another's.",
    )
    tell(turn, [turn.deal.responsible], "control", text)
