"""Why deals were lost: those that were closed as lost in the period and are lost still."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from store.queries.reports_scope import OF_DEALS, Scope, rows

# The last move of a lost deal is the one that lost it. Reasons in free words are one where only case differs.
_LOSSES = f"""
    WITH lost AS (
        SELECT deals.pipeline, deals.stage, deals.amount, last.data->>'previous' AS lost_from,
            COALESCE(btrim(last.data->>'reason'), '') AS reason
        FROM deals CROSS JOIN LATERAL (
            SELECT data FROM events WHERE deal_id = deals.id AND type = 'moved' ORDER BY seq DESC LIMIT 1
        ) AS last
        WHERE deals.status = 'lost' AND deals.closed_at >= :since AND deals.closed_at < :before AND {OF_DEALS}
    )
    SELECT pipeline, stage, lost_from, min(reason) AS reason, count(*) AS deals,
        COALESCE(sum(amount), 0.00) AS amount, count(amount) AS with_amount
    FROM lost GROUP BY pipeline, stage, lost_from, lower(reason)
    ORDER BY pipeline, stage, lower(min(reason)), lost_from"""


@dataclass(frozen=True)
class Loss:
    """Deals lost for one reason out of one stage. `stage` is the lost stage; `with_amount`: how many had one."""

    pipeline: str
    stage: str
    lost_from: str
    reason: str
    deals: int
    amount: Decimal
    with_amount: int


async def losses(connection: AsyncConnection, scope: Scope) -> list[Loss]:
    """Losses by pipeline, lost stage, reason and the stage they were lost from."""
    return [Loss(**row._mapping) for row in await rows(connection, _LOSSES, scope.values())]
