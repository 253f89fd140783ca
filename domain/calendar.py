"""The organisation's working calendar: which moments are working time, and what is due when.

Pure. Moments come in as timezone-aware datetimes (a naive one raises ValueError) and go out as UTC-aware
datetimes. Days are dates of the calendar's own time zone.

Each working day is ONE half-open span: at 18:00 a 09:00-18:00 day is over. Where clocks are put forward or
back (DST), a clock time means *the first moment at which the day has come that far*: a time that is skipped
means the moment of the jump (02:30 becomes 03:00), a time that comes twice means its first occurrence. So a
span may hold an hour less or more of real time; working hours are counted in real time.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, WrapSerializer, field_validator, model_validator

from domain.base import Strict
from domain.durations import Duration, Unit

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)
_LONGEST_GAP = 731 * _DAY  # without a working day: two years
_LONGEST_WALK = 60 * 366  # dates that one calculation may look over: sixty years
_YEARS = range(1900, 2201)  # moments that are taken
_MACHINE_ZONES = ("posix/", "right/", "localtime", "posixrules", "Factory")  # differ from machine to machine


def _read_clock(value: object) -> object:
    """`"09:00"` -> 540, minutes from midnight. Numbers are minutes: YAML reads an unquoted 18:00 as 1080."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 24 * 60:
        return value
    found = re.fullmatch(r"([0-9]{2}):([0-5][0-9])", value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not 0 <= minutes <= 24 * 60:
        raise ValueError(f"{value!r} is not a clock time. It is written HH:MM, from 00:00 to 24:00.")
    return minutes


def _write_clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _read_date(value: object) -> object:
    """A date or its ISO text; refuses the timestamps and numbers that pydantic would take for dates."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return value
    return _plain_date(value)


def _plain_date(value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    raise ValueError(f"{value!r} is not a date. It is written YYYY-MM-DD.")


def _read_off(value: object) -> object:
    """`off`, and the false that YAML makes of an unquoted off, mean a day off."""
    return None if value is False or value == "off" else value


def _write_off(value: Any, write: Callable[[Any], Any]) -> Any:
    return "off" if value is None else write(value)


Clock = Annotated[int, BeforeValidator(_read_clock), PlainSerializer(_write_clock)]
"""Minutes from midnight, 0..1440; text HH:MM outside."""


class Hours(Strict):
    """Working hours of one day, half-open: `end` is outside. A shift over midnight is two days' hours."""

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"Working hours {self} must end later than they start.")
        return self

    def __str__(self) -> str:
        return f"{_write_clock(self.start)}-{_write_clock(self.end)}"


DayHours = Annotated[Hours | None, BeforeValidator(_read_off), WrapSerializer(_write_off)]
"""None is a day off; `off` outside."""
Day = Annotated[dt.date, BeforeValidator(_read_date)]


class WeekHours(Strict):
    """Working hours per weekday; a weekday that is left out is off. At least one works (else ValueError)."""

    mon: DayHours = None
    tue: DayHours = None
    wed: DayHours = None
    thu: DayHours = None
    fri: DayHours = None
    sat: DayHours = None
    sun: DayHours = None

    @model_validator(mode="after")
    def _some_day_works(self) -> Self:
        if all(getattr(self, name) is None for name in WEEKDAYS):
            raise ValueError("A working calendar needs at least one weekday with working hours.")
        return self

    def on(self, day: dt.date) -> Hours | None:
        hours: Hours | None = getattr(self, WEEKDAYS[day.weekday()])
        return hours


class _Span(NamedTuple):
    """The working time of one day: UTC moments, `end` is outside."""

    day: dt.date
    start: dt.datetime
    end: dt.datetime


