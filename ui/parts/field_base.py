"""What every input of a field can do."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

from nicegui import ui
from nicegui.element import Element

from ui.speech import Language

Json = Any
_GROUPS = re.compile(r",(?=\d{3}(\D|$))")  # commas between thousands, as English writes them


def plain_number(text: str, lang: Language) -> str:
    """The figure as the API reads it: `1 250 000,50 ₽` → `1250000.50`. What is no figure stays what it is."""
    kept = "".join(letter for letter in text if not letter.isspace() and letter != "₽")
    return (kept if lang == "ru" else _GROUPS.sub("", kept)).replace(",", ".")


class FieldInput(ABC):
    """One drawn input. `value` is JSON as the API wants it, None for nothing."""

    def __init__(self, focused: Element, box: Element | None = None) -> None:
        self._focused = focused
        self._box = box or focused
        self._said: ui.label | None = None

    @property
    @abstractmethod
    def value(self) -> Json:
        """What was written or chosen."""

    def error(self, text: str | None) -> None:
        """Shows what is wrong with the value beside it; None: nothing is any more."""
        if isinstance(self._focused, ui.input | ui.textarea | ui.select):
            self._focused.error = text
            return
        if self._said is None:
            with self._box:
                self._said = ui.label().classes("small field-error").props("role=alert")
        self._said.set_text(text or "")
        self._said.set_visibility(bool(text))

    def focus(self) -> None:
        """Puts the cursor here as soon as it is shown, where there is one."""
        if isinstance(self._focused, ui.input | ui.textarea | ui.select):
            self._focused.props("autofocus")
