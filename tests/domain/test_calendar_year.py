"""A year of the calendar as people see and change it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.calendar_year import CalendarChange, YearDay, changed, longest_rest, year_of
from domain.holidays_ru import russian_calendar


def day(calendar: WorkingCalendar, date: str) -> YearDay:
    found = dt.date.fromisoformat(date)
    return year_of(calendar, found.year).days[found.timetuple().tm_yday - 1]


def after(**days: object) -> WorkingCalendar:
    """The shipped calendar with changes; `d2027_03_05` stands for the date."""
    wanted = {name[1:].replace("_", "-"): wish for name, wish in days.items()}
    return changed(russian_calendar(), CalendarChange.model_validate({"days": wanted}))


def test_a_year_says_what_each_day_is_and_why() -> None:
    year = year_of(russian_calendar(), 2027)
    assert (len(year.days), year.known, year.working_days, year.short_days) == (365, True, 247, 3)
    sorts = {
        "2027-01-02": "off",  # a holiday on a Saturday
        "2027-01-09": "weekend",
        "2027-01-11": "working",
        "2027-02-20": "extra",
        "2027-04-30": "short",
        "2027-12-31": "off",
    }
    assert {date: day(russian_calendar(), date).sort for date in sorts} == sorts
    assert day(russian_calendar(), "2027-01-07").name.ru == "Рождество Христово"  # type: ignore[union-attr]
    assert not any(one.own for one in year.days)
    assert len(year_of(russian_calendar(), 2028).days) == 366
    assert not year_of(russian_calendar(), 2028).known


@pytest.mark.parametrize(
    ("date", "wish", "sort", "hours"),
    [
        ("2027-03-05", "off", "off", None),
        ("2027-03-05", "short", "short", "09:00-17:00"),
        ("2027-03-06", "working", "extra", "09:00-18:00"),
        ("2027-03-08", "working", "working", "09:00-18:00"),
        ("2027-03-09", {"start": "10:00", "end": "14:00"}, "short", "10:00-14:00"),
    ],
)
def test_a_day_becomes_what_people_wish(date: str, wish: object, sort: str, hours: str | None) -> None:
    found = day(after(**{"d" + date.replace("-", "_"): wish}), date)
    assert (found.sort, str(found.hours) if found.hours else None, found.own) == (sort, hours, True)


def test_back_to_usual_is_the_shipped_calendar_again() -> None:
    there = after(d2027_03_08="working", d2027_01_02="working")
    back = CalendarChange.model_validate({"days": {"2027-03-08": "usual", "2027-01-02": "usual"}})
    restored = changed(there, back)
    assert [one.model_dump() for one in year_of(restored, 2027).days] == [
        one.model_dump() for one in year_of(russian_calendar(), 2027).days
    ]


def test_new_hours_of_the_week_leave_single_days_alone() -> None:
    week = {"mon": {"start": "10:00", "end": "19:00"}, "tue": {"start": "10:00", "end": "19:00"}}
    new = changed(russian_calendar(), CalendarChange.model_validate({"hours": week, "timezone": "Asia/Omsk"}))
    assert (new.timezone, str(day(new, "2027-03-01").hours), day(new, "2027-03-03").sort) == (
        "Asia/Omsk",
        "10:00-19:00",
        "weekend",
    )
    assert day(new, "2027-03-08").sort == "off"
    with pytest.raises(ValueError, match="time zone"):
        changed(russian_calendar(), CalendarChange(timezone="Mars/Phobos"))


def test_a_short_day_stays_an_hour_shorter_whatever_the_hours_of_the_week() -> None:
    calendar = after(d2027_03_05="short")
    for start, end, short in (("10:00", "19:00", "10:00-18:00"), ("08:00", "16:30", "08:00-15:30")):
        week = {name: {"start": start, "end": end} for name in ("mon", "tue", "wed", "thu", "fri")}
        calendar = changed(calendar, CalendarChange.model_validate({"hours": week}))
        dates = ("2027-04-30", "2027-02-20", "2027-03-05")  # before a holiday, a Saturday that works, by hand
        found = [day(calendar, date) for date in dates]
        assert [str(one.hours) for one in found] == [short] * 3
        assert [(one.sort, one.own) for one in found] == [("short", False), ("extra", False), ("short", True)]
        assert year_of(calendar, 2027).short_days == 4
    usual = CalendarChange.model_validate({"days": {"2027-04-30": "usual"}})
    assert str(day(changed(calendar, usual), "2027-04-30").hours) == "08:00-15:30"


def test_the_longest_rest_is_counted() -> None:
    assert longest_rest(russian_calendar()) == 12  # 31 December 2025 to 11 January 2026
    first = dt.date(2027, 3, 1)
    days = {str(first + dt.timedelta(days=n)): "off" for n in range(400)}
    assert longest_rest(changed(russian_calendar(), CalendarChange.model_validate({"days": days}))) >= 400


def test_dates_far_away_are_looked_at_without_the_years_between() -> None:
    far = {"0001-01-01": "off", "9999-12-30": "off", "9999-12-31": "off"}
    calendar = changed(russian_calendar(), CalendarChange.model_validate({"days": far}))
    assert longest_rest(calendar) == 12
    assert longest_rest(calendar.model_copy(update={"days": {}})) == 0


@settings(max_examples=100, deadline=None)
@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_the_longest_rest_is_that_of_all_days_between(off: set[int], on: set[int]) -> None:
    first = dt.date(2026, 11, 2)
    wishes = dict.fromkeys(off, "off") | dict.fromkeys(on, "working")
    days = {str(first + dt.timedelta(days=number)): wish for number, wish in wishes.items()}
    calendar = changed(
        russian_calendar().model_copy(update={"days": {}}), CalendarChange.model_validate({"days": days})
    )
    longest = rest = 0
    for number in range(61):
        found = first + dt.timedelta(days=number)
        if not calendar.days or not min(calendar.days) <= found <= max(calendar.days):
            continue
        hours = calendar.days.get(found, calendar.hours.on(found))
        rest = 0 if hours else rest + 1
        longest = max(longest, rest)
    assert longest_rest(calendar) == longest
