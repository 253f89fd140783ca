"""A year of the working calendar, day by day, and how people change it: this day is off, that one works.

Pure. What sort of day it is follows from the calendar alone; names of holidays are words to show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal

from pydantic import Field

from domain.base import Strict, Text
from domain.calendar import Day, DayHours, Hours, WeekHours, WorkingCalendar
from domain.holidays_ru import FIRST_DAY, LAST_DAY, russian_calendar

Sort = Literal["working", "short", "extra", "weekend", "off"]
Wish = Literal["off", "working", "short", "usual"]
_HOUR = 60
_HOLIDAYS = {  # Labour Code, article 112
    **dict.fromkeys(
        [(1, day) for day in (1, 2, 3, 4, 5, 6, 8)], Text(ru="Новогодние каникулы", en="New Year holidays")
    ),
    (1, 7): Text(ru="Рождество Христово", en="Christmas"),
    (2, 23): Text(ru="День защитника Отечества", en="Defender of the Fatherland Day"),
    (3, 8): Text(ru="Международный женский день", en="International Women's Day"),
    (5, 1): Text(ru="Праздник Весны и Труда", en="Spring and Labour Day"),
    (5, 9): Text(ru="День Победы", en="Victory Day"),
    (6, 12): Text(ru="День России", en="Russia Day"),
    (11, 4): Text(ru="День народного единства", en="National Unity Day"),
}


class YearDay(Strict):
    """One day. `sort`: an `extra` day works though its weekday does not, a `short` one less than its weekday,
    an `off` one is off by its date. `own`: other than in the calendar that comes with the product.
    """

    date: dt.date
    sort: Sort
    hours: Hours | None
    name: Text | None
    own: bool


class Year(Strict):
    """A year of the calendar. `known`: its holidays are official and come with the product."""

    year: int
    timezone: str
    week: WeekHours
    known: bool
    working_days: int
    short_days: int
    days: tuple[YearDay, ...]


class CalendarChange(Strict):
    """What to change; the rest stays. A day is `off`, `working` or `short` (an hour less), `usual` (as in the calendar
    that comes with the product, else as its weekday), or has hours of its own."""

    timezone: str | None = Field(default=None, max_length=64)
    hours: WeekHours | None = None
    days: dict[Day, Wish | Hours] = Field(default_factory=dict, max_length=1000)


def year_of(calendar: WorkingCalendar, year: int) -> Year:
    """The year's days, 1 January first."""
    first = dt.date(year, 1, 1)
    length = (dt.date(year + 1, 1, 1) - first).days
    shipped = russian_calendar()
    known = FIRST_DAY <= first <= LAST_DAY
    days = tuple(_day(calendar, first + dt.timedelta(days=n), shipped, known) for n in range(length))
    return Year(
        year=year,
        timezone=calendar.timezone,
        week=calendar.hours,
        known=known,
        working_days=sum(day.hours is not None for day in days),
        short_days=sum(day.sort == "short" for day in days),
        days=days,
    )


def changed(calendar: WorkingCalendar, change: CalendarChange) -> WorkingCalendar:
    """The calendar after the change. ValueError (pydantic's) for an unknown time zone."""
    week = change.hours or calendar.hours
    days = {day: _kept(calendar.hours, week, day, hours) for day, hours in calendar.days.items()}
    for day, wish in change.days.items():
        days.pop(day, None)
        hours = _wished(week, day, wish)
        if hours != week.on(day):
            days[day] = hours
    data = {"timezone": change.timezone or calendar.timezone, "hours": week, "days": days}
    return WorkingCalendar.model_validate(data)


def longest_rest(calendar: WorkingCalendar) -> int:
    """The most dates in a row without working hours, as far as single dates change anything."""
    longest = rest = before = 0
    for number in _around(calendar.days):
        day = dt.date.fromordinal(number)
        hours = calendar.days[day] if day in calendar.days else calendar.hours.on(day)
        rest = 0 if hours else rest + 1 if number == before + 1 else 1
        longest, before = max(longest, rest), number
    return longest


def _around(days: Collection[dt.date]) -> list[int]:
    """Numbers of the days two weeks around single dates, from the first of these to the last.

    What lies in between are weeks like those, each with a working day.
    """
    if not days:
        return []
    first, last = min(days).toordinal(), max(days).toordinal()
    near = {day.toordinal() + n for day in days for n in range(-14, 15)}
    return sorted(number for number in near if first <= number <= last)


def _kept(before: WeekHours, week: WeekHours, day: dt.date, hours: DayHours) -> DayHours:
    """The hours of a single date in another week: a short day stays an hour shorter, others are as they were."""
    return _wished(week, day, "short") if _is_short(before, day, hours) else hours


def _is_short(week: WeekHours, day: dt.date, hours: DayHours) -> bool:
    return hours is not None and hours == _wished(week, day, "short")


def _wished(week: WeekHours, day: dt.date, wish: Wish | Hours) -> DayHours:
    usual = week.on(day) or _first(week)
    match wish:
        case "off":
            return None
        case "working":
            return usual
        case "short":
            return Hours(start=usual.start, end=max(usual.end - _HOUR, usual.start + 1))
        case "usual":
            shipped = russian_calendar()
            return _kept(shipped.hours, week, day, shipped.days[day]) if day in shipped.days else week.on(day)
        case Hours():
            return wish


def _first(week: WeekHours) -> Hours:
    """What a weekend day that works has: the hours of the first weekday that works; there is one."""
    monday = dt.date(2026, 11, 2)
    return next(hours for n in range(7) if (hours := week.on(monday + dt.timedelta(days=n))))


def _day(calendar: WorkingCalendar, day: dt.date, shipped: WorkingCalendar, known: bool) -> YearDay:
    usual = calendar.hours.on(day)
    hours = calendar.days.get(day, usual)
    name = _HOLIDAYS.get((day.month, day.day)) if hours is None else None
    return YearDay(
        date=day,
        sort=_sort(hours, usual, by_date=name is not None or day in calendar.days),
        hours=hours,
        name=name,
        own=known and _exception(calendar, day) != _exception(shipped, day),
    )


def _exception(calendar: WorkingCalendar, day: dt.date) -> object:
    """What stands against the date, where that is something else than its weekday says; alike in any week."""
    usual = calendar.hours.on(day)
    hours = calendar.days.get(day, usual)
    if hours == usual:
        return "as the weekday"
    return "short" if _is_short(calendar.hours, day, hours) else hours


def _sort(hours: Hours | None, usual: Hours | None, by_date: bool) -> Sort:
    if hours is None:
        return "off" if by_date or usual is not None else "weekend"
    if usual is None:
        return "extra"
    return "short" if hours.end - hours.start < usual.end - usual.start else "working"
