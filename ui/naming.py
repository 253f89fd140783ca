"""What pipelines are called where several are named side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

Pipeline = Mapping[str, Any]
LANGUAGES = ("ru", "en")


def told_apart(pipelines: Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    """The pipelines as they came; those of one title also get the title of a neighbour: «Лиды · Новый клиент».

    A neighbour is the first pipeline of the same part of the company whose own title is told only once.
    """
    found = tuple(pipelines)
    times = Counter(_titles(one) for one in found)
    named = []
    for one in found:
        beside = (other for other in found if _part(other) == _part(one) and times[_titles(other)] == 1)
        neighbour = next(beside, None) if times[_titles(one)] > 1 else None
        named.append({**one, "title": _joined(one, neighbour)} if neighbour else one)
    return tuple(named)


def _titles(pipeline: Pipeline) -> tuple[str, ...]:
    return tuple(pipeline["title"][language] for language in LANGUAGES)


def _part(pipeline: Pipeline) -> str:
    return str(pipeline["pipeline"]).partition(".")[0]


def _joined(one: Pipeline, neighbour: Pipeline) -> dict[str, str]:
    pairs = zip(LANGUAGES, _titles(one), _titles(neighbour), strict=True)
    return {language: f"{title} · {other}" for language, title, other in pairs}
