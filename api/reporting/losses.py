"""Reasons of losses: deals closed as lost in the period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.reporting.asked import Asked
from api.reporting.table import Report, column, percent
from domain.base import Text
from store.queries import Loss
from store.queries import losses as read_losses

TITLE = Text(ru="Причины отказов", en="Reasons of losses")
COLUMNS = (
    column("pipeline_title", "Воронка", "Pipeline"),
    column("reason_title", "Причина", "Reason"),
    column("deals", "Сделок", "Deals", "whole"),
    column("share", "Доля, %", "Share, %", "percent"),
    column("amount", "На сумму, ₽", "Worth, RUB", "money"),
    column("average", "Средняя сделка, ₽", "Average deal, RUB", "money"),
)


@dataclass(frozen=True)
class _Sum:
    deals: int
    amount: Decimal
    with_amount: int


def _sum(losses: Iterable[Loss]) -> _Sum:
    rows = list(losses)
    return _Sum(
        sum(row.deals for row in rows),
        sum((row.amount for row in rows), Decimal("0.00")),
        sum(row.with_amount for row in rows),
    )


async def losses(asked: Asked) -> Report:
    """One row for each reason, the most frequent first; `totals.stages`: out of which stages deals were lost."""
    found = await read_losses(asked.connection, asked.scope)
    whole = _sum(found)
    reasons = _grouped(found, lambda row: (row.pipeline, row.stage, row.reason.lower()))
    stages = _grouped(found, lambda row: (row.pipeline, row.lost_from))
    totals = {
        "deals": whole.deals,
        "amount": whole.amount,
        "stages": [_from_stage(asked, rows) for rows in stages],
    }
    return Report("losses", TITLE, COLUMNS, [_item(asked, rows, whole.deals) for rows in reasons], totals)


def _grouped(found: list[Loss], key: Any) -> list[list[Loss]]:
    groups: dict[Any, list[Loss]] = {}
    for row in found:
        groups.setdefault(key(row), []).append(row)
    return sorted(groups.values(), key=lambda rows: -_sum(rows).deals)


def _item(asked: Asked, rows: list[Loss], all_deals: int) -> dict[str, Any]:
    one, summed = rows[0], _sum(rows)
    versions = asked.catalogue.pipelines.get(one.pipeline)
    return {
        **asked.place(one.pipeline, one.stage),
        "reason": one.reason,
        "reason_title": versions.reason(one.stage, one.reason) if versions else None,
        "deals": summed.deals,
        "share": percent(summed.deals, all_deals),
        "amount": summed.amount,
        "average": round(summed.amount / summed.with_amount, 2) if summed.with_amount else None,
    }


def _from_stage(asked: Asked, rows: list[Loss]) -> dict[str, Any]:
    summed = _sum(rows)
    return {
        **asked.place(rows[0].pipeline, rows[0].lost_from),
        "deals": summed.deals,
        "amount": summed.amount,
    }
