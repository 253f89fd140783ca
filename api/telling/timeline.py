"""One line of the timeline as clients see it."""

from __future__ import annotations

from typing import Any

from api.telling.course import course
from api.telling.teller import Teller
from api.telling.work import work
from api.telling.world import world
from domain import events as ev

# Told by what stands beside them, or of no interest to people: a client shows them only when asked for details.
_BETWEEN = (
    ev.Scheduled, ev.Unscheduled, ev.Fired, ev.AgendaCleared, ev.EffectDone, ev.DealStarted, ev.ResultReported,
    ev.ApprovalStarted, ev.RecallSent, ev.ControlStarted,
)  # fmt: skip
_GROUPS = {"course": course, "work": work, "world": world}


def tell(teller: Teller, recorded: ev.Recorded) -> dict[str, Any]:
    """`words` ({ru, en}, or null for what happens between the lines) and `group`: course, work, world, detail."""
    if isinstance(recorded.event, _BETWEEN):
        return {"words": None, "group": "detail"}
    for group, sentence in _GROUPS.items():
        if words := sentence(teller, recorded.event):
            return {"words": {"ru": words.ru, "en": words.en}, "group": group}
    return {"words": None, "group": "detail"}
