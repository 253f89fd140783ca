"""Approvals on the temporal engine: what PostgreSQL has of them, and what is still to be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.approval.state import Approval
from domain.deal import Deal
from store import tables


async def approval_states(database: AsyncEngine) -> list[Approval]:
    """Every approval, in the order of their start."""
    table = tables.approvals
    async with database.connect() as connection:
        rows = await connection.execute(select(table.c.state).order_by(table.c.started_at, table.c.id))
        return [Approval.model_validate(state) for state in rows.scalars()]


def approval_unrest(deals: Mapping[str, Deal], approvals: list[Approval], now: datetime) -> str | None:
    """What approvals still have to do at this moment, or None."""
    known = {approval.id for approval in approvals}
    for deal in deals.values():
        for one in deal.approvals.values():
            if one.plan and not one.result:
                return f"{deal.id} has an approval to start"
            if one.recall:
                return f"{deal.id} has an approval to recall"
            if one.approval not in known and not one.result:
                return f"the approval {one.key} of {deal.id} does not begin"
    for approval in approvals:
        due = approval.next_due()
        if due is not None and due <= now:
            return f"approval {approval.id} has something due at {due}"
        if approval.report_due or approval.status != deals[approval.deal].approvals[approval.key].status:
            return f"approval {approval.id} has its end to report"
    return None
