"""Whether a value found is the one expected: files by name, money by amount, moments by local time."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from domain.calendar import WorkingCalendar


def same(found: object, wanted: object, calendar: WorkingCalendar) -> bool:
    """Whether the two say the same to a person."""
    if isinstance(wanted, list):
        if not isinstance(found, list) or len(found) != len(wanted):
            return False
        return all(same(one, other, calendar) for one, other in zip(found, wanted, strict=True))
    if isinstance(found, dict) and isinstance(wanted, str):
        return found.get("name") == wanted
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(same(found.get(key), value, calendar) for key, value in wanted.items())
    if found is None or wanted is None or isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(wanted, int | float | Decimal):
        return _number(found) == _number(wanted)
    return found == wanted or _same_moment(found, wanted, calendar)


def local_aware(moment: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """The moment in the organisation's time zone."""
    return moment.astimezone(ZoneInfo(calendar.timezone))


def local_time(moment: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """The organisation's wall clock at this moment, naive."""
    return local_aware(moment, calendar).replace(tzinfo=None)


def shown(value: object) -> str:
    """A value as failure texts show it: a file by its name."""
    if isinstance(value, dict) and set(value) == {"id", "name"}:
        return str(value["name"])
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    return "nothing" if value is None else str(value)


def local_text(value: JsonValue, calendar: WorkingCalendar) -> str | None:
    """An ISO moment as local `YYYY-MM-DDTHH:MM`, or None if it is none."""
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        return None
    local = local_time(moment, calendar) if moment.tzinfo else moment
    return local.strftime("%Y-%m-%dT%H:%M")


def _same_moment(found: object, wanted: object, calendar: WorkingCalendar) -> bool:
    if not isinstance(found, str) or not isinstance(wanted, str) or len(wanted) < len("2026-11-23T10:00"):
        return False
    left, right = local_text(found, calendar), local_text(wanted, calendar)
    return left is not None and left == right


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
