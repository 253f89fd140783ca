"""A report as a table: columns that say what is in them, and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from domain.base import Language, Text

Kind = Literal["raw", "text", "whole", "percent", "hours", "money", "day"]
Item = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One column: the key in a row, what people call it, and what stands in it.

    raw: for programs only; text: words, or {ru, en}; percent: of a hundred; hours: with two digits; money: rubles,
    as text in JSON.
    """

    name: str
    title: Text
    kind: Kind = "text"


@dataclass(frozen=True)
class Report:
    """A finished report. Rows hold more than the columns: ids that a page needs for links."""

    name: str
    title: Text
    columns: Sequence[Column]
    items: Sequence[Item]
    totals: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Period:
    """The days of a report, both included."""

    first: date
    last: date

    def file_name(self, report: str, ending: str) -> str:
        """The name under which the report is saved."""
        return f"{report}-{self.first}-{self.last}.{ending}"


def column(name: str, ru: str, en: str, kind: Kind = "text") -> Column:
    """A column with its title in both languages."""
    return Column(name, Text(ru=ru, en=en), kind)


def words(value: Any, language: Language) -> Any:
    """A text in one language; anything else as it is."""
    return value.in_language(language) if isinstance(value, Text) else value


def hours(seconds: float | None) -> float | None:
    """Seconds as hours with two digits."""
    return None if seconds is None else round(seconds / 3600, 2)


def percent(part: float, whole: float) -> float | None:
    """How much of a hundred, with one digit; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
