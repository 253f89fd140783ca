"""The local activity behind every command: one read of all facts, one statement that records the decision.

A known command id is answered from the ledger. When PostgreSQL is ahead of the workflow (a crash between
commit and workflow task), the events it missed are handed back with the answer. No row is locked: the statement
is a transaction of its own, and where another decision came first its event numbers are taken (`Overtaken`), so
that this one is decided again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.attempts import attempt
from domain import wire
from domain.command_json import files_named, fingerprint, read_command
from domain.commands import Command, Fill, Open, Refuse
from domain.decide import Decision, Moment, decide
from domain.definition import Pipeline
from domain.errors import Refusal
from domain.facts import Facts
from store.decisions import LedgerEntry, Loaded, commit, load, missed
from store.definitions import DefinitionCache
from store.knowing import one_at_a_time, with_knowledge
from store.organisation import OrganisationCache
from store.session import single_statements


class Decisions:
    """Decides commands of deals. Share one instance among all deals of a worker."""

    def __init__(
        self, engine: AsyncEngine, definitions: DefinitionCache, organisations: OrganisationCache
    ) -> None:
        self._engine = single_statements(engine)
        self._definitions = definitions
        self._organisations = organisations

    @activity.defn(name="decide")
    async def decide(self, request: wire.Request) -> wire.Answer:
        """Decides and records one command.

        Errors: PostgreSQL's, to be retried; `behind` when it was restored to an older point than the workflow.
        """
        command = read_command(request["command"])
        async with attempt(), self._engine.connect() as connection:
            company = command.company if isinstance(command, Open | Fill) else None
            pipeline = command.pipeline if isinstance(command, Open) else None
            loaded = await load(
                connection,
                request["deal"],
                request["id"],
                company_id=company,
                pipeline=pipeline,
                files=files_named(command),
                lock=False,
            )
            _refuse_older_database(loaded, request)
            if loaded.ledger is not None:
                events = await missed(connection, request["deal"], request["seq"])
                seq = loaded.deal.seq if loaded.deal else 0
                again = wire.answer(events, seq, loaded.ledger.refusal)
                return again if loaded.ledger.seq == seq else {**again, "was": loaded.ledger.seq}
            if loaded.definition is None:
                return wire.answer([], 0, _no_pipeline(command))
            definition = await self._definitions.get(loaded.definition, connection)
            async with one_at_a_time(connection, definition, command):
                return await self._decide_new(connection, request, command, loaded, definition)

    async def _decide_new(
        self,
        connection: AsyncConnection,
        request: wire.Request,
        command: Command,
        loaded: Loaded,
        definition: Pipeline,
    ) -> wire.Answer:
        facts = loaded.facts(await self._organisations.get(connection, loaded.organisation))
        facts = await with_knowledge(connection, facts, definition, command, request["deal"])
        moment = Moment(now=wire.moment(request["now"]), by=request["by"], deal=request["deal"])
        decision = decide(definition, loaded.deal, command, moment, facts)
        if decision.refusal and request["signal"] and decision.deal:
            decision = _with_refusal_on_record(definition, decision, command, moment, facts)
        entry = None
        if request["id"] is not None:
            entry = LedgerEntry(
                deal=request["deal"],
                id=request["id"],
                type=command.type,
                fingerprint=fingerprint(command),
                at=moment.now,
                refusal=decision.refusal,
            )
        events = list(decision.events)
        if loaded.deal and loaded.deal.seq > request["seq"]:
            events = [*await missed(connection, request["deal"], request["seq"]), *events]
        await commit(connection, loaded.deal, decision.deal, decision.events, definition, entry)
        return wire.answer(events, decision.deal.seq if decision.deal else 0, decision.refusal)

    @activity.defn(name="load")
    async def load(self, deal_id: str) -> dict[str, Any]:
        """The deal's state, to resume it in a new run. Raises `unknown_deal` where there is none."""
        async with attempt(), self._engine.connect() as connection:
            loaded = await load(connection, deal_id, lock=False)
        if loaded.deal is None:
            raise ApplicationError(f"there is no deal {deal_id}", type="unknown_deal", non_retryable=True)
        return loaded.deal.model_dump(mode="json", exclude_defaults=True)


def _refuse_older_database(loaded: Loaded, request: wire.Request) -> None:
    known = loaded.deal.seq if loaded.deal else 0
    if known < request["seq"]:
        raise ApplicationError(
            f"deal {request['deal']}: PostgreSQL has {known} events, its workflow {request['seq']}; "
            "the database was restored to an older point and has to be reconciled first",
            type="behind",
        )


def _with_refusal_on_record(
    definition: Pipeline, decision: Decision, command: Command, moment: Moment, facts: Facts
) -> Decision:
    """A refused signal has nobody to answer to, so the refusal goes on record in the timeline."""
    refusal = decision.refusal
    if refusal is None:
        return decision
    note = Refuse(command=command.type, code=refusal.code, message=refusal.message)
    noted = decide(definition, decision.deal, note, moment, facts)
    return Decision((*decision.events, *noted.events), noted.deal, refusal)


def _no_pipeline(command: Command) -> Refusal:
    name = command.pipeline if isinstance(command, Open) else "?"
    return Refusal.model_validate(
        {
            "code": "unknown_deal",
            "message": {
                "ru": f"Нет сделки или воронки «{name}».",
                "en": f"No such deal or pipeline “{name}”.",
            },
        }
    )
