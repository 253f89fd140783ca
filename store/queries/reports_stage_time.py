"""How long deals stand in a stage: visits that ended in the period, in calendar and in working time.

A visit that ended the moment it began is left out: the deal only passed through by an automatic move.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.queries.reports_scope import COURSE, OF_DEALS, Scope, rows

# Working time between two moments is the difference of what has passed since the first span: the spans that
# are over, and the part of the one that has begun last.
_WORKED = """COALESCE((CAST(:passed AS float8[]))[{n}] + EXTRACT(EPOCH FROM
    LEAST({at}, (CAST(:ends AS timestamptz[]))[{n}]) - (CAST(:begins AS timestamptz[]))[{n}]), 0)"""
_N = "width_bucket({at}, CAST(:begins AS timestamptz[]))"
_TIMES = f"""
    WITH closing AS (
        SELECT * FROM unnest(CAST(:pipelines AS text[]), CAST(:stages AS text[])) AS known(pipeline, stage)
    ), steps AS MATERIALIZED ( -- or whole events would be sorted
        SELECT deals.id, deals.pipeline, events.seq, events.data->>'stage' AS stage, events.at AS entered
        FROM deals JOIN events ON events.deal_id = deals.id AND {COURSE}
        WHERE (deals.at >= :since OR deals.status = 'open') AND {OF_DEALS}
    ), visits AS (
        SELECT *, lead(entered) OVER (PARTITION BY id ORDER BY seq) AS gone FROM steps
    ), counted AS (
        SELECT pipeline, stage, entered, gone, COALESCE(gone, :now) AS until FROM visits
        WHERE (gone IS NULL OR (gone >= :since AND gone < :before AND gone > entered))
            AND NOT EXISTS (SELECT 1 FROM closing WHERE (closing.pipeline, closing.stage)
                = (visits.pipeline, visits.stage))
    ), timed AS (
        SELECT pipeline, stage, gone, EXTRACT(EPOCH FROM until - entered) AS calendar,
            {_WORKED.format(at="until", n=_N.format(at="until"))}
            - {_WORKED.format(at="entered", n=_N.format(at="entered"))} AS working
        FROM counted
    )
    SELECT pipeline, stage, count(gone) AS visits,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY calendar) FILTER (WHERE gone IS NOT NULL) AS median,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY calendar) FILTER (WHERE gone IS NOT NULL) AS p90,
        CAST(avg(calendar) FILTER (WHERE gone IS NOT NULL) AS float8) AS mean,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY working) FILTER (WHERE gone IS NOT NULL) AS working_median,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY working) FILTER (WHERE gone IS NOT NULL) AS working_p90,
        CAST(avg(working) FILTER (WHERE gone IS NOT NULL) AS float8) AS working_mean,
        count(*) FILTER (WHERE gone IS NULL) AS standing,
        CAST(max(calendar) FILTER (WHERE gone IS NULL) AS float8) AS longest
    FROM timed GROUP BY pipeline, stage ORDER BY pipeline, stage"""
_FIRST = text("SELECT min(opened_at) FROM deals")


@dataclass(frozen=True)
class StageTime:
    """Seconds of the visits that ended in the period; None where none did. `standing`: deals there now, the
    `longest` of them for so many seconds (calendar)."""

    pipeline: str
    stage: str
    visits: int
    median: float | None
    p90: float | None
    mean: float | None
    working_median: float | None
    working_p90: float | None
    working_mean: float | None
    standing: int
    longest: float | None


async def first_opening(connection: AsyncConnection) -> datetime | None:
    """When the oldest deal was opened."""
    first: datetime | None = await connection.scalar(_FIRST)
    return first


async def stage_times(
    connection: AsyncConnection,
    scope: Scope,
    spans: Sequence[tuple[datetime, datetime]],
    closing: Sequence[tuple[str, str]],
) -> list[StageTime]:
    """Time in each stage. `spans`: all working time from the first deal's opening until now, in order;
    `closing`: (pipeline, stage) of won and lost stages, in which deals rest for ever."""
    passed, so_far = [], 0.0
    for begins, ends in spans:
        passed.append(so_far)
        so_far += (ends - begins).total_seconds()
    given = {
        "begins": [begins for begins, _ in spans],
        "ends": [ends for _, ends in spans],
        "passed": passed,
        "pipelines": [pipeline for pipeline, _ in closing],
        "stages": [stage for _, stage in closing],
    }
    found = await rows(connection, _TIMES, scope.values() | given)
    return [StageTime(**row._mapping) for row in found]
