"""The local activity behind every command to an approval, as `activities.decisions` is for deals."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.attempts import attempt
from domain import wire
from domain.approval.commands import Command, Refuse, Start
from domain.approval.decide import Decision, decide, unknown
from domain.command_json import fingerprint, read_approval_command
from domain.decide import Moment
from domain.facts import Facts
from store.approvals import LoadedApproval, commit_approval, load_approval, missed_by_approval
from store.decisions import LedgerEntry
from store.organisation import OrganisationCache


class Approvals:
    """Decides commands of approvals. Share one instance among all approvals of a worker."""

    def __init__(self, engine: AsyncEngine, organisations: OrganisationCache) -> None:
        self._engine = engine
        self._organisations = organisations

    @activity.defn(name="decide_approval")
    async def decide(self, request: wire.Request) -> wire.Answer:
        """Decides and records one command. `request["deal"]` is the approval's id.

        Errors: PostgreSQL's, to be retried; `behind` when it was restored to an older point than the workflow.
        """
        command = read_approval_command(request["command"])
        async with attempt(), self._engine.begin() as connection:
            deal_id = command.deal if isinstance(command, Start) else None
            loaded = await load_approval(connection, request["deal"], request["id"], deal_id=deal_id)
            _refuse_older_database(loaded, request)
            if loaded.ledger is not None:
                events = await missed_by_approval(connection, request["deal"], request["seq"])
                seq = loaded.approval.seq if loaded.approval else 0
                again = wire.answer(events, seq, loaded.ledger.refusal)
                return again if loaded.ledger.seq == seq else {**again, "was": loaded.ledger.seq}
            return await self._decide_new(connection, request, command, loaded)

    async def _decide_new(
        self, connection: AsyncConnection, request: wire.Request, command: Command, loaded: LoadedApproval
    ) -> wire.Answer:
        if loaded.deal is None:
            return wire.answer([], 0, unknown(request["deal"]).refusal)
        facts = Facts(organisation=await self._organisations.get(connection, loaded.organisation))
        moment = Moment(now=wire.moment(request["now"]), by=request["by"], deal=request["deal"])
        decision = decide(loaded.approval, loaded.deal, command, moment, facts)
        if decision.refusal and request["signal"] and decision.approval:
            note = Refuse(command=command.type, code=decision.refusal.code, message=decision.refusal.message)
            noted = decide(decision.approval, loaded.deal, note, moment, facts)
            events = (*decision.events, *noted.events)
            decision = Decision(events, noted.approval, decision.refusal)
        await commit_approval(
            connection,
            loaded.approval,
            decision.approval,
            decision.events,
            _entry(request, command, decision),
        )
        new = list(decision.events)
        if loaded.approval and loaded.approval.seq > request["seq"]:
            known = await missed_by_approval(connection, request["deal"], request["seq"])
            new = known  # what was just written is among them
        return wire.answer(new, decision.approval.seq if decision.approval else 0, decision.refusal)

    @activity.defn(name="load_approval")
    async def load(self, approval_id: str) -> dict[str, Any]:
        """The approval's state, to resume it in a new run. Raises `unknown_approval` where there is none."""
        async with attempt(), self._engine.connect() as connection:
            loaded = await load_approval(connection, approval_id, lock=False)
        if loaded.approval is None:
            raise ApplicationError(
                f"there is no approval {approval_id}", type="unknown_approval", non_retryable=True
            )
        return loaded.approval.model_dump(mode="json", exclude_defaults=True)


def _entry(request: wire.Request, command: Command, decision: Decision) -> LedgerEntry | None:
    if request["id"] is None:
        return None
    return LedgerEntry(
        deal=request["deal"],
        id=request["id"],
        type=command.type,
        fingerprint=fingerprint(command),
        at=wire.moment(request["now"]),
        refusal=decision.refusal,
    )


def _refuse_older_database(loaded: LoadedApproval, request: wire.Request) -> None:
    known = loaded.approval.seq if loaded.approval else 0
    if known < request["seq"]:
        raise ApplicationError(
            f"approval {request['deal']}: PostgreSQL has {known} events, its workflow {request['seq']}; "
            "the database was restored to an older point and has to be reconciled first",
            type="behind",
        )
