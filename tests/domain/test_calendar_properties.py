"""The working calendar against a brute force that looks at every minute; random calendars and zones.

The reference knows nothing of spans: it walks minute by minute, remembers how far the day has come (the
latest clock time shown so far) and looks that time up in the hours. Windows lie around clock changes.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.calendar import WEEKDAYS, WorkingCalendar
from domain.durations import Duration, Unit

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LENGTH = 20 * 24 * 60  # minutes of a window
MIDDLE = (6 * 24 * 60, 12 * 24 * 60)  # moments are taken from here, so that both sides have room
WINDOWS = [
    ("Europe/Moscow", dt.date(2026, 12, 25)),
    ("Asia/Kathmandu", dt.date(2026, 3, 1)),  # +05:45
    ("America/New_York", dt.date(2026, 2, 27)),  # 02:00 -> 03:00 on 8 March
    ("America/New_York", dt.date(2026, 10, 23)),  # 02:00 -> 01:00 on 1 November
    ("Australia/Lord_Howe", dt.date(2026, 3, 27)),  # half an hour back
    ("Africa/Cairo", dt.date(2026, 4, 15)),  # midnight is skipped
    ("America/Havana", dt.date(2026, 10, 23)),  # 01:00 -> 00:00
    ("America/St_Johns", dt.date(2010, 10, 29)),  # 00:01 -> 23:01 of the day before
    ("America/Sao_Paulo", dt.date(2018, 2, 9)),  # midnight -> 23:00 of the day before
]


class Clock(NamedTuple):
    """Per minute: the moment (UTC), the clock's reading, how far the day has come, that as day and minute."""

    moments: list[dt.datetime]
    shown: list[dt.datetime]
    reached: list[dt.datetime]
    marks: list[tuple[dt.date, int]]


@lru_cache(maxsize=len(WINDOWS))
def clock(zone: str, first: dt.date) -> Clock:
    """The window's minutes, one by one."""
    start = dt.datetime.combine(first, dt.time(), dt.UTC)
    moments = [start + number * MINUTE for number in range(LENGTH)]
    shown = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
    reached = shown[:1]
    for reading in shown[1:]:
        reached.append(max(reading, reached[-1]))
    marks = [(reading.date(), reading.hour * 60 + reading.minute) for reading in reached]
    return Clock(moments, shown, reached, marks)


class Case(NamedTuple):
    """A calendar and its window, with the numbers of the minutes that are working time."""

    calendar: WorkingCalendar
    moments: list[dt.datetime]
    shown: list[dt.datetime]
    reached: list[dt.datetime]
    working: list[int]

    def shift(self, minute: int) -> int:
        """The first working minute from this one on."""
        return self.working[bisect_left(self.working, minute)]

    def shift_or_same(self, minute: int) -> int:
        place = bisect_left(self.working, minute)
        return self.working[place] if place < len(self.working) else minute

    def when(self, local: dt.datetime) -> int:
        return bisect_left(self.reached, local)

    def days(self) -> list[dt.date]:
        """The dates with working time, in order."""
        return list(dict.fromkeys(self.reached[minute].date() for minute in self.working))

    def repeated(self, minute: int) -> bool:
        return self.shown[minute] < self.reached[minute]


