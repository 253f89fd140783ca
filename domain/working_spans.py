"""The working time of a stretch of days, span by span: what sums of working hours are counted from. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from domain.calendar import WorkingCalendar

_DAY = dt.timedelta(days=1)
_MINUTES = 24 * 60


def working_spans(
    calendar: WorkingCalendar, first: dt.date, last: dt.date
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """(begins, ends) of each working day from `first` to `last`, both included: UTC, in order, the end is outside."""
    for number in range((last - first).days + 1):
        day = first + number * _DAY
        hours = calendar.days[day] if day in calendar.days else calendar.hours.on(day)
        if hours is None:
            continue
        begins, ends = _moment(calendar, day, hours.start), _moment(calendar, day, hours.end)
        if begins < ends:  # else the clocks jumped over it
            yield begins, ends


def _moment(calendar: WorkingCalendar, day: dt.date, minutes: int) -> dt.datetime:
    clock = minutes % _MINUTES  # 24:00 is midnight of the day that follows
    return calendar.at(day + minutes // _MINUTES * _DAY, dt.time(clock // 60, clock % 60))
