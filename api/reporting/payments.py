"""Payments: rows of payment plans whose day is in the period, with what has come of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from api.reporting.asked import Asked
from api.reporting.table import Report, column
from domain import payment_plan as plans
from domain.base import Text
from store.queries import PlannedDeal, payment_plans

TITLE = Text(ru="Платежи по графику", en="Payments planned")
COLUMNS = (
    column("day", "Срок", "Due on", "day"),
    column("state_title", "Состояние", "State"),
    column("deal_title", "Сделка", "Deal"),
    column("company", "Клиент", "Client"),
    column("person", "Ответственный", "Responsible"),
    column("row", "Строка графика", "Row of the plan", "whole"),
    column("share", "Доля, %", "Share, %", "percent"),
    column("amount", "Сумма, ₽", "Amount, RUB", "money"),
    column("received", "Получено, ₽", "Received, RUB", "money"),
    column("outstanding", "Осталось, ₽", "Outstanding, RUB", "money"),
)
_STATES = {
    "paid": Text(ru="Оплачено", en="Paid"),
    "overdue": Text(ru="Просрочено", en="Overdue"),
    "due": Text(ru="Ожидается", en="Expected"),
}
_NOTHING = Decimal("0.00")


async def payments(asked: Asked) -> Report:
    """One row for each payment planned for the period. A lost deal owes nothing: only what it paid is listed.

    Amounts of deals without a sum are not known: such rows count, and add nothing. Weeks begin on Monday.
    """
    first, last = asked.period.first, asked.period.last
    found = await payment_plans(asked.connection, asked.scope, first, last)
    today = asked.organisation.calendar.local_day(asked.scope.now)
    items = [item for one in found for item in _rows(asked, one, today) if first <= item["day"] <= last]
    items.sort(key=lambda item: (item["day"], item["deal_title"], item["deal"], item["row"]))
    totals = {**_sums(items), "weeks": list(_weeks(items))}
    return Report("payments", TITLE, COLUMNS, items, totals)


def _rows(asked: Asked, deal: PlannedDeal, today: date) -> Iterator[dict[str, Any]]:
    plan = plans.read(deal.plan)
    for number, (row, amount) in enumerate(zip(plan, plans.amounts(plan, deal.amount), strict=True), 1):
        if deal.status == "lost" and not row.paid:
            continue
        state = "paid" if row.paid else "overdue" if row.date < today else "due"
        received = (amount if row.paid else row.received) or _NOTHING
        yield {
            "day": row.date,
            "state": state,
            "state_title": _STATES[state],
            "deal": deal.deal,
            "deal_title": deal.title,
            "pipeline": deal.pipeline,
            "pipeline_title": asked.catalogue.title(deal.pipeline),
            "company": deal.company,
            **asked.whose(deal.responsible),
            "row": number,
            "share": float(row.percent),
            "amount": amount,
            "received": received,
            "outstanding": None if amount is None else amount - received,
        }


def _sums(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    rows = list(items)
    owed = {
        state: sum((row["outstanding"] or _NOTHING for row in rows if row["state"] == state), _NOTHING)
        for state in ("overdue", "due")
    }
    return {"rows": len(rows), "paid": sum((row["received"] for row in rows), _NOTHING), **owed}


def _weeks(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    weeks: dict[date, list[dict[str, Any]]] = {}
    for item in items:
        weeks.setdefault(item["day"] - timedelta(days=item["day"].weekday()), []).append(item)
    for monday in sorted(weeks):
        yield {"week": monday, **_sums(weeks[monday])}
