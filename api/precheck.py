"""The look ahead: what the workflow would answer, from one read of PostgreSQL, changing nothing.

It may only refuse, or repeat an answer that is in the ledger; what it lets through the workflow decides anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.errors import ProblemError, RefusedError, key_reused, unknown_approval, unknown_deal, unstorable
from api.gateway import Answer, Opening
from domain.approval import commands as approval
from domain.approval.decide import decide as decide_approval
from domain.command_json import AnyCommand, files_named, fingerprint, storable, write_command
from domain.commands import Command, Fill, Open
from domain.decide import Decision, Moment, decide
from domain.definition import Pipeline
from domain.facts import Facts
from store.approvals import load_approval
from store.decisions import Ledger, Loaded, load
from store.definitions import DefinitionCache
from store.knowing import with_knowledge
from store.organisation import OrganisationCache
from store.session import single_statements


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Precheck:
    """Decides on a read without a lock; see `api.gateway.Checks`."""

    def __init__(
        self,
        engine: AsyncEngine,
        definitions: DefinitionCache,
        organisations: OrganisationCache,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._engine = single_statements(engine)
        self._definitions = definitions
        self._organisations = organisations
        self._now = now

    async def command(self, deal_id: str, command: Command, by: str, command_id: str) -> Answer | None:
        """The ledger's answer, or None for a command that may go on; raises RefusedError, unknown deal."""
        async with self._engine.connect() as connection:
            loaded = await _load(connection, deal_id, command, command_id)
            if loaded.ledger:
                return _from_ledger(loaded.ledger, command)
            if loaded.deal is None or loaded.definition is None:
                raise unknown_deal(deal_id)
            definition = await self._definitions.get(loaded.definition, connection)
            decision = await self._decide(connection, loaded, definition, deal_id, command, by)
        if decision.refusal:
            raise RefusedError(decision.refusal)
        return None

    async def approval(
        self, approval_id: str, command: approval.Command, by: str, command_id: str
    ) -> Answer | None:
        """The ledger's answer, or None for a command that may go on; raises RefusedError, unknown approval."""
        async with self._engine.connect() as connection:
            loaded = await load_approval(connection, approval_id, command_id, lock=False)
            if loaded.ledger:
                return _from_ledger(loaded.ledger, command)
            if loaded.approval is None or loaded.deal is None:
                raise unknown_approval(approval_id)
            facts = Facts(organisation=await self._organisations.get(connection, loaded.organisation))
        moment = Moment(now=self._now(), by=by, deal=approval_id)
        decision = decide_approval(loaded.approval, loaded.deal, command, moment, facts)
        if decision.refusal:
            raise RefusedError(decision.refusal)
        return None

    async def approval_exists(self, approval_id: str) -> None:
        """Raises the problem of an unknown approval."""
        async with self._engine.connect() as connection:
            if (await load_approval(connection, approval_id, lock=False)).approval is None:
                raise unknown_approval(approval_id)

    async def exists(self, deal_id: str) -> None:
        """Raises the problem of an unknown deal."""
        async with self._engine.connect() as connection:
            if (await load(connection, deal_id, lock=False)).deal is None:
                raise unknown_deal(deal_id)

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer | Opening:
        """The ledger's answer, or the deal as it will be opened; raises RefusedError."""
        async with self._engine.connect() as connection:
            loaded = await _load(connection, deal_id, open_, command_id)
            if loaded.ledger:
                return _from_ledger(loaded.ledger, open_)
            if loaded.definition is None:
                raise unknown_pipeline(open_.pipeline)
            definition = await self._definitions.get(loaded.definition, connection)
            decision = await self._decide(connection, loaded, definition, deal_id, open_, by)
        if decision.refusal or decision.deal is None:
            assert decision.refusal is not None
            raise RefusedError(decision.refusal)
        return Opening(decision.deal, definition.title.ru)

    async def _decide(
        self,
        connection: AsyncConnection,
        loaded: Loaded,
        definition: Pipeline,
        deal_id: str,
        command: Command,
        by: str,
    ) -> Decision:
        organisation = await self._organisations.get(connection, loaded.organisation)
        moment = Moment(now=self._now(), by=by, deal=deal_id)
        known = loaded.facts(organisation)
        facts = await with_knowledge(connection, known, definition, command, deal_id)
        return decide(definition, loaded.deal, command, moment, facts)


async def _load(connection: AsyncConnection, deal_id: str, command: Command, command_id: str) -> Loaded:
    if not storable(write_command(command)):
        raise unstorable()
    return await load(
        connection,
        deal_id,
        command_id,
        company_id=command.company if isinstance(command, Open | Fill) else None,
        pipeline=command.pipeline if isinstance(command, Open) else None,
        files=files_named(command),
        lock=False,
    )


def _from_ledger(ledger: Ledger, command: AnyCommand) -> Answer:
    if ledger.fingerprint != fingerprint(command):
        raise key_reused()
    if ledger.refusal:
        raise RefusedError(ledger.refusal)
    return Answer(seq=ledger.seq)


def unknown_pipeline(pipeline: str, status: int = 422) -> ProblemError:
    """No such pipeline is published."""
    return ProblemError(
        "unknown_pipeline",
        f"Воронки «{pipeline}» нет.",
        f"There is no pipeline “{pipeline}”.",
        status=status,
    )
