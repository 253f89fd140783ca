"""Reports: how long people work on which kinds of tasks."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.deps import Reading, World
from api.errors import ProblemError
from api.replies import Responses, problem_responses, reply
from store import queries
from store.queries import TaskTime, task_time

router = APIRouter(prefix="/api/reports", tags=["reports"])
_COLUMNS = ("employee", "name", "pipeline", "key", "title", "tasks", "seconds", "hours")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CSV: Responses = {200: {"content": {"application/json": {}, "text/csv": {"schema": {"type": "string"}}}}}


@router.get("/task-time", responses={**_CSV, **problem_responses(401, 422, 503)})
async def report(
    _: Reading,
    deps: World,
    since: Annotated[date, Query(alias="from", description="The first day")],
    until: Annotated[date, Query(alias="to", description="The last day")],
    employee: str | None = None,
    pipeline: str | None = None,
    format: Literal["json", "csv"] = "json",
) -> Response:
    """Время по задачам · Who worked how long on which kind of task; running clocks count when they stop."""
    if until < since or until.year > 2200 or since.year < 1900:
        raise ProblemError("invalid_request", "Период задан неверно.", "The period is not valid.")
    async with deps.engine.connect() as connection:
        organisation, _version = await queries.load_organisation(connection)
        begins, ends = (organisation.calendar.at(day, time()) for day in (since, until + timedelta(days=1)))
        rows = await task_time(connection, begins, ends, employee=employee, pipeline=pipeline)
    items = [_row(row) for row in rows]
    if format == "json":
        return reply({"from": since, "to": until, "items": items})
    name = f"task-time-{since}-{until}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(items), media_type="text/csv; charset=utf-8", headers=headers)


def _row(row: TaskTime) -> dict[str, Any]:
    return {**vars(row), "title": json.loads(row.title), "hours": round(row.seconds / 3600, 2)}


def as_csv(items: list[dict[str, Any]]) -> str:
    """For spreadsheets: with a mark of UTF-8, and nothing that they would run as a formula."""
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for item in items:
        writer.writerow([_safe(item["title"]["ru"] if name == "title" else item[name]) for name in _COLUMNS])
    return text.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
