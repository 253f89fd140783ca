"""Russia's production calendar 2025-2027: five-day week of 40 hours, as data. Nothing here is provisional.

Holidays, and their move from a weekend to the next working day: Labour Code, article 112 (those of January,
and other days off, are moved by the Government's yearly decree). The working day right before a holiday is
one hour shorter (article 95); so is a working Saturday that stands in for such a day.

- 2025: decree 1335 of 04.10.2024 — 4 January to 2 May, 5 January to 31 December, 23 February to 8 May,
  8 March to 13 June, 1 November (a working Saturday) to 3 November.
- 2026: decree 1466 of 24.09.2025 — 3 January to 9 January, 4 January to 31 December.
- 2027: decree 1187 of 17.09.2026 — 2 January to 5 November, 3 January to 31 December, 20 February (a working
  Saturday) to 22 February.

Each year has 247 working days and 1972 working hours. A new year is added when its decree is out (September);
outside these years every Monday to Friday counts as working.
"""

from __future__ import annotations

import datetime as dt

from domain.calendar import WorkingCalendar

FIRST_DAY, LAST_DAY = dt.date(2025, 1, 1), dt.date(2027, 12, 31)
"""The dates that are known officially."""

# Days off, "month: days"; weekends are listed only where they are holidays.
_OFF = {
    2025: "1: 1 2 3 4 5 6 7 8; 2: 23; 3: 8; 5: 1 2 8 9; 6: 12 13; 11: 3 4; 12: 31",
    2026: "1: 1 2 3 4 5 6 7 8 9; 2: 23; 3: 8 9; 5: 1 9 11; 6: 12; 11: 4; 12: 31",
    2027: "1: 1 2 3 4 5 6 7 8; 2: 22 23; 3: 8; 5: 1 3 9 10; 6: 12 14; 11: 4 5; 12: 31",
}
# Working days one hour shorter; 1 November 2025 and 20 February 2027 are the working Saturdays.
_SHORTENED = {
    2025: "3: 7; 4: 30; 6: 11; 11: 1",
    2026: "4: 30; 5: 8; 6: 11; 11: 3",
    2027: "2: 20; 4: 30; 6: 11; 11: 3",
}
_FULL = {"start": "09:00", "end": "18:00"}
_SHORT = {"start": "09:00", "end": "17:00"}


def russian_calendar(timezone: str = "Europe/Moscow") -> WorkingCalendar:
    """Monday to Friday 09:00-18:00 with Russia's holidays, moved and shortened (till 17:00) days.

    ValueError (pydantic's) for an unknown time zone.
    """
    days: dict[dt.date, object] = dict.fromkeys(_dates(_OFF), "off")
    days.update(dict.fromkeys(_dates(_SHORTENED), _SHORT))
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), _FULL)
    return WorkingCalendar.model_validate({"timezone": timezone, "hours": week, "days": days})


def _dates(table: dict[int, str]) -> list[dt.date]:
    """The dates of a table above, in order."""
    return [
        dt.date(year, int(month), int(day))
        for year, line in table.items()
        for month, _, days in (part.partition(":") for part in line.split(";"))
        for day in days.split()
    ]
