"""How far the deals of a period got: the cohort of deals opened in it, whatever happened to them later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from store.queries.reports_scope import COURSE, OF_DEALS, Scope, rows

_COHORT = f"""
    WITH cohort AS (
        SELECT id, pipeline, stage, status, amount FROM deals
        WHERE opened_at >= :since AND opened_at < :before AND {OF_DEALS}
    ), visits AS (
        SELECT DISTINCT cohort.id, cohort.pipeline, events.data->>'stage' AS stage
        FROM cohort JOIN events ON events.deal_id = cohort.id AND {COURSE}
    )"""
_STAGES = f"""{_COHORT}, entered AS (
        SELECT pipeline, stage, count(*) AS entered FROM visits GROUP BY pipeline, stage
    ), standing AS (
        SELECT pipeline, stage, count(*) AS standing, COALESCE(sum(amount), 0.00) AS amount
        FROM cohort GROUP BY pipeline, stage
    ), ended AS (
        SELECT cohort.pipeline, last.data->>'previous' AS stage, count(*) AS lost
        FROM cohort CROSS JOIN LATERAL (
            SELECT data FROM events WHERE deal_id = cohort.id AND type = 'moved' ORDER BY seq DESC LIMIT 1
        ) AS last
        WHERE cohort.status = 'lost' GROUP BY 1, 2
    )
    SELECT pipeline, stage, COALESCE(entered, 0) AS entered, COALESCE(standing, 0) AS standing,
        COALESCE(amount, 0.00) AS amount, COALESCE(lost, 0) AS lost
    FROM entered FULL JOIN standing USING (pipeline, stage) FULL JOIN ended USING (pipeline, stage)
    ORDER BY pipeline, stage"""
# A stage that no version ranks any more counts as the first: its deals have at least begun.
_FURTHEST = f"""{_COHORT}, ranked AS (
        SELECT * FROM unnest(CAST(:pipelines AS text[]), CAST(:stages AS text[]), CAST(:ranks AS integer[]))
            AS known(pipeline, stage, rank)
    ), furthest AS (
        SELECT visits.pipeline, visits.id, max(COALESCE(ranked.rank, 0)) AS rank
        FROM visits LEFT JOIN ranked USING (pipeline, stage) GROUP BY visits.pipeline, visits.id
    )
    SELECT pipeline, rank, count(*) AS deals FROM furthest GROUP BY pipeline, rank ORDER BY pipeline, rank"""
_OUTCOME = f"""
    SELECT count(*) AS opened, count(*) FILTER (WHERE status = 'open') AS open,
        count(*) FILTER (WHERE status = 'won') AS won, count(*) FILTER (WHERE status = 'lost') AS lost,
        COALESCE(sum(amount) FILTER (WHERE status = 'open'), 0.00) AS open_amount,
        COALESCE(sum(amount) FILTER (WHERE status = 'won'), 0.00) AS won_amount,
        COALESCE(sum(amount) FILTER (WHERE status = 'lost'), 0.00) AS lost_amount,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_at - opened_at) FILTER (WHERE status = 'won')
            AS time_to_win
    FROM deals WHERE opened_at >= :since AND opened_at < :before AND {OF_DEALS}"""


@dataclass(frozen=True)
class StageCount:
    """One stage: deals that were ever in it, that stand in it now (and their sum), that were lost from it."""

    pipeline: str
    stage: str
    entered: int
    standing: int
    amount: Decimal
    lost: int


@dataclass(frozen=True)
class Outcome:
    """How the deals stand now; `time_to_win` is the median, calendar time, None where none is won."""

    opened: int
    open: int
    won: int
    lost: int
    open_amount: Decimal
    won_amount: Decimal
    lost_amount: Decimal
    time_to_win: timedelta | None


async def stage_counts(connection: AsyncConnection, scope: Scope) -> list[StageCount]:
    """The stages that deals opened in the period were in, by pipeline."""
    return [StageCount(**row._mapping) for row in await rows(connection, _STAGES, scope.values())]


async def furthest(
    connection: AsyncConnection, scope: Scope, ranks: Sequence[tuple[str, str, int]]
) -> dict[tuple[str, int], int]:
    """How many deals opened in the period got as far as (pipeline, rank). `ranks`: (pipeline, stage, rank)."""
    given = {
        "pipelines": [pipeline for pipeline, _, _ in ranks],
        "stages": [stage for _, stage, _ in ranks],
        "ranks": [rank for _, _, rank in ranks],
    }
    found = await rows(connection, _FURTHEST, scope.values() | given)
    return {(row.pipeline, row.rank): row.deals for row in found}


async def outcome(connection: AsyncConnection, scope: Scope) -> Outcome:
    """How the deals opened in the period stand now."""
    (row,) = await rows(connection, _OUTCOME, scope.values())
    return Outcome(**row._mapping)
