"""What pipelines are called where several are named side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from domain.base import Text


def told_apart(titles: Mapping[str, Text]) -> dict[str, Text]:
    """Titles by pipeline, in the same order; equal ones get a neighbour's title as well: «Лиды · Новый клиент».

    A neighbour is the first pipeline of the same part of the company whose own title is told only once.
    """
    times = Counter(_wording(title) for title in titles.values())
    named = {}
    for pipeline, title in titles.items():
        beside = (
            other
            for name, other in titles.items()
            if _part(name) == _part(pipeline) and times[_wording(other)] == 1
        )
        neighbour = next(beside, None) if times[_wording(title)] > 1 else None
        named[pipeline] = _joined(title, neighbour) if neighbour else title
    return named


def _wording(title: Text) -> tuple[str, str]:
    return title.ru, title.en


def _part(pipeline: str) -> str:
    return pipeline.partition(".")[0]


def _joined(one: Text, neighbour: Text) -> Text:
    return Text(ru=f"{one.ru} · {neighbour.ru}", en=f"{one.en} · {neighbour.en}")
