"""The time that was spent on a task, ticking while somebody works on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nicegui.element import Element

from ui.view import View


class Stopwatch(Element, component="timer.js"):
    """`seconds` that are kept already, and since when a person's clock runs; both moments in seconds of the epoch."""

    def __init__(self, seconds: float, since: float | None, now: float, label: str) -> None:
        super().__init__()
        self._props.update(seconds=seconds, since=since or 0, now=now, label=label)


def stopwatch(view: View, task: Mapping[str, Any]) -> Stopwatch:
    """The stopwatch of a task as its deal's card shows it: everybody's time, and one's own clock if it runs."""
    started = task["running_since"].get(view.me.id)
    since = datetime.fromisoformat(started).timestamp() if started else None
    now = datetime.now(view.zone).timestamp()
    return Stopwatch(task["seconds"], since, now, view.say("Затрачено времени", "Time spent"))
