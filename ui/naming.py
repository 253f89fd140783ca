"""What pipelines are called on pages: as reports call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain import naming
from domain.base import Text

Pipeline = Mapping[str, Any]


def told_apart(pipelines: Iterable[Pipeline]) -> tuple[Pipeline, ...]:
    """The pipelines as they came, with titles that tell them apart."""
    found = tuple(pipelines)
    titles = naming.told_apart({one["pipeline"]: Text(**one["title"]) for one in found})
    return tuple({**one, "title": titles[one["pipeline"]].model_dump()} for one in found)
