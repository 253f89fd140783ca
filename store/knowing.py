"""What a decision must know of other deals: the same client's, the one named, and who has how much to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.command_json import AnyCommand
from domain.commands import Fill, Merge, Open, UndoMove
from domain.contacts import Point, points
from domain.definition import Pipeline
from domain.facts import Facts, KnownDeal, Organisation
from store import tables
from store.queries.moves import past_move

_deals, _points, _tasks = tables.deals, tables.contact_points, tables.tasks
_LOCK = text("SELECT pg_advisory_lock(hashtextextended(:point, 5))")
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:point, 5))")


@asynccontextmanager
async def one_at_a_time(
    connection: AsyncConnection, definition: Pipeline, command: AnyCommand
) -> AsyncIterator[None]:
    """While a decision looks for the same client and records: who opens a second deal at the same moment waits
    for the first, and then knows it. Locks of the session, for decisions are not in a transaction.
    """
    held: list[str] = []
    try:
        for point in _brought(definition, command):
            name = f"{point.kind}:{point.value}"
            await connection.execute(_LOCK, {"point": name})
            held.append(name)
        yield
    finally:
        for name in held:
            await connection.execute(_UNLOCK, {"point": name})


def _brought(definition: Pipeline, command: AnyCommand) -> list[Point]:
    """Phones and e-mails that the command brings, where anybody cares; sorted, so that nobody waits in a ring."""
    if not definition.duplicates or not isinstance(command, Open | Fill):
        return []
    return points(command.contact, command.fields)


async def with_knowledge(
    connection: AsyncConnection,
    facts: Facts,
    definition: Pipeline,
    command: AnyCommand,
    deal_id: str,
) -> Facts:
    """The facts with what this command needs besides; mostly nothing, and then nothing is asked."""
    more: dict[str, object] = {}
    if found := _brought(definition, command):
        more["duplicates"] = await same_client(connection, found, deal_id)
    if isinstance(command, Merge):
        more["deals"] = await deals_named(connection, [command.into])
    if isinstance(command, UndoMove):
        more["past"] = await past_move(connection, deal_id, command.seq)
    if busy := shared_roles(facts.organisation):
        more["load"] = await open_tasks(connection, busy)
    return facts.model_copy(update=more) if more else facts


def shared_roles(organisation: Organisation) -> list[str]:
    """Everybody who has a role together with somebody else."""
    return sorted({person for people in organisation.roles.values() if len(people) > 1 for person in people})


async def open_tasks(connection: AsyncConnection, people: Sequence[str]) -> dict[str, int]:
    """How many open tasks each of them has, of all deals; 0 included."""
    query = select(_tasks.c.assignee, func.count()).where(
        _tasks.c.status == "open", _tasks.c.assignee.in_(people)
    )
    rows = (await connection.execute(query.group_by(_tasks.c.assignee))).all()
    return dict.fromkeys(people, 0) | {row[0]: row[1] for row in rows}


async def same_client(
    connection: AsyncConnection, found: Iterable[Point], deal_id: str
) -> tuple[KnownDeal, ...]:
    """Other deals, not lost, with one of these phones and e-mails; oldest first."""
    query = (
        select(_deals, func.array_agg(_points.c.kind.distinct()).label("matched"))
        .join(_points, _points.c.deal_id == _deals.c.id)
        .where(tuple_(_points.c.kind, _points.c.value).in_([tuple(point) for point in found]))
        .where(_deals.c.id != deal_id, _deals.c.status != "lost")
        .group_by(_deals.c.id)
        .order_by(_deals.c.opened_at, _deals.c.id)
        .limit(20)
    )
    return tuple(_known(row, sorted(row.matched)) for row in await connection.execute(query))


async def deals_named(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, KnownDeal]:
    """The deals of these ids that exist."""
    rows = await connection.execute(select(_deals).where(_deals.c.id.in_(ids)))
    return {row.id: _known(row, ()) for row in rows}


def _known(row: object, matched: Iterable[str]) -> KnownDeal:
    names = ("id", "pipeline", "title", "responsible", "status")
    return KnownDeal(**{name: getattr(row, name) for name in names}, matched=tuple(matched))
