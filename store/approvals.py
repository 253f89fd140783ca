"""Approvals in a decision's transaction, as `store.decisions` has deals: one SELECT, one write.

An approval's record and ledger stand in the same tables as a deal's, under the approval's own id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text as TextType

from domain.approval.events import RECORD, Recorded
from domain.approval.state import Approval, Seat, Step
from domain.deal import Deal
from domain.errors import Refusal
from domain.events import Notified
from store import tables
from store.decisions import Ledger, LedgerEntry, ledger_row, record
from store.projection import Row


@dataclass(frozen=True)
class LoadedApproval:
    """What a decision about an approval starts from. `deal` is None where there is no such deal."""

    approval: Approval | None
    deal: Deal | None
    organisation: int  # version; 0 while there is no organisation
    ledger: Ledger | None


async def load_approval(
    connection: AsyncConnection,
    approval_id: str,
    command_id: str | None = None,
    *,
    deal_id: str | None = None,
    lock: bool = True,
) -> LoadedApproval:
    """The approval (row locked till the transaction ends), its deal, and the command's ledger row.

    `deal_id` is that of an approval to start; one that exists knows its deal. The deal is only read.
    """
    asked = {"approval": approval_id, "command": command_id, "deal": deal_id}
    row = (await connection.execute(_load_statement(lock), asked)).one()
    refusal = Refusal.model_validate_json(row.refusal) if row.refusal else None
    return LoadedApproval(
        approval=Approval.model_validate_json(row.state) if row.state else None,
        deal=Deal.model_validate_json(row.deal) if row.deal else None,
        organisation=row.organisation or 0,
        ledger=Ledger(row.seq, row.fingerprint, refusal) if row.fingerprint is not None else None,
    )


@cache
def _load_statement(lock: bool) -> TextClause:
    query = f"""
        WITH approval AS (
            SELECT deal_id, state FROM approvals WHERE id = :approval {"FOR UPDATE" if lock else ""})
        SELECT CAST(approval.state AS text) AS state,
            (SELECT CAST(state AS text) FROM deals WHERE id = COALESCE(approval.deal_id, :deal)) AS deal,
            (SELECT version FROM organisation) AS organisation,
            commands.seq, commands.fingerprint, CAST(commands.refusal AS text) AS refusal
        FROM (VALUES (1)) AS one LEFT JOIN approval ON true
            LEFT JOIN commands ON commands.deal_id = :approval AND commands.id = :command"""
    return text(query).bindparams(
        *(bindparam(name, type_=TextType) for name in ("approval", "command", "deal"))
    )


async def missed_by_approval(connection: AsyncConnection, approval_id: str, after_seq: int) -> list[Recorded]:
    """The approval's events after this number, in order."""
    events = tables.events
    query = select(events.c.seq, events.c.at, events.c.by, events.c.data.label("event"))
    query = query.where(events.c.deal_id == approval_id, events.c.seq > after_seq).order_by(events.c.seq)
    return RECORD.validate_python([dict(row._mapping) for row in await connection.execute(query)])


async def commit_approval(
    connection: AsyncConnection,
    before: Approval | None,
    after: Approval | None,
    events: Sequence[Recorded],
    command: LedgerEntry | None = None,
) -> None:
    """Write a decision: events, approval, voices, notices, ledger. Listeners get the deal's id.

    Raises `Unstorable` before anything is written, and `Overtaken`, which leaves the transaction of no use.
    """
    rows: dict[str, list[Row]] = {}
    if after is not None and after != before:
        rows = {
            "events": event_rows(after.id, events),
            "approval": [approval_row(after)],
            "seats": seat_rows(before, after),
            "notifications": notification_rows(after, events),
        }
    if command is not None:
        rows["command"] = [ledger_row(command, after.seq if after else 0)]
    await record(connection, rows, after.deal if after else None)


def event_rows(approval_id: str, events: Sequence[Recorded]) -> list[Row]:
    """Rows of `events`, under the approval's id."""
    return [
        {
            "deal_id": approval_id,
            "seq": recorded.seq,
            "at": recorded.at,
            "by": recorded.by,
            "type": recorded.event.type,
            "data": recorded.event,
        }
        for recorded in events
    ]


def approval_row(approval: Approval) -> Row:
    """The row of `approvals`; lists read its columns, everything else its `state`."""
    copied = ("id", "key", "title", "status", "seq", "started_at", "ended_at", "at")
    return {name: getattr(approval, name) for name in copied} | {
        "deal_id": approval.deal,
        "step": approval.step.plan.id if approval.status == "pending" else None,
        "next_due": approval.next_due(),
        "state": approval,
    }


def seat_rows(before: Approval | None, after: Approval) -> list[Row]:
    """Rows of `approval_seats` for voices that are new or changed; a voice nobody needs any more is cancelled."""
    known = {number: row for step in before.steps for number, row in _seats(before, step)} if before else {}
    rows = [(number, row) for step in after.steps for number, row in _seats(after, step)]
    return [row for number, row in rows if known.get(number) != row]


def _seats(approval: Approval, step: Step) -> list[tuple[int, Row]]:
    return [(seat.number, _seat_row(approval, step, seat)) for seat in step.seats.values()]


def _seat_row(approval: Approval, step: Step, seat: Seat) -> Row:
    over = step.status != "pending"
    return {
        "approval_id": approval.id,
        "number": seat.number,
        "step": step.plan.id,
        "step_title": step.plan.title,
        "assignee": seat.person,
        "status": "finished" if seat.decision else "cancelled" if over else "open",
        "decision": seat.decision,
        "comment": seat.comment,
        "deadline": step.deadline,
        "given_at": seat.given_at,
        "decided_at": seat.decided_at,
    }


def notification_rows(approval: Approval, events: Sequence[Recorded]) -> list[Row]:
    """Rows of `notifications`: one for each `Notified`."""
    return [
        {
            "deal_id": approval.deal,
            "approval_id": approval.id,
            "seq": recorded.seq,
            "recipient": recorded.event.to,
            "kind": recorded.event.kind,
            "text": recorded.event.text,
            "at": recorded.at,
        }
        for recorded in events
        if isinstance(recorded.event, Notified)
    ]
