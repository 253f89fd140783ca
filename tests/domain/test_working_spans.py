from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import WorkingCalendar
from domain.durations import Duration
from domain.holidays_ru import russian_calendar
from domain.working_spans import working_spans
from tests.domain.builders import moscow

RUSSIA = russian_calendar()


def test_days_off_are_left_out_and_short_days_are_short() -> None:
    spans = list(working_spans(RUSSIA, dt.date(2026, 3, 6), dt.date(2026, 3, 10)))
    assert spans == [  # Friday; Monday the 9th is off for the 8th of March; Tuesday
        (moscow("2026-03-06T09:00"), moscow("2026-03-06T18:00")),
        (moscow("2026-03-10T09:00"), moscow("2026-03-10T18:00")),
    ]


def test_a_day_that_ends_at_midnight_ends_when_the_next_begins() -> None:
    night = WorkingCalendar.model_validate(
        {"timezone": "Europe/Moscow", "hours": {"mon": {"start": "22:00", "end": "24:00"}}}
    )
    assert list(working_spans(night, dt.date(2026, 3, 2), dt.date(2026, 3, 8))) == [
        (moscow("2026-03-02T22:00"), moscow("2026-03-03T00:00"))
    ]


@given(
    st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 11, 1), timezones=st.just(dt.UTC)),
    st.integers(0, 200),
)
def test_spans_hold_the_working_hours_that_the_calendar_adds(begins: dt.datetime, hours: int) -> None:
    ends = RUSSIA.add(begins, Duration.parse(f"{hours}wh")) if hours else RUSSIA.next_working(begins)
    spans = working_spans(RUSSIA, begins.date() - dt.timedelta(days=1), ends.date() + dt.timedelta(days=1))
    worked = sum(
        (max(min(ends, end) - max(begins, start), dt.timedelta(0)) for start, end in spans), dt.timedelta(0)
    )
    assert worked == dt.timedelta(hours=hours)
