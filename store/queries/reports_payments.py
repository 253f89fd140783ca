"""Payment plans of deals with a row in the period. A plan is read by `domain.payment_plan`, kopeck by kopeck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from store.queries.reports_scope import OF_DEALS, Scope, rows

_FIELDS = """
    SELECT DISTINCT definitions.pipeline, fields.key AS field
    FROM definitions CROSS JOIN LATERAL json_each(definitions.data->'fields') AS fields
    WHERE fields.value->>'type' = 'payment_plan'
        AND (CAST(:pipeline AS text) IS NULL OR definitions.pipeline = CAST(:pipeline AS text))"""
_PLANS = f"""
    WITH planned AS ({_FIELDS})
    SELECT deals.id AS deal, deals.title, deals.pipeline, deals.status, deals.responsible, deals.amount,
        companies.name AS company, planned.field, plan.rows AS plan
    FROM planned JOIN deals ON deals.pipeline = planned.pipeline
        CROSS JOIN LATERAL (SELECT deals.state->'fields'->planned.field AS rows) AS plan
        LEFT JOIN companies ON companies.id = deals.company_id
    WHERE json_typeof(plan.rows) = 'array' AND {OF_DEALS} AND EXISTS (
        SELECT 1 FROM json_array_elements(plan.rows) AS one(row)
        WHERE row->>'date' >= :first AND row->>'date' <= :last)
    ORDER BY deals.id, planned.field"""


@dataclass(frozen=True)
class PlannedDeal:
    """A deal with the payment plan of one of its fields, as the card keeps it; `company` is its name."""

    deal: str
    title: str
    pipeline: str
    status: str
    responsible: str
    amount: Decimal | None
    company: str | None
    field: str
    plan: list[Any]


async def payment_plans(
    connection: AsyncConnection, scope: Scope, first: date, last: date
) -> list[PlannedDeal]:
    """Deals with a row between the two days, both included; their plans are whole."""
    values = scope.values() | {"first": first.isoformat(), "last": last.isoformat()}
    return [PlannedDeal(**row._mapping) for row in await rows(connection, _PLANS, values)]
