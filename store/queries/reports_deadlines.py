"""Which deadlines were kept: tasks and voices in approvals that fell due in the period.

What was cancelled is left out: nobody needed it any more. People are those who had to do it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from store.queries.reports_scope import COURSE, KIND_OF_TASK, OWN_TITLE, Scope, rows

_OF_WORK = """(CAST(:pipeline AS text) IS NULL OR deals.pipeline = CAST(:pipeline AS text))
    AND (CAST(:people AS text[]) IS NULL OR work.assignee = ANY(CAST(:people AS text[])))
    AND work.deadline >= :since AND work.deadline < :before AND work.status <> 'cancelled'"""
_DUE = f"""
    WITH due AS (
        SELECT 'task' AS kind, deals.pipeline, work.given_in AS stage, {KIND_OF_TASK.format("work")} AS key,
            {OWN_TITLE.format("work")} AS own_title, work.title, work.assignee, work.deadline,
            work.finished_at AS done
        FROM tasks AS work JOIN deals ON deals.id = work.deal_id WHERE {_OF_WORK}
        UNION ALL
        SELECT 'approval', deals.pipeline, COALESCE(there.stage, ''), approvals.key, NULL, work.step_title,
            work.assignee, work.deadline, work.decided_at
        FROM approval_seats AS work JOIN approvals ON approvals.id = work.approval_id
            JOIN deals ON deals.id = approvals.deal_id
            LEFT JOIN LATERAL (
                SELECT data->>'stage' AS stage FROM events
                WHERE deal_id = deals.id AND {COURSE} AND events.at <= approvals.started_at
                ORDER BY seq DESC LIMIT 1
            ) AS there ON true
        WHERE {_OF_WORK}
    ), late AS (
        SELECT *, CASE WHEN COALESCE(done, :now) > deadline
            THEN EXTRACT(EPOCH FROM COALESCE(done, :now) - deadline) END AS late_by
        FROM due
    )
    SELECT GROUPING(key) > 0 AS whole, kind, pipeline, stage, key, min(CAST(title AS text)) AS title, assignee,
        count(*) AS due, count(*) FILTER (WHERE done <= deadline) AS in_time,
        count(*) FILTER (WHERE done > deadline) AS late_done,
        count(*) FILTER (WHERE done IS NULL AND late_by IS NOT NULL) AS late_open,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY late_by) AS median_late,
        CAST(max(late_by) AS float8) AS most_late
    FROM late GROUP BY GROUPING SETS ((kind, pipeline, stage, key, own_title, assignee), ())
    ORDER BY whole, pipeline, stage, kind, key, title, assignee"""


@dataclass(frozen=True)
class Deadlines:
    """One kind of work of one person in one stage: `due` in the period, of which `in_time`, `late_done` (after the
    deadline) and `late_open` (still open, the deadline is over); the rest is still to come. `median_late` and
    `most_late`: seconds of calendar time, None where nothing was late."""

    due: int
    in_time: int
    late_done: int
    late_open: int
    median_late: float | None
    most_late: float | None
    kind: str = ""  # task, approval
    pipeline: str = ""
    stage: str = ""  # in which it was given; empty where that is not known
    key: str = ""
    title: Text | None = None
    assignee: str = ""


async def deadlines(connection: AsyncConnection, scope: Scope) -> tuple[list[Deadlines], Deadlines]:
    """By pipeline, stage, kind of work and person; and all of it together."""
    found = [dict(row._mapping) for row in await rows(connection, _DUE, scope.values())]
    parts = [_parsed(row) for row in found if not row["whole"]]
    (whole,) = (_parsed(row) for row in found if row["whole"])
    return parts, whole


def _parsed(row: dict[str, object]) -> Deadlines:
    known = {name: value for name, value in row.items() if name != "whole" and value is not None}
    if "title" in known:
        known["title"] = Text.model_validate_json(str(known["title"]))
    return Deadlines(**{"median_late": None, "most_late": None, **known})  # type: ignore[arg-type]
