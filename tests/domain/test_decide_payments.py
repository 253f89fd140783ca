"""A payment plan is watched from its control on: each row on its day, then daily, until it is paid or re-dated."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from domain import commands as cmd
from domain import events as ev
from tests.domain.builders import Desk, told, types
from tests.domain.involved import involved

TWO: list[Any] = [
    {"percent": 60, "date": "2026-11-25"},
    {"percent": 40, "date": "2026-11-28"},
]  # a Wednesday, a Saturday


def watched(**given: Any) -> Desk:
    desk = Desk(involved()).open(**{"amount": "1000", **given})
    desk.move("work")
    desk.do(cmd.Fill(fields={"plan": TWO}))
    return desk


def states(desk: Desk) -> list[tuple[bool, bool]]:
    plan = desk.deal.fields["plan"]
    assert isinstance(plan, list)
    return [(row["paid"], row.get("overdue", False)) for row in plan if isinstance(row, dict)]  # type: ignore[misc]


def payments_due(desk: Desk) -> dict[str, str]:
    return {name: at for name, at in desk.due().items() if name.startswith("payment.")}


def test_a_plan_is_watched_from_the_start_of_each_rows_working_day() -> None:
    desk = watched()
    assert payments_due(desk) == {"payment.plan.1": "2026-11-25T09:00", "payment.plan.2": "2026-11-30T09:00"}


def test_before_the_control_starts_nobody_watches() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Fill(fields={"plan": TWO}))
    assert payments_due(desk) == {}


def test_an_unpaid_row_is_overdue_and_told_every_day() -> None:
    desk = watched()
    events = desk.wait(days=2)
    assert told(events, "control") == ["sales", "head"]
    assert states(desk) == [(False, True), (False, False)]
    notice = next(event for event in events if isinstance(event, ev.Notified))
    assert "600.00" in notice.text.ru
    assert payments_due(desk)["payment.plan.1"] == "2026-11-26T09:00"
    assert told(desk.wait(days=1), "control") == ["sales", "head"]
    assert told(desk.wait(days=30), "control") == ["sales", "head", "sales", "head"], (
        "one notice a row after a pause"
    )


def test_it_outlives_stages_and_dies_with_the_deal() -> None:
    desk = watched()
    desk.move("new")
    assert len(payments_due(desk)) == 2
    desk.move("lost", reason="x")
    assert payments_due(desk) == {}
    assert told(desk.wait(days=30)) == []
    desk.do(cmd.Reopen(to="work"))
    assert len(payments_due(desk)) == 2


def test_a_new_date_ends_the_daily_word() -> None:
    desk = watched()
    desk.wait(days=2)
    desk.do(cmd.Fill(fields={"plan": [{**TWO[0], "date": "2026-12-07"}, TWO[1]]}))
    assert states(desk) == [(False, False), (False, False)]
    assert payments_due(desk)["payment.plan.1"] == "2026-12-07T09:00"
    desk.do(cmd.Fill(fields={"plan": [{"percent": 100, "date": "2026-11-01"}]}))
    assert states(desk) == [(False, True)], "a day that has passed is told at once"
    assert payments_due(desk) == {"payment.plan.1": "2026-11-26T10:00"}
    desk.do(cmd.Fill(fields={"plan": None}))
    assert payments_due(desk) == {}


def test_word_comes_every_day_on_days_off_too_and_a_move_brings_no_more() -> None:
    desk = watched()
    desk.do(cmd.Fill(fields={"plan": [{"percent": 100, "date": "2026-11-27"}]}))  # a Friday
    assert told(desk.wait(days=4), "control") == ["sales", "head"]
    assert told(desk.move("new"), "control") == []
    unclaimed = ["director"]  # in `new` nobody claims it
    assert told(desk.wait(days=1), "control") == [*unclaimed, "sales", "head"]


def test_a_day_outside_the_calendar_is_no_date() -> None:
    desk = watched()
    for day in ("9999-12-31", "0001-01-01"):
        refusal = desk.refused(cmd.Fill(fields={"plan": [{"percent": 100, "date": day}]}))
        assert refusal.code == "invalid_value"


def test_a_paid_row_is_watched_no_more() -> None:
    desk = watched()
    desk.wait(days=2)
    events = desk.do(cmd.Pay(row=1))
    assert types(events) == ["payment_recorded", "filled", "agenda_cleared"]
    assert states(desk) == [(True, False), (False, False)]
    assert list(payments_due(desk)) == ["payment.plan.2"]
    assert told(desk.wait(days=3)) == []


def test_payments_are_recorded_once_and_in_the_right_amount() -> None:
    desk = watched()
    for wrong in (
        cmd.Pay(),
        cmd.Pay(row=1, amount=Decimal("1")),
        cmd.Pay(amount=Decimal("0")),
        cmd.Pay(amount=Decimal("-5")),
    ):
        assert desk.refused(wrong).code == "invalid_value"
    for wrong in (
        cmd.Pay(amount=Decimal("0.001")),
        cmd.Pay(amount=Decimal("1e30")),
        cmd.Pay(amount=Decimal("1000.01")),
    ):
        assert desk.refused(wrong).code == "invalid_value"
    assert desk.refused(cmd.Pay(row=0)).code == desk.refused(cmd.Pay(row=3)).code == "unknown_row"
    desk.do(cmd.Pay(amount=Decimal("599.99")))
    assert states(desk)[0] == (False, False)
    desk.do(cmd.Pay(amount=Decimal("0.01")))
    assert states(desk)[0] == (True, False)
    assert desk.refused(cmd.Pay(row=1)).code == "already_paid"
    desk.do(cmd.Pay(row=2))
    assert desk.refused(cmd.Pay(amount=Decimal("1"))).code == "already_paid"


def test_without_plan_or_amount_the_card_is_asked_for_them() -> None:
    desk = Desk(involved()).open()
    assert desk.refused(cmd.Pay(row=1)).missing == ("plan",)
    desk.do(cmd.Fill(fields={"plan": TWO}))
    assert desk.refused(cmd.Pay(amount=Decimal("1"))).missing == ("amount",)
    desk.do(cmd.Pay(row=2))
    assert states(desk)[1] == (True, False)


def test_word_of_a_payment_pays_or_is_left_to_a_person() -> None:
    desk = watched()
    events = desk.do(cmd.Happened(kind="payment.received", detail={"amount": 600}), "system")
    assert types(events) == ["happened_outside", "payment_recorded", "filled", "agenda_cleared"]
    assert told(events) == ["sales"]
    desk.do(cmd.Happened(kind="payment.received", detail={"row": 2}), "system")
    assert states(desk) == [(True, False), (True, False)]
    for detail in (
        {"row": 2},
        {"row": "x"},
        {"amount": "much"},
        {"amount": [1]},
        {},
        {"amount": 10**30},
        {"amount": "NaN"},
    ):
        events = desk.do(cmd.Happened(kind="payment.received", detail=detail), "system")  # type: ignore[arg-type]
        assert types(events) == ["happened_outside"]
        assert told(events) == ["sales"]


def test_a_plan_must_add_up() -> None:
    desk = Desk(involved()).open()
    wrong: list[Any] = [{"percent": 60, "date": "2026-11-25"}, {"percent": 39.99, "date": "2026-11-28"}]
    assert desk.refused(cmd.Fill(fields={"plan": wrong})).missing == ("plan",)
    desk.now += dt.timedelta(days=1)
    desk.move("work")
    assert desk.refused(cmd.Move(to="done")).missing == ("plan",)
