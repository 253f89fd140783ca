"""What is still to be done at a moment of the temporal engine, by what PostgreSQL has of deals and approvals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.approval.state import Approval
from domain.deal import Deal
from store import tables


async def approval_states(database: AsyncEngine) -> list[Approval]:
    """Every approval."""
    table = tables.approvals
    async with database.connect() as connection:
        rows = await connection.execute(select(table.c.state))
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


def deal_unrest(states: dict[str, Deal], now: datetime) -> str | None:
    """What is still to be done at this moment, or None."""
    for deal in states.values():
        due = deal.next_due()
        if due is not None and due <= now:
            return f"{deal.id} has something due at {due}"
        if any(not child.started or child.deal not in states for child in deal.children.values()):
            return f"{deal.id} has a deal to open"
        if any(effect.cause is None for effect in deal.effects.values()):
            return f"{deal.id} has an effect to carry out"
        if deal.report_due or _is_unheard(deal, states):
            return f"{deal.id} has its end to report"
    return None


def _is_unheard(deal: Deal, states: dict[str, Deal]) -> bool:
    """Whether the parent waits for this deal's end and does not know of it."""
    if deal.status == "open" or deal.parent is None or not deal.parent.wait:
        return False
    result = states[deal.parent.deal].children[deal.parent.key].result
    return result is None or result.status != deal.status
