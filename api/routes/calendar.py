"""The working calendar as people change it: a year to look at, days off by a click, and what that would move."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query

from api import examples_organisation as examples
from api.authority import must_direct
from api.calendar_preview import Moved, moved_by
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError
from api.replanning import replan_all
from api.replies import problem_responses
from domain.base import Strict
from domain.calendar import WorkingCalendar
from domain.calendar_year import CalendarChange, Year, changed, longest_rest, year_of
from store import queries
from store.organisation import change_calendar

router = APIRouter(prefix="/api/settings/calendar", tags=["organisation"])
FIRST, LAST = 2000, 2099
MOST_REST = 366  # dates in a row without working hours
_WRITE = problem_responses(401, 403, 413, 422, 503)
Change = Annotated[CalendarChange, Body(openapi_examples=examples.CALENDAR_CHANGE)]


class Preview(Strict):
    """The calendar as it would be, a year of it, and what would move; `moved` only where it was asked for."""

    calendar: WorkingCalendar
    year: Year
    moved: Moved | None


@router.get("/years/{year}", responses=problem_responses(401, 422, 503))
async def get_year(year: Annotated[int, Path(ge=FIRST, le=LAST)], _: Reading, deps: World) -> Year:
    """Год по дням · A year day by day: which days work, which are off, and why."""
    return year_of(await _calendar(deps), year)


@router.post("/preview", responses=_WRITE)
async def preview(
    body: Change,
    caller: Acting,
    deps: World,
    year: Annotated[int | None, Query(ge=FIRST, le=LAST, description="By default: this year")] = None,
    moved: Annotated[bool, Query(description="Also look through all deals")] = True,
) -> Preview:
    """Что изменится · What a change would do: nothing is kept. Directors and administrators."""
    await must_direct(deps, caller.id)
    calendar = _after(await _calendar(deps), body)
    shown = year or calendar.local_day(deps.now()).year
    return Preview(
        calendar=calendar,
        year=year_of(calendar, shown),
        moved=await moved_by(deps, calendar) if moved else None,
    )


@router.patch("", responses=_WRITE)
async def patch_calendar(body: Change, caller: Acting, deps: World) -> WorkingCalendar:
    """Изменить отдельные дни, часы или пояс · Change single days, hours or the zone; the rest stays.

    Deals and running approvals plan their agendas anew, as after a whole new calendar.
    """
    await must_direct(deps, caller.id)
    async with deps.engine.begin() as connection:
        calendar = await change_calendar(connection, lambda known: _after(known, body))
    await replan_all(deps, caller)
    return calendar


def must_work_sometimes(calendar: WorkingCalendar) -> None:
    """Raises the problem of a calendar in which deadlines could not be counted."""
    if longest_rest(calendar) > MOST_REST:
        raise ProblemError(
            "invalid_value",
            "В календаре больше года подряд нет рабочих дней: сроки не посчитать.",
            "The calendar has no working day for more than a year: deadlines could not be counted.",
            missing=["days"],
        )


def unknown_zone() -> ProblemError:
    """The problem of a time zone that nobody knows."""
    return ProblemError(
        "invalid_value", "Такого часового пояса нет.", "There is no such time zone.", missing=["timezone"]
    )


def _after(calendar: WorkingCalendar, change: CalendarChange) -> WorkingCalendar:
    try:
        new = changed(calendar, change)
    except ValueError:
        raise unknown_zone() from None
    must_work_sometimes(new)
    return new


async def _calendar(deps: Deps) -> WorkingCalendar:
    async with deps.engine.connect() as connection:
        return (await queries.load_organisation(connection))[0].calendar
