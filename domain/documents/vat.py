"""Value-added tax of an invoice line, in Decimal only.

Rounding: a line's amount (quantity x price) and a line's tax are each rounded to the kopeck, halves up; totals
are sums of the rounded lines. So what stands in the columns adds up to what stands below them, exactly.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

KOPECK = Decimal("0.01")
VatRate = Literal["22", "20", "10", "7", "5", "0", "none"]  # per cent; `none`: sold without VAT
RATES: tuple[VatRate, ...] = ("22", "20", "10", "7", "5", "0", "none")
_NEW_STANDARD_FROM = date(2026, 1, 1)


class LineSums(NamedTuple):
    """Roubles: `amount` as quantity x price stands in the line, the tax, and what is to be paid for the line."""

    amount: Decimal
    vat: Decimal
    total: Decimal


def standard_rate(on: date) -> VatRate:
    """Russia's standard rate on that day: 22 % from 2026, 20 % before."""
    return "22" if on >= _NEW_STANDARD_FROM else "20"


def to_kopecks(value: Decimal) -> Decimal:
    """Rounded to the kopeck, halves up (away from zero)."""
    return value.quantize(KOPECK, ROUND_HALF_UP)


def line_sums(quantity: Decimal, price: Decimal, rate: VatRate, *, vat_included: bool) -> LineSums:
    """The line's sums; the price holds the tax already (`vat_included`) or the tax comes on top."""
    amount = to_kopecks(quantity * price)
    percent = Decimal(0) if rate == "none" else Decimal(rate)
    if vat_included:
        return LineSums(amount, to_kopecks(amount * percent / (100 + percent)), amount)
    vat = to_kopecks(amount * percent / 100)
    return LineSums(amount, vat, amount + vat)
