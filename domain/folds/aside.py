"""Signals that a fault in the program has kept from being done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as ev
from domain.aside import Aside
from domain.base import Text
from domain.deal import Deal

Changes = dict[str, Any]


def _set_aside(deal: Deal, event: ev.SignalSetAside, _: ev.Recorded) -> Changes:
    kept = event.signal.model_copy(update={"again": False})
    return {"aside": {**deal.aside, kept.id: kept}, "attention": _words(kept)}


def _taken_up(deal: Deal, event: ev.SignalTakenUp, _: ev.Recorded) -> Changes:
    return {"aside": {id: kept for id, kept in deal.aside.items() if id != event.id}}


def trouble(deal: Deal) -> Text | None:
    """What the card says of the first signal that waits for a person; None where none does."""
    return next((_words(kept) for kept in deal.aside.values() if not kept.again), None)


def all_again(deal: Deal) -> Changes:
    """Everything set aside is to be tried again."""
    return {"aside": {id: kept.model_copy(update={"again": True}) for id, kept in deal.aside.items()}}


def _words(kept: Aside) -> Text:
    return Text(
        ru=f"Команда «{kept.command}» отложена: ошибка в программе ({kept.cause})",
        en=f"The command “{kept.command}” is set aside: a fault in the program ({kept.cause})",
    )


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.SignalSetAside: _set_aside,
    ev.SignalTakenUp: _taken_up,
}
