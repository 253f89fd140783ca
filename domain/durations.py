"""Durations as pipelines write them: `15m`, `1h`, `3d`, `2w` (calendar) and `2wd`, `4wh`, `30wm` (working).

A duration is a number and a unit, kept as written: `60m` and `1h` last the same but are different values.
How long it is in real time depends on the moment and the working calendar: see `domain.calendar`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

ACCEPTED = (
    "a whole number above zero and a unit, without a space: 15m (minutes), 1h (hours), 3d (days), "
    "2w (weeks), 30wm (working minutes), 4wh (working hours), 2wd (working days)"
)
_PATTERN = r"([1-9][0-9]{0,8})(m|h|d|wd|wh|wm|w)"


class Unit(StrEnum):
    """What a duration counts; the value is the spelling in pipelines."""

    MINUTES = "m"
    HOURS = "h"
    DAYS = "d"
    WEEKS = "w"
    WORKING_MINUTES = "wm"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"


# Ten years in every unit. Working units count a full year of a 40-hour, five-day week: 260 days of 8 hours.
_TEN_YEARS = {
    Unit.MINUTES: 3650 * 24 * 60,
    Unit.HOURS: 3650 * 24,
    Unit.DAYS: 3650,
    Unit.WEEKS: 520,
    Unit.WORKING_MINUTES: 2600 * 8 * 60,
    Unit.WORKING_HOURS: 2600 * 8,
    Unit.WORKING_DAYS: 2600,
}
_LENGTH = {
    Unit.MINUTES: dt.timedelta(minutes=1),
    Unit.HOURS: dt.timedelta(hours=1),
    Unit.DAYS: dt.timedelta(days=1),
    Unit.WEEKS: dt.timedelta(weeks=1),
    Unit.WORKING_MINUTES: dt.timedelta(minutes=1),
    Unit.WORKING_HOURS: dt.timedelta(hours=1),
    Unit.WORKING_DAYS: dt.timedelta(days=1),
}
_WORKING = frozenset({Unit.WORKING_MINUTES, Unit.WORKING_HOURS, Unit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time, above zero and at most ten years; a pydantic field type, text outside."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Holds the limits for values made in code too; raises ValueError."""
        if self.amount < 1:
            raise ValueError(f"A duration is {ACCEPTED}. Its number cannot be {self.amount!r}.")
        limit = _TEN_YEARS[self.unit]
        if self.amount > limit:
            raise ValueError(f"The duration {self} is longer than ten years; at most {limit}{self.unit}.")

    @classmethod
    def parse(cls, text: object) -> Duration:
        """Reads text such as `2wd`; a Duration is returned as it is. Anything else raises ValueError."""
        if isinstance(text, Duration):
            return text
        found = re.fullmatch(_PATTERN, text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"{text!r} is not a duration. A duration is {ACCEPTED}.")
        return cls(int(found[1]), Unit(found[2]))

    @property
    def is_working(self) -> bool:
        """True when only working time counts: `wm`, `wh`, `wd`."""
        return self.unit in _WORKING

    @property
    def span(self) -> dt.timedelta:
        """How much of what its unit counts: time, dates (`d`, `w`), working time or working days."""
        return self.amount * _LENGTH[self.unit]

    def __str__(self) -> str:
        """The spelling it was read from, such as `2wd`."""
        return f"{self.amount}{self.unit.value}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text in, Duration in the model, text out (in Python dumps as well as in JSON)."""
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.to_string_ser_schema(when_used="always")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _: CoreSchema, __: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string with a pattern, for editors and the API description."""
        return {"type": "string", "pattern": f"^{_PATTERN}$", "examples": ["15m", "1h", "3d", "2wd", "4wh"]}
