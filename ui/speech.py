"""How the pages speak: one language, one time zone, figures and dates as its readers write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_currency, format_decimal

Language = Literal["ru", "en"]
Tone = Literal["late", "soon", "ok"]
SOON = timedelta(hours=4)
_LOCALES = {"ru": "ru", "en": "en_GB"}
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Due:
    """A deadline in words, and how near it is."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class Speech:
    """Texts for one reader."""

    lang: Language
    zone: ZoneInfo

    def say(self, ru: str, en: str) -> str:
        """The text in the reader's language."""
        return ru if self.lang == "ru" else en

    def text(self, both: Mapping[str, str] | str | None) -> str:
        """Of `{"ru": …, "en": …}` the reader's; a person's own words stand for both languages."""
        if both is None or isinstance(both, str):
            return both or ""
        return both.get(self.lang) or both.get("ru") or ""

    def plural(self, count: int, ru: tuple[str, str, str], en: tuple[str, str]) -> str:
        """The number with its noun: `ru` for 1, 2 and 5, `en` for 1 and 2."""
        noun = _russian(count, ru) if self.lang == "ru" else en[0 if count == 1 else 1]
        return f"{self.number(count)}\N{NO-BREAK SPACE}{noun}"

    def number(self, value: int | float | Decimal | str) -> str:
        """A figure with its groups of thousands."""
        return str(format_decimal(Decimal(str(value)), locale=self._locale))

    def money(self, value: int | float | Decimal | str | None) -> str:
        """A sum in roubles, kopecks only where there are any; a dash for none."""
        if value is None or value == "":
            return "—"
        amount = Decimal(str(value))
        pattern = "#,##0.00\N{NO-BREAK SPACE}¤" if amount % 1 else "#,##0\N{NO-BREAK SPACE}¤"
        return str(
            format_currency(amount, "RUB", format=pattern, locale=self._locale, currency_digits=False)
        ).replace("RUB", "₽")

    def day(self, moment: datetime | date | str | None) -> str:
        """A date: 21 нояб., with the year where it is not this one."""
        if moment is None or moment == "":
            return "—"
        found = self._local(moment)
        day = found.date() if isinstance(found, datetime) else found
        this_year = day.year == datetime.now(self.zone).year
        pattern = "d MMM" if this_year else "d MMM y"
        return str(format_date(day, pattern, locale=self._locale))

    def moment(self, moment: datetime | str | None) -> str:
        """A date with its time: 21 нояб., 14:30."""
        if moment is None or moment == "":
            return "—"
        found = self._local(moment)
        if not isinstance(found, datetime):
            return self.day(found)
        return f"{self.day(found)}, {format_time(found, 'HH:mm', locale=self._locale)}"

    def full(self, moment: datetime | str) -> str:
        """A moment with nothing left out, for tooltips: 21.11.2026 14:30."""
        found = self._local(moment)
        if not isinstance(found, datetime):
            return str(format_date(found, "dd.MM.y", locale=self._locale))
        return str(format_datetime(found, "dd.MM.y HH:mm", locale=self._locale))

    def due(self, moment: datetime | str, now: datetime | None = None) -> Due:
        """How long there is until the deadline, or how long it is past."""
        found = self._local(moment)
        if not isinstance(found, datetime):
            found = datetime.combine(found, datetime.max.time(), self.zone)
        left = found - (now or datetime.now(UTC))
        if left < timedelta(0):
            return Due("−" + self.span(-left), "late")
        return Due(self.span(left), "soon" if left <= SOON else "ok")

    def ago(self, moment: datetime | str, now: datetime | None = None) -> str:
        """How long ago it was."""
        found = self._local(moment)
        assert isinstance(found, datetime)
        passed = (now or datetime.now(UTC)) - found
        if passed < timedelta(minutes=1):
            return self.say("только что", "just now")
        return self.say(f"{self.span(passed)} назад", f"{self.span(passed)} ago")

    def span_since(self, moment: datetime | str, now: datetime | None = None) -> str:
        """How long it has been since then."""
        found = self._local(moment)
        assert isinstance(found, datetime)
        return self.span((now or datetime.now(UTC)) - found)

    def span(self, length: timedelta) -> str:
        """A length of time by its two largest units: 1 ч 21 мин."""
        seconds = int(length.total_seconds())
        parts = (
            (seconds // _DAY, self.say("д", "d")),
            (seconds % _DAY // _HOUR, self.say("ч", "h")),
            (seconds % _HOUR // _MINUTE, self.say("мин", "min")),
        )
        first = next((place for place, (count, _) in enumerate(parts) if count), 2)
        shown = [f"{count}\N{NO-BREAK SPACE}{unit}" for count, unit in parts[first : first + 2] if count]
        return " ".join(shown) or f"0\N{NO-BREAK SPACE}{parts[2][1]}"

    @property
    def _locale(self) -> str:
        return _LOCALES[self.lang]

    def _local(self, moment: datetime | date | str) -> datetime | date:
        """The moment in the reader's zone; a date without a time stays one."""
        if isinstance(moment, str):
            moment = date.fromisoformat(moment) if len(moment) == 10 else datetime.fromisoformat(moment)
        return moment.astimezone(self.zone) if isinstance(moment, datetime) else moment


def _russian(count: int, forms: tuple[str, str, str]) -> str:
    last, last_two = abs(count) % 10, abs(count) % 100
    if 11 <= last_two <= 14:
        return forms[2]
    return forms[0] if last == 1 else forms[1] if 2 <= last <= 4 else forms[2]
