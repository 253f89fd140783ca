"""Reading 1C's objects: each reader says in words what was expected where something else stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from activities.onec_client.errors import BadAnswer
from activities.onec_client.odata import Row

_LONGEST_TEXT = 10_000
_NO_REFERENCE = "00000000-0000-0000-0000-000000000000"
_NO_MOMENT = "0001-01-01T00:00:00"
_A_DATE = "a date such as 2026-01-31T12:00:00"
_LARGEST = Decimal(10) ** 15
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # no database keeps all of these


class Reader:
    """One object, or one line of a tabular section. Errors: BadAnswer, quoting names and never values."""

    def __init__(self, place: str, row: Row) -> None:
        self._place = place
        self._row = row

    def text(self, name: str) -> str:
        """A text, stripped, without control characters; empty where 1C has none. Longer ones are cut."""
        value = self._get(name)
        if not isinstance(value, str):
            raise self._wrong(name, "a text")
        return _UNPRINTABLE.sub("", value).strip()[:_LONGEST_TEXT]

    def flag(self, name: str) -> bool:
        """Yes or no."""
        value = self._get(name)
        if not isinstance(value, bool):
            raise self._wrong(name, "yes/no")
        return value

    def number(self, name: str) -> Decimal:
        """A number, also where 1C writes it as a text. Decimal."""
        value = self._get(name)
        try:
            number = Decimal(value) if isinstance(value, str | Decimal) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= _LARGEST:
            raise self._wrong(name, "a number")
        return number

    def reference(self, name: str) -> str | None:
        """A GUID; None where the reference is empty."""
        value = self._get(name)
        try:
            guid = str(UUID(value)) if isinstance(value, str) else ""
        except ValueError:
            guid = ""
        if not guid:
            raise self._wrong(name, "a reference (GUID)")
        return None if guid == _NO_REFERENCE else guid

    def moment(self, name: str, zone: tzinfo) -> datetime | None:
        """A moment in UTC, read as local time of `zone`; None where 1C's date is empty."""
        value = self._get(name)
        if not isinstance(value, str):
            raise self._wrong(name, _A_DATE)
        if value.startswith(_NO_MOMENT):
            return None
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._wrong(name, _A_DATE) from None

    def version(self) -> str:
        """`DataVersion`, which changes with every change of the object."""
        value = self.text("DataVersion")
        if not value or not value.isascii() or not value.isprintable():
            raise self._wrong("DataVersion", "1C's version in base64")
        return value

    def lines(self, name: str, most: int) -> list[Reader]:
        """The lines of a tabular section."""
        rows: Any = self._get(name)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._wrong(name, "the lines of a tabular section")
        if len(rows) > most:
            raise self._wrong(name, f"at most {most} lines")
        return [Reader(f"{self._place}, {name}, line {number}", row) for number, row in enumerate(rows, 1)]

    def wrong(self, name: str, expected: str) -> BadAnswer:
        """The error for a value that is of the right type and still makes no sense."""
        return self._wrong(name, expected)

    def _get(self, name: str) -> object:
        if name not in self._row:
            raise BadAnswer(
                f"1C, {self._place}: the answer has no `{name}`; is it named right in the mapping?"
            )
        return self._row[name]

    def _wrong(self, name: str, expected: str) -> BadAnswer:
        return BadAnswer(f"1C, {self._place}: `{name}` should be {expected}")
