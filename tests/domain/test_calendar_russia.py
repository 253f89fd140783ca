"""Russia's production calendar against the `holidays` package and against the official yearly norms."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import holidays
import pytest

from domain.calendar import WorkingCalendar
from domain.holidays_ru import FIRST_DAY, LAST_DAY, russian_calendar

YEARS = (2025, 2026, 2027)
SHORTENED = {
    dt.date(2025, 3, 7),
    dt.date(2025, 4, 30),
    dt.date(2025, 6, 11),
    dt.date(2025, 11, 1),
    dt.date(2026, 4, 30),
    dt.date(2026, 5, 8),
    dt.date(2026, 6, 11),
    dt.date(2026, 11, 3),
    dt.date(2027, 2, 20),
    dt.date(2027, 4, 30),
    dt.date(2027, 6, 11),
    dt.date(2027, 11, 3),
}


def dates(year: int) -> Iterator[dt.date]:
    day = dt.date(year, 1, 1)
    while day.year == year:
        yield day
        day += dt.timedelta(days=1)


def hours(calendar: WorkingCalendar, day: dt.date) -> int:
    """Working hours of the day by asking at every half hour; 09:00-18:00 counts as 8 (an hour of lunch)."""
    midnight = dt.datetime.combine(day, dt.time(0, 30), dt.timezone(dt.timedelta(hours=3)))
    asked = sum(calendar.is_working(midnight + dt.timedelta(hours=number)) for number in range(24))
    return max(asked - 1, 0)


@pytest.mark.parametrize("year", YEARS)
def test_days_off_agree_with_the_holidays_package(year: int) -> None:
    calendar, public = russian_calendar(), holidays.country_holidays("RU", years=year)
    wrong = [day for day in dates(year) if calendar.is_working_day(day) != public.is_working_day(day)]
    assert wrong == []


@pytest.mark.parametrize("year", YEARS)
def test_official_norm_of_the_year(year: int) -> None:
    worked = [hours(russian_calendar(), day) for day in dates(year)]
    assert sum(map(bool, worked)) == 247
    assert sum(worked) == 1972


@pytest.mark.parametrize("year", YEARS)
def test_shortened_days(year: int) -> None:
    calendar = russian_calendar()
    assert {day for day in dates(year) if hours(calendar, day) == 7} == {
        d for d in SHORTENED if d.year == year
    }


def test_the_known_years_are_named() -> None:
    listed = sorted(russian_calendar().days)
    assert listed[0] == FIRST_DAY
    assert listed[-1] == LAST_DAY


def test_as_data_it_can_be_stored_and_edited() -> None:
    calendar = russian_calendar("Asia/Yekaterinburg")
    stored = json.loads(calendar.model_dump_json())
    assert WorkingCalendar.model_validate(stored) == calendar
    assert stored["days"]["2025-11-01"] == {"start": "09:00", "end": "17:00"}
    assert stored["days"]["2026-03-09"] == "off"
