"""What a deal is called: as somebody called it, or else like its pipeline."""

from __future__ import annotations

from domain.decide.turn import Turn
from domain.errors import refuse


def opening_title(turn: Turn, given: str | None) -> str:
    """The title that the deal opens with: the one given, else the pipeline's."""
    return (given or "").strip() or turn.definition.title.ru


def inherited(turn: Turn) -> str | None:
    """The title that deals opened from this one take over: what somebody called it, never its pipeline's name."""
    title, own = turn.deal.title.strip(), turn.definition.title
    return None if title in ("", own.ru, own.en) else title


def check_title(title: str | None) -> str | None:
    """The new title; raises Refused for a blank one."""
    if title is None:
        return None
    if not title.strip():
        raise refuse("invalid_value", "Дайте сделке название.", "Give the deal a title.", missing=("title",))
    return title.strip()
