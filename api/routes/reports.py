"""Reports over a period: conversion, time in stage, losses, deadlines, working time, payments.

Each goes out as JSON, as CSV for programs or as XLSX for people. Every employee may read them, as they may read
every deal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from api.deps import Reading, World
from api.errors import ProblemError
from api.problems import language_of
from api.replies import Responses, problem_responses, reply
from api.reporting.asked import Asked
from api.reporting.catalogue import load_catalogue
from api.reporting.conversion import conversion
from api.reporting.deadlines import deadlines
from api.reporting.files import XLSX, as_csv, as_xlsx
from api.reporting.losses import losses
from api.reporting.payments import payments
from api.reporting.stage_time import stage_time
from api.reporting.table import Period, Report
from api.reporting.task_time import task_time
from domain.base import Language, Text
from store import queries

router = APIRouter(prefix="/api/reports", tags=["reports"])
YEARS = range(1900, 2200)


class ColumnAnswer(BaseModel):
    """What stands under `name` in every item: raw, text, whole, percent, hours, money or day."""

    name: str
    title: Text
    kind: str


class ReportAnswer(BaseModel):
    """A report: rows with at least the columns named, and what they come to together."""

    report: str
    title: Text
    since: date = Field(alias="from")
    until: date = Field(alias="to")
    columns: list[ColumnAnswer]
    items: list[dict[str, Any]]
    totals: dict[str, Any]


@dataclass(frozen=True)
class Parameters:
    """What every report is asked for."""

    period: Period
    pipeline: str | None
    people: tuple[str, ...]
    format: Literal["json", "csv", "xlsx"]
    language: Language
    separators: Language  # of CSV: as programs read it, unless a language is asked for by name


def _parameters(
    request: Request,
    since: Annotated[date, Query(alias="from", description="The first day")],
    until: Annotated[date, Query(alias="to", description="The last day")],
    pipeline: Annotated[str | None, Query(pattern=r"^[^\x00]*$", max_length=100)] = None,
    employee: Annotated[
        list[Annotated[str, Query(pattern=r"^[A-Za-z0-9_.-]*$", max_length=64)]] | None,
        Query(max_length=50, description="Of deals the responsible, of work who does it; may be repeated"),
    ] = None,
    format: Literal["json", "csv", "xlsx"] = "json",
    lang: Annotated[
        Language | None,
        Query(description="Of CSV and XLSX; by default: Accept-Language. `ru` gives CSV semicolons"),
    ] = None,
) -> Parameters:
    if until < since or since.year not in YEARS or until.year not in YEARS:
        raise ProblemError("invalid_request", "Период задан неверно.", "The period is not valid.")
    people = tuple(dict.fromkeys(employee or ()))
    return Parameters(
        Period(since, until), pipeline, people, format, lang or language_of(request), lang or "en"
    )


Given = Annotated[Parameters, Depends(_parameters)]
_ANSWERS: Responses = {
    200: {
        "model": ReportAnswer,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    },
    **problem_responses(401, 422, 503),
}


@router.get("/conversion", responses=_ANSWERS)
async def get_conversion(_: Reading, deps: World, given: Given) -> Response:
    """Конверсия по этапам · How far the deals opened in the period have got by now.

    `reached`: were in the stage or further on; `step`: in per cent of the stage before; `lost`: lost from there.
    """
    return await _answer(deps, given, conversion)


@router.get("/stage-time", responses=_ANSWERS)
async def get_stage_time(_: Reading, deps: World, given: Given) -> Response:
    """Время на этапах · How long deals stood in the stages that they left in the period.

    In working hours by the organisation's calendar (`working_…`) and in calendar hours. What a deal only passed
    through by an automatic move does not count.
    """
    return await _answer(deps, given, stage_time)


@router.get("/losses", responses=_ANSWERS)
async def get_losses(_: Reading, deps: World, given: Given) -> Response:
    """Причины отказов · Why deals were lost that were closed in the period, and out of which stages."""
    return await _answer(deps, given, losses)


@router.get("/deadlines", responses=_ANSWERS)
async def get_deadlines(_: Reading, deps: World, given: Given) -> Response:
    """Соблюдение сроков · Deadlines of the period kept and missed, of tasks and approvals, by stage, kind and person.

    What was cancelled does not count; lateness is in calendar hours.
    """
    return await _answer(deps, given, deadlines)


@router.get("/task-time", responses=_ANSWERS)
async def get_task_time(_: Reading, deps: World, given: Given) -> Response:
    """Время по задачам · Who worked how long on which kind of task; running clocks count when they stop."""
    return await _answer(deps, given, task_time)


@router.get("/payments", responses=_ANSWERS)
async def get_payments(_: Reading, deps: World, given: Given) -> Response:
    """Платежи по графику · Rows of payment plans planned for the period: paid, overdue, expected; and by weeks."""
    return await _answer(deps, given, payments)


async def _answer(deps: World, given: Parameters, make: Callable[[Asked], Awaitable[Report]]) -> Response:
    async with deps.engine.connect() as connection:
        report = await make(await _asked(deps, connection, given))
    if given.format == "json":
        body = {
            "report": report.name,
            "title": report.title,
            "from": given.period.first,
            "to": given.period.last,
        }
        return reply({**body, "columns": report.columns, "items": report.items, "totals": report.totals})
    headers = {
        "Content-Disposition": f'attachment; filename="{given.period.file_name(report.name, given.format)}"'
    }
    if given.format == "csv":
        made = await asyncio.to_thread(as_csv, report, given.language, given.separators)
        return Response(made, media_type="text/csv; charset=utf-8", headers=headers)
    book = await asyncio.to_thread(as_xlsx, report, given.period, given.language)
    return Response(book, media_type=XLSX, headers=headers)


async def _asked(deps: World, connection: Any, given: Parameters) -> Asked:
    organisation, _version = await queries.load_organisation(connection)
    first, last = given.period.first, given.period.last
    begins, ends = (organisation.calendar.at(day, time()) for day in (first, last + timedelta(days=1)))
    return Asked(
        connection=connection,
        period=given.period,
        scope=queries.Scope(begins, ends, deps.now(), given.pipeline, given.people),
        organisation=organisation,
        catalogue=await load_catalogue(connection, deps.definitions, given.pipeline),
    )
