"""What another working calendar would move in deals and approvals. Looks only: they themselves decide once more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime

from api.agenda_words import words
from api.deps import Deps
from domain.approval import commands as approval_commands
from domain.approval import replanning as approval_replanning
from domain.approval import turn as approval_turn
from domain.approval.naming import called
from domain.base import Strict, Text
from domain.calendar import WorkingCalendar
from domain.commands import Replan
from domain.deal import AgendaEntry, Deal
from domain.decide.replanning import replan
from domain.decide.turn import Moment, Turn
from domain.definition import Pipeline
from domain.events import SYSTEM
from domain.facts import Facts, Organisation
from store import queries
from store.queries.planned import PlannedApproval, PlannedDeal, planned_approvals, planned_deals

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
        approvals = await planned_approvals(connection)
        hashes = sorted({one.definition for one in planned})
        definitions = {hash: await deps.definitions.get(hash, connection) for hash in hashes}
    new = organisation.model_copy(update={"calendar": calendar})
    now = deps.now()

    def look() -> list[MovedEntry]:
        found = [entry for one in planned for entry in _in_deal(one, definitions[one.definition], new, now)]
        found += [entry for one in approvals for entry in _in_approval(one, new, now)]
        return sorted(found, key=lambda entry: (entry.was, entry.deal))

    entries = await asyncio.to_thread(look)  # a thousand deals take a while, and others are served meanwhile
    return Moved(
        deals=len({entry.deal for entry in entries}), entries=len(entries), shown=tuple(entries[:SHOWN])
    )


def _in_deal(
    planned: PlannedDeal, definition: Pipeline, organisation: Organisation, now: datetime
) -> Iterator[MovedEntry]:
    deal = planned.deal()
    companies = {planned.company.id: planned.company} if planned.company else {}
    facts = Facts(organisation=organisation, companies=companies)
    turn = Turn(definition, deal, Moment(now=now, by=SYSTEM, deal=deal.id), facts)
    replan(turn, Replan())
    for entry, due in _differences(deal.agenda, turn.deal.agenda, now):
        yield _entry(deal, words(entry, deal, definition), entry.due, due)


def _in_approval(planned: PlannedApproval, organisation: Organisation, now: datetime) -> Iterator[MovedEntry]:
    approval, deal = planned.read()
    moment = Moment(now=now, by=SYSTEM, deal=approval.id)
    turn = approval_turn.Turn(approval, deal, moment, Facts(organisation=organisation))
    approval_replanning.replan(turn, approval_commands.Replan())
    title = called(approval.title, en="Approval")
    for entry, due in _differences(approval.agenda, turn.approval.agenda, now):
        yield _entry(deal, title, entry.due, due)


def _differences(
    before: Mapping[str, AgendaEntry], after: Mapping[str, AgendaEntry], now: datetime
) -> Iterator[tuple[AgendaEntry, datetime]]:
    """What is still to come and would come at another moment; what is due fires by itself."""
    for id, entry in before.items():
        moved = after.get(id)
        if moved is not None and moved.due != entry.due and entry.due > now:
            yield entry, moved.due


def _entry(deal: Deal, what: Text, was: datetime, due: datetime) -> MovedEntry:
    return MovedEntry(deal=deal.id, deal_title=deal.title, what=what, was=was, due=due)
