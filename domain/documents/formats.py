"""How documents write sums, quantities and dates: the Russian way, without a locale of the machine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

NO_BREAK = "\u00a0"
_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"


def money(amount: Decimal) -> str:
    """`1 234,50` with spaces that do not break."""
    return f"{amount:,.2f}".replace(",", NO_BREAK).replace(".", ",")


def quantity(value: Decimal) -> str:
    """`1 500` or `2,5`: as many digits after the comma as matter."""
    text = f"{value:,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NO_BREAK).replace(".", ",")


def long_date(day: date) -> str:
    """`2 марта 2026 г.`"""
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year} г.".replace(" ", NO_BREAK)


def short_date(day: date) -> str:
    """`02.03.2026`"""
    return f"{day.day:02}.{day.month:02}.{day.year}"
