"""Other deals of the same client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import Deal, DealLink

Changes = dict[str, Any]
DUPLICATE, MERGED = "duplicate", "merged"


def _found(deal: Deal, event: ev.DuplicateFound, _: ev.Recorded) -> Changes:
    return _with(deal, DealLink(deal=event.deal, pipeline=event.pipeline, kind=DUPLICATE))


def _merged(deal: Deal, event: ev.Merged, _: ev.Recorded) -> Changes:
    return _with(deal, DealLink(deal=event.into, pipeline=event.pipeline, kind=MERGED))


def _with(deal: Deal, link: DealLink) -> Changes:
    others = tuple(known for known in deal.duplicates if known.deal != link.deal)
    return {"duplicates": (*others, link)}


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.DuplicateFound: _found,
    ev.Merged: _merged,
}
