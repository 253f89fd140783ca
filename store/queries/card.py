"""One deal: the card, its chain, its effects and files, and the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import exists, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.approval.state import Approval
from domain.deal import AgendaEntry, Deal
from domain.events import RECORD, Recorded
from domain.facts import Company
from store import tables
from store.queries.approvals import approvals_of
from store.queries.paging import clamp

_deals, _companies = tables.deals, tables.companies


@dataclass(frozen=True)
class LinkRow:
    """A deal of the same chain. The link was recorded by the later deal; `outgoing` if that is this one."""

    deal: str
    pipeline: str
    stage: str
    status: str
    title: str
    kind: str
    outgoing: bool
    at: datetime


@dataclass(frozen=True)
class EffectRow:
    """Something done, or to be done, in the outside world."""

    key: str
    kind: str
    name: str
    detail: dict[str, Any]
    status: str
    attempts: int
    cause: str | None
    planned_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class FileRow:
    """A stored file."""

    id: str
    name: str
    size: int
    type: str
    sha256: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True)
class DealCard:
    """Everything about one deal but its timeline."""

    deal: Deal
    definition: str
    company: Company | None
    links: list[LinkRow]
    effects: list[EffectRow]
    files: list[FileRow]
    approvals: list[Approval] = field(default_factory=list)


async def deal_card(connection: AsyncConnection, deal_id: str) -> DealCard | None:
    """The card; None where there is no such deal."""
    columns = (_companies.c.id, _companies.c.name, _companies.c.fields)
    planned = exists().where(tables.effects.c.deal_id == _deals.c.id).label("planned")
    query = select(_deals.c.state, planned, *columns).where(_deals.c.id == deal_id)
    query = query.outerjoin(_companies, _companies.c.id == _deals.c.company_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    deal = Deal.model_validate(row.state)
    return DealCard(
        deal=deal,
        definition=deal.definition,
        company=Company(id=row.id, name=row.name, fields=row.fields) if row.id else None,
        links=await _links(connection, deal_id),
        effects=await list_effects(connection, deal_id) if row.planned else [],
        files=await files_by_id(connection, _file_ids(deal.fields.values())),
        approvals=await approvals_of(connection, deal_id) if deal.approvals else [],
    )


async def deal_state(connection: AsyncConnection, deal_id: str) -> Deal | None:
    """The deal's state alone."""
    state = await connection.scalar(select(_deals.c.state).where(_deals.c.id == deal_id))
    return Deal.model_validate(state) if state is not None else None


async def agenda(connection: AsyncConnection, deal_id: str) -> list[AgendaEntry]:
    """What fires when, soonest first; empty for an unknown deal."""
    deal = await deal_state(connection, deal_id)
    return sorted(deal.agenda.values(), key=lambda entry: (entry.due, entry.id)) if deal else []


async def timeline(
    connection: AsyncConnection, deal_id: str, *, before_seq: int | None = None, limit: int = 50
) -> list[Recorded]:
    """What happened, newest first; the next page starts before the last `seq` of this one."""
    events = tables.events
    query = select(events.c.seq, events.c.at, events.c.by, events.c.data.label("event"))
    query = query.where(events.c.deal_id == deal_id).order_by(events.c.seq.desc()).limit(clamp(limit))
    if before_seq is not None:
        query = query.where(events.c.seq < before_seq)
    return RECORD.validate_python([dict(row._mapping) for row in await connection.execute(query)])


async def list_effects(connection: AsyncConnection, deal_id: str) -> list[EffectRow]:
    """The deal's effects, in the order they were planned."""
    effects = tables.effects
    shown = [effects.c[one.name] for one in fields(EffectRow)]  # of the activities' own columns none
    query = select(*shown).where(effects.c.deal_id == deal_id).order_by(effects.c.planned_at, effects.c.key)
    return [EffectRow(**row._mapping) for row in await connection.execute(query)]


async def files_by_id(connection: AsyncConnection, ids: Iterable[str]) -> list[FileRow]:
    """Those of the files that exist, by name."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    files = tables.files
    query = select(files).where(files.c.id.in_(wanted)).order_by(files.c.name, files.c.id)
    return [FileRow(**row._mapping) for row in await connection.execute(query)]


def _file_ids(values: Iterable[object]) -> list[str]:
    """Ids of `{"id": ..., "name": ...}` values, also inside lists."""
    found: list[str] = []
    for value in values:
        if isinstance(value, list):
            found += _file_ids(value)
        elif isinstance(value, dict) and isinstance(value.get("id"), str):
            found.append(value["id"])
    return found


async def _links(connection: AsyncConnection, deal_id: str) -> list[LinkRow]:
    links = tables.deal_links
    both = union_all(
        select(
            links.c.other_id.label("other"), links.c.kind, links.c.at, literal(True).label("outgoing")
        ).where(links.c.deal_id == deal_id),
        select(
            links.c.deal_id.label("other"), links.c.kind, links.c.at, literal(False).label("outgoing")
        ).where(links.c.other_id == deal_id),
    ).subquery()
    other = (_deals.c.pipeline, _deals.c.stage, _deals.c.status, _deals.c.title)
    query = select(both, *other).join(_deals, _deals.c.id == both.c.other).order_by(both.c.at, both.c.other)
    return [
        LinkRow(row.other, row.pipeline, row.stage, row.status, row.title, row.kind, row.outgoing, row.at)
        for row in await connection.execute(query)
    ]