def raw_hours() -> st.SearchStrategy[dict[str, str] | str]:
    ordered = st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True).map(sorted)
    quarters = ordered.map(lambda two: [f"{quarter // 4:02d}:{quarter % 4 * 15:02d}" for quarter in two])
    whole = st.just(["00:00", "24:00"])
    times = st.one_of(quarters, whole, st.just(["09:00", "18:00"]))
    return times.map(lambda two: {"start": two[0], "end": two[1]})


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, first = draw(st.sampled_from(WINDOWS))
    week = draw(st.dictionaries(st.sampled_from(WEEKDAYS), raw_hours(), min_size=1))
    dates = st.integers(0, LENGTH // 1440).map(lambda number: (first + number * DAY).isoformat())
    days = draw(st.dictionaries(dates, st.one_of(st.just("off"), raw_hours()), max_size=6))
    moments, shown, reached, marks = clock(zone, first)
    near = [first + number * DAY for number in range(-1, LENGTH // 1440 + 2)]
    table = {day: limits(week, days, day) for day in near}
    working = [number for number, (day, minute) in enumerate(marks) if minute in table[day]]
    calendar = WorkingCalendar.model_validate({"timezone": zone, "hours": week, "days": days})
    return Case(calendar, moments, shown, reached, working)


def limits(week: dict[str, Any], days: dict[str, Any], day: dt.date) -> range:
    """The working minutes of a day, from midnight."""
    raw = days.get(day.isoformat(), week.get(WEEKDAYS[day.weekday()], "off"))
    if raw == "off":
        return range(0)
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (raw["start"], raw["end"]))
    return range(start, end)


minutes = st.integers(*MIDDLE)
amounts = st.integers(1, 4000)
few = settings(max_examples=80, deadline=None)


@few
@given(cases(), minutes)
def test_next_working_is_the_first_working_minute(case: Case, minute: int) -> None:
    assume(bisect_left(case.working, minute) < len(case.working))
    moment, due = case.moments[minute], case.moments[case.shift(minute)]
    assert case.calendar.next_working(moment) == due
    assert case.calendar.next_working(due) == due
    assert case.calendar.is_working(moment) == (moment == due)
    assert case.calendar.is_working(due)


@few
@given(cases(), minutes, amounts, st.booleans())
def test_working_minutes_and_hours_count_working_minutes(
    case: Case, minute: int, amount: int, hours: bool
) -> None:
    unit, size = (Unit.WORKING_HOURS, 60) if hours else (Unit.WORKING_MINUTES, 1)
    place = bisect_left(case.working, minute)
    room = (len(case.working) - place - 1) // size
    assume(room > 0)
    duration = Duration(amount % room + 1, unit)
    due = case.moments[case.working[place + duration.amount * size]]
    assert case.calendar.add(case.moments[minute], duration) == due


@few
@given(cases(), minutes, amounts)
def test_subtract_finds_the_latest_moment_with_that_much_working_time(
    case: Case, minute: int, amount: int
) -> None:
    place = bisect_left(case.working, minute)
    assume(0 < place < len(case.working))
    duration = Duration(amount % place + 1, Unit.WORKING_MINUTES)
    begin = case.calendar.subtract(case.moments[minute], duration)
    assert begin == case.moments[case.working[place - duration.amount]]
    assert case.calendar.add(begin, duration) == case.calendar.next_working(case.moments[minute])


def reference_day(case: Case, minute: int, count: int) -> tuple[dt.date, int] | None:
    """`count` working days from the minute: that date, and the minute of the same clock time."""
    if bisect_left(case.working, minute) == len(case.working):
        return None
    start, days = case.shift(minute), case.days()
    today = case.reached[start].date()
    place = days.index(today) + count
    if not 1 <= place < len(days) - 1:  # the window's first and last days are cut off
        return None
    local = dt.datetime.combine(days[place], case.shown[start].time())
    return days[place], case.when(local)


@few
@given(cases(), minutes, st.integers(1, 8))
def test_working_days_forwards(case: Case, minute: int, count: int) -> None:
    found = reference_day(case, minute, count)
    assume(found is not None)
    assert found is not None
    assume(bisect_left(case.working, found[1]) < len(case.working))
    due = case.moments[case.shift(found[1])]
    assert case.calendar.add(case.moments[minute], Duration(count, Unit.WORKING_DAYS)) == due


@few
@given(cases(), minutes, st.integers(1, 5))
def test_working_days_backwards_stay_on_that_day(case: Case, minute: int, count: int) -> None:
    found = reference_day(case, minute, -count)
    assume(found is not None)
    assert found is not None
    day, same_time = found
    of_day = [number for number in case.working if case.reached[number].date() == day]
    due = min(max(same_time, of_day[0]), of_day[-1])
    duration = Duration(count, Unit.WORKING_DAYS)
    begin = case.calendar.subtract(case.moments[minute], duration)
    assert begin == case.moments[due]
    start = case.shift(minute)
    if (
        due == same_time
        and case.shown[due] == case.reached[due]
        and case.shown[due].time() == case.shown[start].time()
    ):
        assume(not case.repeated(start))
        assert case.calendar.add(begin, duration) == case.moments[start]


@few
@given(cases(), minutes, st.integers(1, 5), st.booleans())
def test_days_keep_the_clock_time(case: Case, minute: int, count: int, back: bool) -> None:
    change: Callable[..., dt.datetime] = case.calendar.subtract if back else case.calendar.add
    due = case.when(case.shown[minute] + (-count if back else count) * DAY)
    assert change(case.moments[minute], Duration(count, Unit.DAYS)) == case.moments[due]


@few
@given(cases(), minutes, st.integers(0, 3000), st.integers(1, 40), st.sampled_from(Unit), st.booleans())
def test_later_moments_are_due_later(
    case: Case, minute: int, later: int, amount: int, unit: Unit, working: bool
) -> None:
    duration = Duration(amount, unit)
    other = min(minute + later, LENGTH - 1)
    if unit in (Unit.DAYS, Unit.WEEKS, Unit.WORKING_DAYS):  # in a repeated hour the clock itself goes back
        assume(not case.repeated(other) and not case.repeated(case.shift_or_same(other)))
    first = case.calendar.add(case.moments[minute], duration, working)
    second = case.calendar.add(case.moments[other], duration, working)
    assert first <= second
    assert first > case.moments[minute]


@few
@given(cases(), st.integers(4, 16))
def test_a_date_starts_at_its_first_working_minute(case: Case, number: int) -> None:
    day = case.reached[0].date() + number * DAY
    own = [minute for minute in case.working if case.reached[minute].date() >= day]
    assume(own)
    assert case.calendar.start_of_working_day(day) == case.moments[own[0]]
    assert case.calendar.is_working_day(day) == (case.reached[own[0]].date() == day)
