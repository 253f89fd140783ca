"""Deadlines kept and missed: tasks and voices in approvals that fell due in the period."""

from __future__ import annotations

from typing import Any

from api.reporting.asked import Asked
from api.reporting.table import Report, column, hours, percent
from domain.base import Text
from store.queries import Deadlines
from store.queries import deadlines as read_deadlines

TITLE = Text(ru="Соблюдение сроков", en="Deadlines kept")
COLUMNS = (
    column("pipeline_title", "Воронка", "Pipeline"),
    column("stage_title", "Этап", "Stage"),
    column("title", "Работа", "Work"),
    column("person", "Исполнитель", "Person"),
    column("due", "Срок наступал", "Fell due", "whole"),
    column("in_time", "В срок", "In time", "whole"),
    column("late_done", "Сделано с опозданием", "Done late", "whole"),
    column("late_open", "Просрочено и не сделано", "Late and open", "whole"),
    column("kept", "Соблюдено, %", "Kept, %", "percent"),
    column("median_late", "Опоздание, медиана, календарных ч", "Late by, median, calendar h", "hours"),
    column("most_late", "Наибольшее опоздание, календарных ч", "Latest by, calendar h", "hours"),
)


async def deadlines(asked: Asked) -> Report:
    """One row for each kind of work of a person in a stage. People are those who had to do it."""
    found, whole = await read_deadlines(asked.connection, asked.scope)
    found.sort(
        key=lambda row: (*asked.catalogue.order(row.pipeline, row.stage), row.key, asked.person(row.assignee))
    )
    items = [
        {
            **asked.place(row.pipeline, row.stage),
            "kind": row.kind,
            "key": row.key,
            "title": row.title,
            **asked.whose(row.assignee),
            **_figures(row),
        }
        for row in found
    ]
    return Report("deadlines", TITLE, COLUMNS, items, _figures(whole))


def _figures(row: Deadlines) -> dict[str, Any]:
    decided = row.in_time + row.late_done + row.late_open
    return {
        "due": row.due,
        "in_time": row.in_time,
        "late_done": row.late_done,
        "late_open": row.late_open,
        "kept": percent(row.in_time, decided),
        "median_late": hours(row.median_late),
        "most_late": hours(row.most_late),
    }
