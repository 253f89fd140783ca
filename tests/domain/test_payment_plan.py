"""Payment plans: 100 % exactly, and no kopeck lost or made."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import payment_plan as plans

DAY = "2026-12-01"


def rows(*percents: object, **more: Any) -> list[dict[str, Any]]:
    return [{"percent": percent, "date": DAY, **more} for percent in percents]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "x",
        {},
        [1],
        [{}],
        rows(100.01),
        rows(99.99),
        rows(50, 49.99),
        rows(0, 100),
        rows(-10, 110),
        rows("NaN"),
        rows("Infinity"),
        rows(True),
        rows("33.333", "66.667"),
        rows(100, colour="red"),
        rows(100, paid="yes"),
        rows(100, amount=-1),
        rows(100, amount="0.001"),
        [{"percent": 100}],
        [{"percent": 100, "date": "tomorrow"}],
        rows(*[1] * 61),
    ],
)
def test_what_is_not_a_plan(wrong: object) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        plans.parse(wrong)


def test_a_plan_is_kept_and_read_again() -> None:
    plan = plans.parse([*rows("33.33", 33.33), *rows(33.34, amount="10.50", paid=True)])
    kept = plans.write(plan)
    assert kept[0] == {"percent": 33.33, "date": DAY, "paid": False}
    assert kept[2] == {"percent": 33.34, "date": DAY, "paid": True, "amount": "10.50"}
    assert plans.read(kept) == plan
    assert plans.read(None) == plans.read([{"of": "another type"}]) == ()


def test_amounts_are_exact_to_the_kopeck() -> None:
    plan = plans.parse(rows("33.33", "33.33", "33.34"))
    assert plans.amounts(plan, Decimal("100.00")) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    assert plans.amounts(plan, Decimal("0.01")) == [Decimal("0.00"), Decimal("0.01"), Decimal("0.00")]
    assert plans.amounts(plan, None) == [None] * 3
    fixed = plans.parse([*rows(50, amount="10.01"), *rows(25, 25)])
    assert plans.amounts(fixed, Decimal("20.00")) == [Decimal("10.01"), Decimal("5.00"), Decimal("4.99")]


cents = st.integers(1, 10**12).map(lambda kopecks: Decimal(kopecks) / 100)


@st.composite
def any_plan(draw: st.DrawFn) -> plans.Plan:
    cuts = sorted(draw(st.sets(st.integers(1, 9999), max_size=10)))
    shares = [later - earlier for earlier, later in zip([0, *cuts], [*cuts, 10000], strict=True)]
    return plans.parse([{"percent": str(Decimal(share) / 100), "date": DAY} for share in shares])


@given(any_plan(), cents)
def test_the_rows_always_add_up_to_the_whole(plan: plans.Plan, total: Decimal) -> None:
    found = plans.amounts(plan, total)
    assert sum(amount or 0 for amount in found) == total
    assert all(
        amount is not None and amount >= 0 and amount == amount.quantize(Decimal("0.01")) for amount in found
    )


@given(any_plan(), cents, st.lists(cents, max_size=8))
def test_money_in_parts_pays_exactly_what_came(
    plan: plans.Plan, total: Decimal, parts: list[Decimal]
) -> None:
    left = Decimal(0)
    for part in parts:
        plan, _, over = plans.pay_amount(plan, part, total)
        left += over
    came = sum(parts, Decimal(0)) - left
    assert plans.outstanding(plan, total) == total - came
    assert sum(amount or 0 for amount in plans.amounts(plan, total)) == total
    assert (left > 0) <= all(row.paid for row in plan)
    assert plans.read(plans.write(plan)) == plan


def test_a_new_plan_keeps_what_came_of_the_rows() -> None:
    first, touched, _ = plans.pay_amount(plans.parse(rows(50, 30, 20)), Decimal(60), Decimal(100))
    assert touched == [0, 1]
    assert [row.state for row in first] == ["paid", "due", "due"]
    later = [{**row, "date": "2027-01-01"} for row in rows(50, 30, 20)]
    again = plans.parse(later, first)
    assert [row.paid for row in again] == [True, False, False]
    assert again[1].received == Decimal(10)
    assert again[1].date == dt.date(2027, 1, 1)
    assert [row.paid for row in plans.parse(rows(40, 40, 20), first)] == [False] * 3, (
        "another share, another row"
    )
    undone = plans.parse([*rows(50, paid=False), *rows(30, 20)], first)
    assert not undone[0].paid, "said so, it is not paid after all"
