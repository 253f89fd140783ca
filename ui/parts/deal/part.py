"""A section of a deal's card: drawn anew only when what it shows has changed, so that nothing jumps while one reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any

from ui.parts.elements import heading
from ui.redrawn import Redrawn
from ui.view import View

Json = Any
Refresh = Callable[[], Awaitable[None]]


class Part(ABC):
    """One section. `shown` says what it needs of the card; `draw` draws it; an empty `shown` hides it."""

    title: tuple[str, str] | None = None  # in Russian and English
    flush = False  # rows reach the section's edges

    def __init__(self, view: View, refresh: Refresh) -> None:
        self.view = view
        self.refresh = refresh
        self._last: Json = None
        self._box = Redrawn("section")
        self._box.classes("card flush" if self.flush else "card")
        self._box.set_visibility(False)
        if self.title:
            self._box.props["aria-label"] = view.say(*self.title)

    @abstractmethod
    def shown(self, card: Json) -> Json:
        """What the section shows of the card; nothing (None, an empty list) where there is no need for it."""

    @abstractmethod
    def draw(self, card: Json) -> None:
        """Draws the section's inside."""

    def update(self, card: Json) -> None:
        """Takes the card as it is now."""
        shown = self.shown(card)
        if shown == self._last:
            return
        self._last = shown
        self._box.anew().set_visibility(bool(shown))
        if not shown:
            return
        with self._box:
            if self.title:
                heading(self.view.say(*self.title), 2).classes("part-title")
            self.draw(card)

    def forget(self) -> None:
        """The next `update` draws in any case."""
        self._last = None
