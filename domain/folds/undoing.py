"""A move taken back: the parts of the state that it had changed are as before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.deal import Deal
from domain.patches import patched

Changes = dict[str, Any]


def _undone(deal: Deal, event: ev.MoveUndone, _: ev.Recorded) -> Changes:
    return patched(deal, event.back)


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {ev.MoveUndone: _undone}