class WorkingCalendar(Strict):
    """Working time of the organisation; `days` overrides `hours` by date (day off, moved, shortened)."""

    timezone: str
    hours: WeekHours
    days: dict[Day, DayHours] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            known = not name.startswith(_MACHINE_ZONES) and ZoneInfo(name) is not None
        except (KeyError, ValueError, OSError):
            known = False
        if not known:
            raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Moscow.")
        return name

    def is_working(self, moment: dt.datetime) -> bool:
        """Whether the moment lies in working hours."""
        moment = _utc(moment)  # Python never finds a repeated clock time equal to a moment of another zone
        return self.next_working(moment) == moment

    def is_working_day(self, day: dt.date) -> bool:
        """Whether the date (of the calendar's zone) has any working time. A datetime raises ValueError."""
        return self._span(_checked_year(_plain_date(day))) is not None

    def next_working(self, moment: dt.datetime) -> dt.datetime:
        """The earliest working moment >= this one, UTC. ValueError when none comes within two years."""
        moment = _utc(moment)
        return max(moment, next(self._spans_after(moment)).start)

    def start_of_working_day(self, day: dt.date) -> dt.datetime:
        """When that day starts, or the next working day if it is off. UTC; errors as `next_working`."""
        return next(self._spans(_checked_year(_plain_date(day)), 1)).start

    def at(self, day: dt.date, clock: dt.time) -> dt.datetime:
        """That date at that clock time of the calendar's zone, UTC, working or not (DST: see the module)."""
        return self._resolve(dt.datetime.combine(_checked_year(_plain_date(day)), clock))

    def local_day(self, moment: dt.datetime) -> dt.date:
        """The date on the organisation's wall at this moment."""
        return self._local(_utc(moment)).date()

    def add(self, moment: dt.datetime, duration: Duration, working: bool = False) -> dt.datetime:
        """The moment that is `duration` later, UTC; `working` shifts the result into working time.

        - `m`, `h`: exactly that much later. `d`, `w`: that many dates later, same clock time (DST: see the
          module; from a repeated clock time the result is the same on both occurrences).
        - `wm`, `wh`: the moment is shifted into working time, then that much working time passes. The result
          is a working moment itself: 09:00 + 9wh on a 09:00-18:00 day is the start of the next working day.
        - `wd`: the moment is shifted into working time, then that many working days later, same clock time.
          Where that day's hours do not hold that time: the next working moment after it (too early: that
          day's start; too late: the next working day's start).
        ValueError for a naive moment, and where the calendar offers no such working time.
        """
        moment = _utc(moment)
        if duration.unit is Unit.WORKING_DAYS:
            return self.next_working(self._working_days_off(moment, duration.amount)[1])
        if duration.is_working:
            return self._add_working(moment, duration.span)
        due = self._shift(moment, duration, 1)
        return self.next_working(due) if working else due

    def subtract(self, moment: dt.datetime, duration: Duration) -> dt.datetime:
        """The moment that is `duration` earlier, UTC: for robots *before* a date. Errors as `add`.

        - `m`, `h`, `d`, `w`: as `add`, backwards.
        - `wm`, `wh`: the latest working moment with that much working time between it and `moment`; adding
          the same again gives `next_working(moment)`.
        - `wd`: the moment is shifted (forwards) into working time, then that many working days earlier, same
          clock time. The result stays on that day: where its hours do not hold that time, it is the day's
          start (too early) or one minute before its end (too late).
        """
        moment = _utc(moment)
        if duration.unit is Unit.WORKING_DAYS:
            span, due = self._working_days_off(moment, -duration.amount)
            return max(span.start, due if due < span.end else span.end - _MINUTE)
        if duration.is_working:
            return self._subtract_working(moment, duration.span)
        return self._shift(moment, duration, -1)

    def _shift(self, moment: dt.datetime, duration: Duration, sign: int) -> dt.datetime:
        if duration.unit in (Unit.DAYS, Unit.WEEKS):
            return self._resolve(self._local(moment) + sign * duration.span)
        return moment + sign * duration.span

    def _working_days_off(self, moment: dt.datetime, count: int) -> tuple[_Span, dt.datetime]:
        """The working day `count` from that of `moment` (shifted forwards), and the same clock time on it."""
        today = next(self._spans_after(moment))
        clock = self._local(max(moment, today.start)).time()
        spans = self._spans(today.day, 1 if count > 0 else -1)
        for _ in range(abs(count)):
            next(spans)
        there = next(spans)
        return there, self._resolve(dt.datetime.combine(there.day, clock))

    def _add_working(self, moment: dt.datetime, left: dt.timedelta) -> dt.datetime:
        for span in self._spans_after(moment):
            begin = max(moment, span.start)
            if left < span.end - begin:
                return begin + left
            left -= span.end - begin
        raise AssertionError("spans never end")

    def _subtract_working(self, moment: dt.datetime, left: dt.timedelta) -> dt.datetime:
        tomorrow = self._local(moment).date() + _DAY  # has begun already where clocks go back at 00:01
        for span in self._spans(tomorrow, -1):
            end = min(moment, span.end)
            if left <= end - span.start:
                return end - left
            left -= max(end - span.start, dt.timedelta(0))
        raise AssertionError("spans never end")

    def _spans_after(self, moment: dt.datetime) -> Iterator[_Span]:
        """Working days that end after the moment, in order."""
        return (span for span in self._spans(self._local(moment).date(), 1) if span.end > moment)

    def _spans(self, day: dt.date, step: int) -> Iterator[_Span]:
        """Working days from this date on, forwards (step 1) or backwards (-1); ends by ValueError only."""
        last = day
        for number in range(_LONGEST_WALK):
            date = day + number * step * _DAY
            span = self._span(date)
            if span is not None:
                last = date
                yield span
            elif abs(date - last) > _LONGEST_GAP:
                raise ValueError(f"The working calendar has no working day within two years of {last}.")
        raise ValueError(
            f"The working calendar has too little working time: 60 years from {day} are not enough."
        )

    def _span(self, day: dt.date) -> _Span | None:
        hours = self.days[day] if day in self.days else self.hours.on(day)
        if hours is None:
            return None
        midnight = dt.datetime.combine(day, dt.time())
        start = self._resolve(midnight + hours.start * _MINUTE)
        end = self._resolve(midnight + hours.end * _MINUTE)
        return _Span(day, start, end) if start < end else None

    def _local(self, moment: dt.datetime) -> dt.datetime:
        """The wall clock at this moment, naive."""
        return moment.astimezone(ZoneInfo(self.timezone)).replace(tzinfo=None)

    def _resolve(self, local: dt.datetime) -> dt.datetime:
        """The first moment at which the local clock has come as far as this naive time, UTC."""
        zone = ZoneInfo(self.timezone)
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
        return first if first <= second else _jump(zone, second, first)


def _jump(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The moment between the two (UTC) at which the zone's clock is put forward, to the second."""
    offset = before.astimezone(zone).utcoffset()
    low, high = 0, round((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + dt.timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return (before + dt.timedelta(seconds=high)).replace(microsecond=0)


def _utc(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError(f"The moment {moment} has no time zone; the calendar takes aware moments only.")
    _checked_year(moment.date())
    return moment.astimezone(dt.UTC)


def _checked_year(day: dt.date) -> dt.date:
    if day.year not in _YEARS:
        raise ValueError(f"The date {day:%Y-%m-%d} is outside the years {_YEARS[0]} to {_YEARS[-1]}.")
    return day
