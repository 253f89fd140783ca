"""A year drawn in the browser: one element on the server, 365 buttons there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from ui.view import View

Json = dict[str, Any]


class YearCalendar(Element, component="year_calendar.js"):
    """Twelve months. `pick` is called with the date that somebody clicks, where `editable`."""

    def __init__(self, view: View, pick: Callable[[str], Awaitable[None]], *, editable: bool) -> None:
        super().__init__()
        self._view = view
        self._props["lang"] = view.lang
        self._props["editable"] = editable
        self._props["today"] = datetime.now(view.zone).date().isoformat()
        self._props["words"] = words(view)
        self._props["days"], self._props["changed"] = [], []

        async def picked(event: GenericEventArguments) -> None:
            await pick(str(event.args))

        self.on("day", picked)

    def show(self, days: list[Json], changed: Collection[str]) -> None:
        """Draws these days; `changed` are those that are not saved yet."""
        named = ({**day, "name": self._view.text(day["name"])} for day in days)
        self._props["days"] = list(named)
        self._props["changed"] = sorted(changed)
        self.update()


def words(view: View) -> dict[str, str]:
    """What people call the sorts of days."""
    return {
        "working": view.say("рабочий день", "working day"),
        "short": view.say("сокращённый день", "shorter day"),
        "extra": view.say("рабочий выходной", "a day off that works"),
        "weekend": view.say("выходной недели", "weekend"),
        "off": view.say("праздник или перенос", "holiday or moved day off"),
        "changed": view.say("ещё не сохранено", "not saved yet"),
    }
