"""A payment plan: rows of percent and date that add up to 100 %, with amounts exact to the kopeck. Pure.

On the card a row is `{percent, date, paid}`, and where they are known `amount` (given by people, or what was paid),
`received` (part of it) and `overdue`. Money is text with two digits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from pydantic import JsonValue

MOST_ROWS = 60
_KOPECK = Decimal("0.01")
MOST_MONEY = Decimal(10) ** 15
_HUNDRED = Decimal(100)
_KEYS = frozenset({"percent", "date", "amount", "paid", "received", "overdue"})
State = Literal["paid", "overdue", "due"]


@dataclass(frozen=True)
class Row:
    """One payment. `amount`: fixed by people or by the payment; `received`: what has come of it so far."""

    percent: Decimal
    date: dt.date
    amount: Decimal | None = None
    paid: bool = False
    received: Decimal = Decimal(0)
    overdue: bool = False

    @property
    def state(self) -> State:
        """How it stands."""
        return "paid" if self.paid else "overdue" if self.overdue else "due"


Plan = tuple[Row, ...]


def parse(value: object, before: Plan = ()) -> Plan:
    """The plan that a person wrote. What came of the rows of `before` stays with them. Raises ValueError."""
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise ValueError("not a list of rows")
    rows = [_parse_row(row) for row in value]
    if sum(row.percent for row in rows) != _HUNDRED:
        raise ValueError("the percents do not add up to 100")
    return tuple(
        _keep(row, before[number], raw) if number < len(before) else row
        for number, (row, raw) in enumerate(zip(rows, value, strict=True))
    )


def _parse_row(row: Any) -> Row:
    if not isinstance(row, dict) or not row.keys() <= _KEYS or not isinstance(row.get("paid", False), bool):
        raise ValueError("not a row")
    percent = _number(row.get("percent"))
    if not 0 < percent <= _HUNDRED or percent != percent.quantize(_KOPECK):
        raise ValueError("not a percent")
    given = row.get("amount")
    amount = None if given is None else _number(given)
    if amount is not None and not (0 <= amount < MOST_MONEY and amount == amount.quantize(_KOPECK)):
        raise ValueError("not an amount")
    day = dt.date.fromisoformat(str(row.get("date")))
    return Row(percent, day, amount, bool(row.get("paid", False)))


def _keep(row: Row, known: Row, raw: dict[str, Any]) -> Row:
    """A row of the same share keeps what was paid; only one with another date is not overdue any more."""
    if row.percent != known.percent or (known.paid and raw.get("paid") is False):
        return row
    return replace(
        row,
        amount=row.amount or known.amount,
        paid=row.paid or known.paid,
        received=known.received,
        overdue=known.overdue and row.date == known.date,
    )


def _number(value: object) -> Decimal:
    number = Decimal(str(value))
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError("not a number")
    return number


def read(value: object) -> Plan:
    """The plan as the card keeps it; an empty one where there is none."""
    try:
        return tuple(_read_row(row) for row in value) if isinstance(value, list) else ()
    except (ValueError, TypeError, ArithmeticError):  # a value of another type, carried here by another deal
        return ()


def _read_row(row: Any) -> Row:
    return replace(
        _parse_row(row), received=Decimal(row.get("received", "0")), overdue=bool(row.get("overdue", False))
    )


def write(plan: Plan) -> list[JsonValue]:
    """The plan as the card keeps it."""
    return [_write_row(row) for row in plan]


def _write_row(row: Row) -> JsonValue:
    percent = int(row.percent) if row.percent == int(row.percent) else float(row.percent)
    kept: dict[str, JsonValue] = {"percent": percent, "date": row.date.isoformat(), "paid": row.paid}
    if row.amount is not None:
        kept["amount"] = _money(row.amount)
    if row.received and not row.paid:
        kept["received"] = _money(row.received)
    if row.overdue and not row.paid:
        kept["overdue"] = True
    return kept


def _money(amount: Decimal) -> str:
    return str(amount.quantize(_KOPECK))


def amounts(plan: Plan, total: Decimal | None) -> list[Decimal | None]:
    """What each row comes to. Rows without an amount share what is left by their percents; no kopeck is lost."""
    if total is None:
        return [row.amount for row in plan]
    left = max(total - sum((row.amount or Decimal(0) for row in plan), Decimal(0)), Decimal(0))
    weight = sum((row.percent for row in plan if row.amount is None), Decimal(0))
    shares: list[Decimal | None] = []
    passed = given = Decimal(0)
    for row in plan:
        if row.amount is not None:
            shares.append(row.amount)
            continue
        passed += row.percent
        up_to_here = (left * passed / weight).quantize(_KOPECK, ROUND_HALF_UP)
        shares.append(up_to_here - given)
        given = up_to_here
    return shares


def pay_row(plan: Plan, number: int, total: Decimal | None) -> Plan:
    """The plan with that row (from 0) paid in full."""
    return _paid(plan, number, amounts(plan, total)[number])


def _paid(plan: Plan, number: int, amount: Decimal | None) -> Plan:
    row = replace(plan[number], paid=True, amount=amount, received=Decimal(0), overdue=False)
    return (*plan[:number], row, *plan[number + 1 :])


def pay_amount(plan: Plan, amount: Decimal, total: Decimal | None) -> tuple[Plan, list[int], Decimal]:
    """The plan after so much money for its first unpaid rows; which rows (from 0) it went to; what is left over."""
    due, touched = amounts(plan, total), list[int]()
    for number, row in enumerate(plan):
        wanted = due[number]
        if row.paid or wanted is None or not amount:
            continue
        missing = wanted - row.received
        part = min(amount, missing)
        amount -= part
        touched.append(number)
        if part == missing:
            plan = _paid(plan, number, wanted)
        else:
            plan = (*plan[:number], replace(row, received=row.received + part), *plan[number + 1 :])
    return plan, touched, amount


def outstanding(plan: Plan, total: Decimal | None) -> Decimal:
    """What has not come yet, as far as amounts are known."""
    due: Sequence[Decimal | None] = amounts(plan, total)
    return sum(
        (
            (wanted or Decimal(0)) - row.received
            for row, wanted in zip(plan, due, strict=True)
            if not row.paid
        ),
        Decimal(0),
    )
