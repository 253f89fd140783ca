"""The first decision of a deal: it opens in the first stage, and the stage's rules run."""

from __future__ import annotations

from domain.commands import Open
from domain.decide import fields
from domain.decide.people import must_work_here
from domain.decide.turn import Batch, Turn
from domain.events import Opened


def open_deal(turn: Turn, command: Open) -> None:
    """Opens the deal. One opened by another deal takes all it is given; people may only fill known fields."""
    must_work_here(turn, command.responsible)
    definition = turn.definition
    values = command.fields if command.parent else fields.normalise(turn, command.fields)
    turn.emit(
        Opened(
            deal=turn.deal_id,
            pipeline=definition.pipeline,
            definition=definition.content_hash(),
            title=command.title or definition.title.ru,
            stage=definition.first_stage,
            responsible=command.responsible,
            company=fields.check_company(turn, command.company),
            contact=command.contact,
            source=command.source,
            amount=fields.check_amount(command.amount),
            fields={name: value for name, value in values.items() if value is not None},
            parent=command.parent,
            links=command.links,
        )
    )
    turn.run_later(Batch(f"{turn.deal.stage}.rules", turn.stage.rules))
