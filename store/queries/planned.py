"""Deals and approvals in which something is scheduled, whole, for a look at what another calendar would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.approval.state import Approval
from domain.deal import Deal
from domain.facts import Company
from store import tables

_deals, _companies, _approvals = tables.deals, tables.companies, tables.approvals


@dataclass(frozen=True)
class PlannedDeal:
    """A deal's state as it is stored (reading thousands of them is left to the caller's thread), and its company."""

    definition: str
    state: dict[str, Any]
    company: Company | None

    def deal(self) -> Deal:
        """The state, read."""
        return Deal.model_validate(self.state)


async def planned_deals(connection: AsyncConnection) -> list[PlannedDeal]:
    """All of them, the most urgent first."""
    columns = (_companies.c.id, _companies.c.name, _companies.c.fields)
    query = select(_deals.c.definition, _deals.c.state, *columns).where(_deals.c.next_due.isnot(None))
    query = query.outerjoin(_companies, _companies.c.id == _deals.c.company_id).order_by(_deals.c.next_due)
    return [
        PlannedDeal(
            definition=row.definition,
            state=row.state,
            company=Company(id=row.id, name=row.name, fields=row.fields) if row.id else None,
        )
        for row in await connection.execute(query)
    ]


@dataclass(frozen=True)
class PlannedApproval:
    """A running approval with the deal that it is of, both as they are stored."""

    state: dict[str, Any]
    deal: dict[str, Any]

    def read(self) -> tuple[Approval, Deal]:
        """Both, read."""
        return Approval.model_validate(self.state), Deal.model_validate(self.deal)


async def planned_approvals(connection: AsyncConnection) -> list[PlannedApproval]:
    """Approvals in which something is scheduled, the most urgent first."""
    query = select(_approvals.c.state, _deals.c.state.label("deal"))
    query = query.join(_deals, _deals.c.id == _approvals.c.deal_id).where(_approvals.c.next_due.isnot(None))
    found = await connection.execute(query.order_by(_approvals.c.next_due))
    return [PlannedApproval(row.state, row.deal) for row in found]
