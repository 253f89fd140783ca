"""The working calendar as data: what is refused and how, what YAML makes of it, and that it dumps as read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from domain.calendar import WorkingCalendar

FULL = {"start": "09:00", "end": "18:00"}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), FULL)


def calendar(zone: str = "Europe/Moscow", **parts: Any) -> WorkingCalendar:
    return WorkingCalendar.model_validate({"timezone": zone, "hours": WEEK} | parts)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"zone": "Europe/Moskva"}, "not an IANA time zone"),
        ({"zone": "../etc/passwd"}, "not an IANA time zone"),
        ({"zone": "Europe"}, "not an IANA time zone"),
        ({"zone": ""}, "not an IANA time zone"),
        ({"zone": "localtime"}, "not an IANA time zone"),
        ({"zone": "right/Europe/Moscow"}, "not an IANA time zone"),
        ({"hours": {}}, "at least one weekday"),
        ({"hours": {"mon": "off", "tue": None}}, "at least one weekday"),
        ({"hours": {"mo": FULL}}, "Extra inputs"),
        ({"hours": {"mon": {"start": "18:00", "end": "09:00"}}}, "18:00-09:00 must end later"),
        ({"hours": {"mon": {"start": "09:00", "end": "09:00"}}}, "must end later"),
        ({"hours": {"mon": {"start": "9:00", "end": "18:00"}}}, "not a clock time"),
        ({"hours": {"mon": {"start": "09:00", "end": "24:01"}}}, "not a clock time"),
        ({"hours": {"mon": {"start": True, "end": 1441}}}, "True is not a clock time"),
        ({"days": {"2026-02-30": "off"}}, "date"),
        ({"days": {"1767225600": "off"}}, "is not a date"),
        ({"days": {"2026-01-01": "free"}}, "Hours"),
        ({"holidays": {}}, "Extra inputs"),
    ],
)
def test_wrong_calendars_are_refused(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        calendar(**parts)


def test_reads_what_yaml_makes_of_unquoted_values() -> None:
    quoted = calendar(
        hours=WEEK | {"sat": "off"},
        days={"2026-01-01": "off", "2026-01-02": {"start": "00:00", "end": "24:00"}},
    )
    hours: dict[str, Any] = {day: {"start": "09:00", "end": 1080} for day in WEEK} | {"sat": False}
    assert (
        calendar(
            hours=hours, days={dt.date(2026, 1, 1): False, dt.date(2026, 1, 2): {"start": 0, "end": 1440}}
        )
        == quoted
    )


def test_dumps_to_what_it_was_read_from() -> None:
    parts = {"2026-01-01": "off", "2026-01-10": {"start": "00:00", "end": "24:00"}}
    one = calendar(days=parts)
    dumped = one.model_dump(mode="json")
    assert dumped["days"] == parts
    assert dumped["hours"]["mon"] == FULL
    assert dumped["hours"]["sun"] == "off"
    assert WorkingCalendar.model_validate_json(one.model_dump_json()) == one
    assert WorkingCalendar.model_validate(one.model_dump()) == one
