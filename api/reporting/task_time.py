"""Time by tasks: who worked how long on which kind of task."""

from __future__ import annotations

import json

from api.reporting.asked import Asked
from api.reporting.table import Report, column
from domain.base import Text
from store.queries import task_time as read_task_time

TITLE = Text(ru="Время по задачам", en="Time by tasks")
COLUMNS = (
    column("employee", "Код сотрудника", "Employee's id", "raw"),
    column("name", "Сотрудник", "Employee"),
    column("pipeline", "Код воронки", "Pipeline's id", "raw"),
    column("pipeline_title", "Воронка", "Pipeline"),
    column("key", "Код задачи", "Task's key", "raw"),
    column("title", "Задача", "Task"),
    column("tasks", "Задач", "Tasks", "whole"),
    column("seconds", "Секунд", "Seconds", "raw"),
    column("hours", "Часов", "Hours", "hours"),
)


async def task_time(asked: Asked) -> Report:
    """One row for each person and kind of task; running clocks count when they stop."""
    found = await read_task_time(asked.connection, asked.scope)
    items = [
        {
            **vars(row),
            "title": Text.model_validate(json.loads(row.title)),
            "pipeline_title": asked.catalogue.title(row.pipeline),
            "hours": round(row.seconds / 3600, 2),
        }
        for row in found
    ]
    seconds = sum(row.seconds for row in found)
    totals = {
        "tasks": sum(row.tasks for row in found),
        "seconds": seconds,
        "hours": round(seconds / 3600, 2),
        "people": len({row.employee for row in found}),
    }
    return Report("task-time", TITLE, COLUMNS, items, totals)
