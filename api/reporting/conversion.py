"""Conversion by stage: how far the deals opened in the period have got by now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from api.reporting.asked import Asked
from api.reporting.catalogue import WON_RANK, Versions
from api.reporting.table import Report, column, hours, percent
from domain.base import Text
from store.queries import StageCount, furthest, outcome, stage_counts

TITLE = Text(ru="Конверсия по этапам", en="Conversion by stage")
COLUMNS = (
    column("pipeline_title", "Воронка", "Pipeline"),
    column("stage_title", "Этап", "Stage"),
    column("entered", "Были на этапе", "Were here", "whole"),
    column("reached", "Дошли", "Got this far", "whole"),
    column("share", "От всех, %", "Of all, %", "percent"),
    column("step", "От предыдущего, %", "Of the one before, %", "percent"),
    column("standing", "Стоят сейчас", "Stand here now", "whole"),
    column("amount", "На сумму, ₽", "Worth, RUB", "money"),
    column("lost", "Потеряны отсюда", "Lost from here", "whole"),
)


async def conversion(asked: Asked) -> Report:
    """One row a stage, as they stand on the board: `reached` counts deals that were there or further on.

    A deal that was won has reached every open stage, whichever it jumped over. Of a closed stage `reached` are the
    deals that stand there now.
    """
    ranks = [(name, stage, versions.rank(stage)) for name, stage, versions in asked.catalogue.all_stages()]
    counted = {(one.pipeline, one.stage): one for one in await stage_counts(asked.connection, asked.scope)}
    depth = await furthest(asked.connection, asked.scope, ranks)
    items = [
        item
        for name in sorted({pipeline for pipeline, _ in counted} & asked.catalogue.pipelines.keys())
        for item in _pipeline(
            asked, name, counted, {rank: n for (one, rank), n in depth.items() if one == name}
        )
    ]
    return Report("conversion", TITLE, COLUMNS, items, await _totals(asked))


def _pipeline(
    asked: Asked, name: str, counted: dict[tuple[str, str], StageCount], depth: dict[int, int]
) -> Iterator[dict[str, Any]]:
    """The rows of one pipeline; `depth`: deals by how far they got. Stages that are gone only where deals were."""
    versions = asked.catalogue[name]
    opened = sum(depth.values())
    before = opened
    for stage in versions.stages():
        count = counted.get((name, stage))
        if count is None and stage not in versions.current.stages:
            continue
        on_the_way = versions.kind(stage) == "open" and stage in versions.current.stages
        reached = _reached(versions, stage, count, depth)
        yield {
            **asked.place(name, stage),
            "kind": versions.kind(stage),
            "entered": count.entered if count else 0,
            "reached": reached,
            "share": percent(reached, opened),
            "step": percent(reached, before) if on_the_way else None,
            "standing": count.standing if count else 0,
            "amount": count.amount if count else "0.00",
            "lost": count.lost if count else 0,
        }
        before = reached if on_the_way else before


def _reached(versions: Versions, stage: str, count: StageCount | None, depth: dict[int, int]) -> int:
    if versions.kind(stage) != "open":
        return count.standing if count else 0
    if stage not in versions.current.stages:
        return count.entered if count else 0
    return sum(deals for rank, deals in depth.items() if rank >= min(versions.rank(stage), WON_RANK))


async def _totals(asked: Asked) -> dict[str, Any]:
    found = await outcome(asked.connection, asked.scope)
    won_in = found.time_to_win.total_seconds() if found.time_to_win is not None else None
    return {
        "opened": found.opened,
        "open": found.open,
        "won": found.won,
        "lost": found.lost,
        "conversion": percent(found.won, found.opened),
        "win_rate": percent(found.won, found.won + found.lost),
        "open_amount": found.open_amount,
        "won_amount": found.won_amount,
        "lost_amount": found.lost_amount,
        "median_hours_to_win": hours(won_in),
    }
