"""Time in stage: how long visits lasted that ended in the period, in working and in calendar hours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from api.reporting.asked import Asked
from api.reporting.table import Report, column, hours
from domain.base import Text
from domain.working_spans import working_spans
from store.queries import StageTime, first_opening, stage_times

TITLE = Text(ru="Время на этапах", en="Time in stage")
COLUMNS = (
    column("pipeline_title", "Воронка", "Pipeline"),
    column("stage_title", "Этап", "Stage"),
    column("visits", "Прошли этап", "Visits ended", "whole"),
    column("working_median", "Медиана, рабочих ч", "Median, working h", "hours"),
    column("working_p90", "90 % быстрее, рабочих ч", "90 % within, working h", "hours"),
    column("working_mean", "В среднем, рабочих ч", "Mean, working h", "hours"),
    column("median", "Медиана, календарных ч", "Median, calendar h", "hours"),
    column("p90", "90 % быстрее, календарных ч", "90 % within, calendar h", "hours"),
    column("mean", "В среднем, календарных ч", "Mean, calendar h", "hours"),
    column("standing", "Стоят сейчас", "Stand here now", "whole"),
    column("longest", "Дольше всех сейчас, календарных ч", "The longest now, calendar h", "hours"),
)
_TIMES = ("working_median", "working_p90", "working_mean", "median", "p90", "mean", "longest")


async def stage_time(asked: Asked) -> Report:
    """One row for each open stage that deals left in the period, or stand in now."""
    calendar = asked.organisation.calendar
    first = await first_opening(asked.connection) or asked.scope.now
    days = calendar.local_day(first), calendar.local_day(asked.scope.now) + timedelta(days=1)
    closing = [
        (name, stage) for name, stage, one in asked.catalogue.all_stages() if one.kind(stage) != "open"
    ]
    found = await stage_times(asked.connection, asked.scope, list(working_spans(calendar, *days)), closing)
    found.sort(key=lambda row: asked.catalogue.order(row.pipeline, row.stage))
    totals = {"visits": sum(row.visits for row in found), "standing": sum(row.standing for row in found)}
    return Report("stage-time", TITLE, COLUMNS, [_item(asked, row) for row in found], totals)


def _item(asked: Asked, row: StageTime) -> dict[str, Any]:
    return {
        **asked.place(row.pipeline, row.stage),
        "visits": row.visits,
        "standing": row.standing,
        **{name: hours(getattr(row, name)) for name in _TIMES},
    }
