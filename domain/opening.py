"""How a deal opens another: the command a planned child starts with, and what a child reports at its end."""

from __future__ import annotations

import uuid

from domain.commands import Open
from domain.deal import ChildResult, Deal, DealLink, Parent


def child_id(parent: str, key: str) -> str:
    """The id of the deal that `parent` opens under `key`: always the same, so that it opens once."""
    return str(uuid.uuid5(uuid.UUID(parent), key))


def opening(parent: Deal, key: str) -> Open:
    """The command that opens the planned deal `key`, with everything known so far carried along."""
    child = parent.children[key]
    links = [DealLink(deal=parent.id, pipeline=parent.pipeline, kind="opened_by")]
    source = parent.children.get(child.source_child) if child.source_child else None
    result = source.result if source else None
    if source:
        links.append(DealLink(deal=source.deal, pipeline=source.pipeline, kind="follows"))
    fields = {**parent.fields, **(result.fields if result else {})}
    return Open(
        pipeline=child.pipeline,
        responsible=parent.responsible,
        title=child.title,
        company=(result.company if result else None) or parent.company,
        contact=(result.contact if result else None) or parent.contact,
        source=parent.source,
        amount=None if "amount" in child.without else (result.amount if result else None) or parent.amount,
        fields={name: value for name, value in fields.items() if name not in child.without},
        parent=Parent(deal=parent.id, pipeline=parent.pipeline, key=key, wait=child.wait),
        links=tuple(links),
    )


def result_of(deal: Deal) -> ChildResult:
    """What a closed deal tells its parent. Raises ValueError for a deal without one."""
    if deal.parent is None:
        raise ValueError(f"deal {deal.id} has no parent to report to")
    return ChildResult(
        key=deal.parent.key,
        deal=deal.id,
        status=deal.status,
        stage=deal.stage,
        company=deal.company,
        contact=deal.contact,
        amount=deal.amount,
        fields=deal.fields,
    )
