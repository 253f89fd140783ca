"""What a person looks at: which report, over which days, of which pipeline and people. It stands in the address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

REPORTS: Mapping[str, tuple[str, str]] = {
    "conversion": ("Конверсия", "Conversion"),
    "stage-time": ("Время на этапах", "Time in stage"),
    "losses": ("Отказы", "Losses"),
    "deadlines": ("Сроки", "Deadlines"),
    "task-time": ("Время по задачам", "Time by tasks"),
    "payments": ("Платежи", "Payments"),
}
PERIODS: Mapping[str, tuple[str, str]] = {
    "30d": ("Последние 30 дней", "Last 30 days"),
    "ahead": ("Ближайшие 30 дней", "Next 30 days"),
    "month": ("Этот месяц", "This month"),
    "last-month": ("Прошлый месяц", "Last month"),
    "quarter": ("Этот квартал", "This quarter"),
    "year": ("Этот год", "This year"),
    "days": ("Свои даты", "Own dates"),
}
_DEFAULT = "30d"
_YEARS = range(1900, 2200)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """One look at the reports; both days are included. No pipeline and no people mean all of them."""

    report: str
    period: str
    first: date
    last: date
    pipeline: str = ""
    people: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The page with this choice."""
        own = {"from": self.first, "to": self.last} if self.period == "days" else {}
        given = {"report": self.report, "period": self.period, **own, **self._whom(",".join(self.people))}
        return f"/reports?{urlencode(given)}"

    def asked(self) -> dict[str, Any]:
        """The parameters of the API's call."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), **self._whom(list(self.people))}

    def file(self, format: str, lang: str) -> str:
        """Where the report lies as a file."""
        asked = {**self.asked(), "format": format, "lang": lang}
        return f"/api/reports/{self.report}?{urlencode(asked, doseq=True)}"

    def board(self, pipeline: str, **filters: str) -> str:
        """The pipeline's board, of the one person chosen."""
        person = {"person": self.people[0]} if len(self.people) == 1 else {}
        given = urlencode({**person, **filters})
        return f"/boards/{pipeline}?{given}" if given else f"/boards/{pipeline}"

    def _whom(self, people: Any) -> dict[str, Any]:
        whom = {"pipeline": self.pipeline, "employee": people}
        return {name: value for name, value in whom.items() if value}


def read_choice(query: Mapping[str, str], today: date, pipelines: Collection[str]) -> Choice:
    """The choice that an address makes; what it says wrongly is as if it said nothing."""
    report, period = query.get("report", ""), query.get("period", "")
    pipeline = query.get("pipeline", "")
    days = _own_days(query) if period == "days" else None
    if period not in PERIODS or (period == "days" and days is None):
        period = _DEFAULT
    first, last = days or days_of(period, today)
    return Choice(
        report=report if report in REPORTS else next(iter(REPORTS)),
        period=period,
        first=first,
        last=last,
        pipeline=pipeline if pipeline in pipelines else "",
        people=tuple(dict.fromkeys(one for one in query.get("employee", "").split(",") if one)),
    )


def days_of(period: str, today: date) -> tuple[date, date]:
    """The first and the last day of a named period."""
    month = today.replace(day=1)
    if period == "ahead":
        return today, today + 29 * _DAY
    if period == "month":
        return month, _end_of_month(month)
    if period == "last-month":
        return (month - _DAY).replace(day=1), month - _DAY
    if period == "quarter":
        begins = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return begins, _end_of_month(begins.replace(month=begins.month + 2))
    if period == "year":
        return date(today.year, 1, 1), date(today.year, 12, 31)
    return today - 29 * _DAY, today


def _end_of_month(month: date) -> date:
    return (month + 31 * _DAY).replace(day=1) - _DAY


def _own_days(query: Mapping[str, str]) -> tuple[date, date] | None:
    try:
        first, last = date.fromisoformat(query.get("from", "")), date.fromisoformat(query.get("to", ""))
    except ValueError:
        return None
    return (first, last) if first <= last and first.year in _YEARS and last.year in _YEARS else None
