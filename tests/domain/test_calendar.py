"""The working calendar by example: tables a person can check against a wall calendar."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.calendar import WorkingCalendar
from domain.durations import Duration
from domain.holidays_ru import russian_calendar

FULL = {"start": "09:00", "end": "18:00"}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), FULL)
RUSSIA = russian_calendar()


def calendar(zone: str = "Europe/Moscow", **parts: Any) -> WorkingCalendar:
    return WorkingCalendar.model_validate({"timezone": zone, "hours": WEEK} | parts)


def at(text: str, zone: str = "Europe/Moscow", fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC)


def add(moment: str, duration: str, working: bool = False) -> dt.datetime:
    return RUSSIA.add(at(moment), Duration.parse(duration), working)


@pytest.mark.parametrize(
    ("moment", "duration", "due"),
    [
        ("2026-11-20 17:30", "1wd", "2026-11-23 17:30"),  # Friday evening -> Monday evening
        ("2026-11-20 18:00", "1wd", "2026-11-24 09:00"),  # after work: counts from Monday 09:00
        ("2026-11-21 12:00", "1wd", "2026-11-24 09:00"),  # Saturday
        ("2026-11-20 08:59", "1wd", "2026-11-23 09:00"),  # before work
        ("2026-11-16 10:00", "5wd", "2026-11-23 10:00"),
        ("2026-12-30 17:30", "1wd", "2027-01-11 17:30"),  # over New Year 2026/27
        ("2026-12-31 12:00", "2wd", "2027-01-13 09:00"),
        ("2026-12-29 10:00", "3wd", "2027-01-12 10:00"),
        ("2025-12-30 10:00", "1wd", "2026-01-12 10:00"),
        ("2026-04-29 17:30", "1wd", "2026-05-04 09:00"),  # 30 April ends at 17:00: next working moment
        ("2026-04-29 17:00", "1wd", "2026-05-04 09:00"),  # half-open
        ("2026-04-29 16:59", "1wd", "2026-04-30 16:59"),
        ("2026-04-29 17:30", "2wd", "2026-05-04 17:30"),
        ("2025-10-31 10:00", "1wd", "2025-11-01 10:00"),  # the working Saturday
        ("2025-10-31 10:00", "2wd", "2025-11-05 10:00"),
        ("2027-02-19 17:30", "1wd", "2027-02-24 09:00"),  # the working Saturday is shortened
        ("2026-11-20 17:00", "1wh", "2026-11-23 09:00"),  # used up at 18:00, which is not working time
        ("2026-11-20 09:00", "9wh", "2026-11-23 09:00"),
        ("2026-11-20 09:00", "540wm", "2026-11-23 09:00"),
        ("2026-11-20 09:00", "539wm", "2026-11-20 17:59"),
        ("2026-11-20 16:00", "4wh", "2026-11-23 11:00"),
        ("2026-11-21 16:00", "4wh", "2026-11-23 13:00"),
        ("2026-04-30 16:00", "2wh", "2026-05-04 10:00"),  # shortened day
        ("2026-12-30 17:00", "10wh", "2027-01-12 09:00"),
        ("2026-11-20 17:30:15.000250", "1wh", "2026-11-23 09:30:15.000250"),
        ("2026-11-20 17:30", "59m", "2026-11-20 18:29"),
        ("2026-11-20 17:30", "1h", "2026-11-20 18:30"),
        ("2026-12-30 17:30", "60d", "2027-02-28 17:30"),
        ("2026-11-20 17:30", "2w", "2026-12-04 17:30"),
    ],
)
def test_add(moment: str, duration: str, due: str) -> None:
    result = add(moment, duration)
    assert result == at(due)
    assert result.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    ("moment", "duration", "due"),
    [
        ("2026-11-20 17:30", "30m", "2026-11-23 09:00"),  # lands on 18:00
        ("2026-11-20 17:30", "29m", "2026-11-20 17:59"),
        ("2026-11-18 12:00", "3d", "2026-11-23 09:00"),
        ("2026-12-30 12:00", "2w", "2027-01-13 12:00"),
        ("2026-11-20 09:00", "9wh", "2026-11-23 09:00"),
    ],
)
def test_add_shifted_into_working_time(moment: str, duration: str, due: str) -> None:
    assert add(moment, duration, working=True) == at(due)


@pytest.mark.parametrize(
    ("moment", "duration", "due"),
    [
        ("2026-11-23 10:00", "1wd", "2026-11-20 10:00"),
        ("2026-11-22 10:00", "1wd", "2026-11-20 09:00"),  # Sunday counts as Monday 09:00
        ("2027-01-11 17:30", "1wd", "2026-12-30 17:30"),
        ("2026-05-04 17:30", "1wd", "2026-04-30 16:59"),  # stays on the shortened day
        ("2026-05-04 17:00", "1wd", "2026-04-30 16:59"),
        ("2025-11-05 10:00", "1wd", "2025-11-01 10:00"),
        ("2026-11-23 10:00", "2wh", "2026-11-20 17:00"),
        ("2026-11-23 10:00", "1wh", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "9wh", "2026-11-20 09:00"),
        ("2026-11-22 10:00", "30wm", "2026-11-20 17:30"),
        ("2026-11-23 10:00", "15m", "2026-11-23 09:45"),
        ("2026-11-23 00:30", "1h", "2026-11-22 23:30"),
        ("2026-11-23 10:00", "3d", "2026-11-20 10:00"),
        ("2026-11-23 10:00", "1w", "2026-11-16 10:00"),
    ],
)
def test_subtract(moment: str, duration: str, due: str) -> None:
    assert RUSSIA.subtract(at(moment), Duration.parse(duration)) == at(due)


def test_hours_that_start_later_hold_the_time_off() -> None:
    late = calendar(days={"2026-11-24": {"start": "12:00", "end": "20:00"}})
    day = Duration.parse("1wd")
    assert late.add(at("2026-11-23 10:00"), day) == at("2026-11-24 12:00")
    assert late.subtract(at("2026-11-25 10:00"), day) == at("2026-11-24 12:00")
    assert late.add(at("2026-11-24 19:00"), day) == at("2026-11-26 09:00")


@pytest.mark.parametrize(
    ("moment", "next_moment"),
    [
        ("2026-11-20 08:59:59", "2026-11-20 09:00"),
        ("2026-11-20 09:00", "2026-11-20 09:00"),
        ("2026-11-20 17:59:59.999999", "2026-11-20 17:59:59.999999"),
        ("2026-11-20 18:00", "2026-11-23 09:00"),
        ("2026-12-30 18:00", "2027-01-11 09:00"),
        ("2025-11-01 16:59", "2025-11-01 16:59"),
        ("2025-11-01 17:00", "2025-11-05 09:00"),
    ],
)
def test_next_working_and_is_working(moment: str, next_moment: str) -> None:
    assert RUSSIA.next_working(at(moment)) == at(next_moment)
    assert RUSSIA.is_working(at(moment)) == (moment == next_moment)


@pytest.mark.parametrize(
    ("day", "works", "start"),
    [
        ("2026-11-20", True, "2026-11-20 09:00"),
        ("2026-11-21", False, "2026-11-23 09:00"),
        ("2025-11-01", True, "2025-11-01 09:00"),
        ("2027-01-01", False, "2027-01-11 09:00"),
        ("2026-12-31", False, "2027-01-11 09:00"),
    ],
)
def test_days(day: str, works: bool, start: str) -> None:
    date = dt.date.fromisoformat(day)
    assert RUSSIA.is_working_day(date) is works
    assert RUSSIA.start_of_working_day(date) == at(start)
    assert RUSSIA.at(date, dt.time(14, 30)) == at(f"{day} 14:30")


def test_days_are_those_of_the_calendars_zone() -> None:
    evening = dt.datetime(2026, 11, 20, 22, 0, tzinfo=dt.UTC)
    assert RUSSIA.local_day(evening) == dt.date(2026, 11, 21)
    assert russian_calendar("Asia/Vladivostok").next_working(evening) == at(
        "2026-11-23 09:00", "Asia/Vladivostok"
    )
    assert russian_calendar("America/New_York").is_working(evening - dt.timedelta(hours=1))


NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("moment", "fold", "duration", "due"),
    [
        ("2026-03-07 02:30", 0, "1d", "2026-03-08 03:00"),  # 02:30 is skipped: the moment of the jump
        ("2026-03-07 12:00", 0, "1d", "2026-03-08 12:00"),  # 23 hours
        ("2026-03-07 12:00", 0, "1w", "2026-03-14 12:00"),
        ("2026-03-07 12:00", 0, "24h", "2026-03-08 13:00"),
        ("2026-10-31 12:00", 0, "1d", "2026-11-01 12:00"),  # 25 hours
        ("2026-10-31 01:30", 0, "1d", "2026-11-01 01:30"),  # comes twice: the first
        ("2026-11-01 01:30", 0, "1d", "2026-11-02 01:30"),
        ("2026-11-01 01:30", 1, "1d", "2026-11-02 01:30"),
        ("2026-10-30 12:00", 0, "1wd", "2026-11-02 12:00"),
    ],
)
def test_clock_changes(moment: str, fold: int, duration: str, due: str) -> None:
    assert calendar(NEW_YORK).add(at(moment, NEW_YORK, fold), Duration.parse(duration)) == at(due, NEW_YORK)


def test_working_hours_over_a_clock_change_are_real_hours() -> None:
    nights = calendar(NEW_YORK, hours={"sun": {"start": "00:00", "end": "24:00"}})
    start = at("2026-03-08 00:00", NEW_YORK)
    assert nights.add(start, Duration.parse("22wh")) == at("2026-03-08 23:00", NEW_YORK)
    assert nights.add(start, Duration.parse("23wh")) == at("2026-03-15 00:00", NEW_YORK)
    second = dt.datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo(NEW_YORK), fold=1)
    assert nights.is_working(second)
    assert nights.add(second, Duration.parse("22wh")) == at("2026-11-01 23:30", NEW_YORK)


def test_moments_of_any_zone_count_the_same() -> None:
    there = dt.datetime(2026, 3, 7, 12, tzinfo=ZoneInfo(NEW_YORK))
    for text in ("24h", "1d", "4wh", "1wd"):
        duration, moment = Duration.parse(text), there.astimezone(dt.UTC)
        for result in (
            RUSSIA.add(there, duration),
            RUSSIA.subtract(there, duration),
            RUSSIA.next_working(there),
        ):
            assert result.tzinfo is dt.UTC
        assert RUSSIA.add(there, duration) == RUSSIA.add(moment, duration)
        assert RUSSIA.subtract(there, duration) == RUSSIA.subtract(moment, duration)


def test_a_day_that_begins_twice_has_begun_the_first_time() -> None:
    zone = "America/St_Johns"  # on 7 November 2010 at 00:01 the clock went back to 23:01 of Saturday
    sundays = calendar(zone, hours={"sun": {"start": "00:00", "end": "24:00"}})
    saturday = at("2010-11-06 23:31", zone, fold=1)
    assert sundays.is_working(saturday)
    assert sundays.subtract(saturday, Duration.parse("31wm")) == at("2010-11-07 00:00", zone)
    assert sundays.add(saturday, Duration.parse("30wm")) == at("2010-11-07 00:01", zone)


def test_naive_moments_and_datetimes_as_dates_are_refused() -> None:
    naive = dt.datetime(2026, 11, 20, 12)
    hour = Duration.parse("1h")
    for call in (RUSSIA.is_working, RUSSIA.next_working, RUSSIA.local_day):
        with pytest.raises(ValueError, match="no time zone"):
            call(naive)
    for change in (RUSSIA.add, RUSSIA.subtract):
        with pytest.raises(ValueError, match="no time zone"):
            change(naive, hour)
    with pytest.raises(ValueError, match="is not a date"):
        RUSSIA.is_working_day(at("2026-11-20 12:00"))


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_far_away_moments_are_refused(year: int) -> None:
    with pytest.raises(ValueError, match="outside the years 1900 to 2200"):
        RUSSIA.next_working(dt.datetime(year, 6, 1, tzinfo=dt.UTC))
    with pytest.raises(ValueError, match="outside the years 1900 to 2200"):
        RUSSIA.is_working_day(dt.date(year, 6, 1))


def all_off(first: str, days: int) -> dict[dt.date, str]:
    start = dt.date.fromisoformat(first)
    return {start + dt.timedelta(days=number): "off" for number in range(days)}


def test_two_years_without_work_are_refused() -> None:
    closed = calendar(days=all_off("2026-01-01", 800))
    for moment in ("2026-01-01 12:00", "2025-12-31 18:00"):
        with pytest.raises(ValueError, match="no working day within two years"):
            closed.next_working(at(moment))
    with pytest.raises(ValueError, match="no working day within two years of 2025-12-31"):
        closed.add(at("2025-12-31 12:00"), Duration.parse("1wd"))
    with pytest.raises(ValueError, match="no working day within two years"):
        closed.subtract(at("2028-03-20 12:00"), Duration.parse("100wh"))
    assert calendar(days=all_off("2026-01-01", 725)).next_working(at("2026-01-01")) == at("2027-12-27 09:00")


def test_too_little_working_time_is_refused_soon() -> None:
    minute = calendar(hours={"mon": {"start": "09:00", "end": "09:01"}})
    with pytest.raises(ValueError, match="too little working time"):
        minute.add(at("2026-11-20 12:00"), Duration.parse("20800wh"))


def test_ten_years_of_working_time_take_no_minute_loop() -> None:
    begin = time.process_time()
    for text in ("2600wd", "20800wh", "1248000wm"):
        RUSSIA.subtract(add("2026-11-20 12:00", text), Duration.parse(text))
    assert time.process_time() - begin < 2  # measured: 0.1 s
