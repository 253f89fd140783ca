"""How long people worked on tasks, from the clocks they started and stopped."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.queries.reports_scope import KIND_OF_TASK, OWN_TITLE, Scope, rows

# A clock ends by hand, or with its task or its deal; both leave a `task_stopped` of the person's own.
_REPORT = f"""
    WITH stopped AS (
        SELECT deal_id, "by" AS employee, at AS until, CAST(data->>'task' AS integer) AS task,
            CAST(data->>'seconds' AS integer) AS seconds
        FROM events WHERE type = 'task_stopped' AND at > :since
    ), spent AS (
        SELECT deal_id, employee, task, EXTRACT(EPOCH FROM
            LEAST(until, :before) - GREATEST(until - make_interval(secs => seconds), :since)) AS seconds
        FROM stopped
    )
    SELECT spent.employee, COALESCE(employees.name, spent.employee) AS name, deals.pipeline,
        {KIND_OF_TASK.format("tasks")} AS key,
        min(CAST(tasks.title AS text)) AS title, count(DISTINCT (spent.deal_id, spent.task)) AS tasks,
        CAST(sum(spent.seconds) AS bigint) AS seconds
    FROM spent JOIN tasks ON tasks.deal_id = spent.deal_id AND tasks.number = spent.task
        JOIN deals ON deals.id = spent.deal_id LEFT JOIN employees ON employees.id = spent.employee
    WHERE spent.seconds > 0 AND (CAST(:people AS text[]) IS NULL OR spent.employee = ANY(CAST(:people AS text[])))
        AND (CAST(:pipeline AS text) IS NULL OR deals.pipeline = :pipeline)
    GROUP BY spent.employee, employees.name, deals.pipeline, 4, {OWN_TITLE.format("tasks")}
    ORDER BY name, spent.employee, deals.pipeline, key, title"""
_HAS_COMMAND = text("SELECT EXISTS (SELECT 1 FROM commands WHERE deal_id = :deal AND id = :id)")


@dataclass(frozen=True)
class TaskTime:
    """Time of one person on tasks of one kind; a title is JSON `{ru, en}`. `key`: `task` for those people made up."""

    employee: str
    name: str
    pipeline: str
    key: str
    title: str
    tasks: int
    seconds: int


async def task_time(connection: AsyncConnection, scope: Scope) -> list[TaskTime]:
    """Time spent in the period by clocks that have stopped, by person, pipeline and kind of task."""
    return [TaskTime(**row._mapping) for row in await rows(connection, _REPORT, scope.values())]


async def has_command(connection: AsyncConnection, deal_id: str, command_id: str) -> bool:
    """Whether the deal has answered this command."""
    return bool(await connection.scalar(_HAS_COMMAND, {"deal": deal_id, "id": command_id}))
