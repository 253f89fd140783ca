"""What another working calendar would move in open deals. Looks only: the deals themselves decide once more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime

from api.agenda_words import words
from api.deps import Deps
from domain.base import Strict, Text
from domain.calendar import WorkingCalendar
from domain.commands import Replan
from domain.decide.replanning import replan
from domain.decide.turn import Moment, Turn
from domain.definition import Pipeline
from domain.events import SYSTEM
from domain.facts import Facts, Organisation
from store import queries
from store.queries.planned import PlannedDeal, planned_deals

SHOWN = 10


class MovedEntry(Strict):
    """One thing that is planned, and when it would happen instead."""

    deal: str
    deal_title: str
    what: Text
    was: datetime
    due: datetime


class Moved(Strict):
    """How many planned things in how many deals would move; `shown`: those that are next."""

    deals: int
    entries: int
    shown: tuple[MovedEntry, ...]


async def moved_by(deps: Deps, calendar: WorkingCalendar) -> Moved:
    """What open deals would plan anew by this calendar."""
    async with deps.reads.connect() as connection:
        organisation, _ = await queries.load_organisation(connection)
        planned = await planned_deals(connection)
        hashes = sorted({one.definition for one in planned})
        definitions = {hash: await deps.definitions.get(hash, connection) for hash in hashes}
    new = organisation.model_copy(update={"calendar": calendar})
    now = deps.now()

    def look() -> list[MovedEntry]:
        found = (_moved(one, definitions[one.definition], new, now) for one in planned)
        return sorted((one for entries in found for one in entries), key=lambda one: (one.was, one.deal))

    entries = await asyncio.to_thread(look)  # a thousand deals take a while, and others are served meanwhile
    return Moved(
        deals=len({entry.deal for entry in entries}), entries=len(entries), shown=tuple(entries[:SHOWN])
    )


def _moved(
    planned: PlannedDeal, definition: Pipeline, organisation: Organisation, now: datetime
) -> Iterator[MovedEntry]:
    deal = planned.deal()
    companies = {planned.company.id: planned.company} if planned.company else {}
    facts = Facts(organisation=organisation, companies=companies)
    turn = Turn(definition, deal, Moment(now=now, by=SYSTEM, deal=deal.id), facts)
    replan(turn, Replan())
    for id, entry in deal.agenda.items():
        after = turn.deal.agenda.get(id)
        if after is not None and after.due != entry.due and entry.due > now:
            yield MovedEntry(
                deal=deal.id,
                deal_title=deal.title,
                what=words(entry, deal, definition),
                was=entry.due,
                due=after.due,
            )
