"""What the model engine's decisions know of other deals, as `store.knowing` finds it in PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping

from domain import commands as cmd
from domain.contacts import points, points_of
from domain.deal import Deal
from domain.definition import Pipeline
from domain.facts import Facts, KnownDeal


def with_knowledge(
    facts: Facts, definition: Pipeline, command: cmd.Command, deal_id: str, deals: Mapping[str, Deal]
) -> Facts:
    """The facts with deals of the same client, the deal named, and open tasks of people who share a role."""
    more: dict[str, object] = {}
    if definition.duplicates and isinstance(command, cmd.Open | cmd.Fill):
        wanted = set(points(command.contact, command.fields))
        others = [deal for deal in deals.values() if deal.id != deal_id and deal.status != "lost"]
        others.sort(key=lambda deal: (deal.opened_at, deal.id))
        matched = ((deal, sorted({point.kind for point in wanted & set(points_of(deal))})) for deal in others)
        more["duplicates"] = tuple(_known(deal, tuple(kinds)) for deal, kinds in matched if kinds)
    if isinstance(command, cmd.Merge) and (other := deals.get(command.into)):
        more["deals"] = {other.id: _known(other, ())}
    sharing = [people for people in facts.organisation.roles.values() if len(people) > 1]
    if sharing:
        load = dict.fromkeys(sorted({person for people in sharing for person in people}), 0)
        for deal in deals.values():
            for task in deal.open_tasks():
                if task.assignee in load:
                    load[task.assignee] += 1
        more["load"] = load
    return facts.model_copy(update=more) if more else facts


def _known(deal: Deal, matched: tuple[str, ...]) -> KnownDeal:
    return KnownDeal(
        id=deal.id,
        pipeline=deal.pipeline,
        title=deal.title,
        responsible=deal.responsible,
        status=deal.status,
        matched=matched,
    )
