"""The few elements that HTML has and the library has no name for."""

from __future__ import annotations

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement


def heading(text: str, level: int = 1) -> TextElement:
    """A heading of this level."""
    return TextElement(tag=f"h{level}", text=text)


def content(*classes: str) -> ui.element:
    """The page's own part, beneath the top bar; to be used once in a page, by `with`."""
    return ui.element("main").classes(" ".join(("page", *classes))).props("id=content tabindex=-1")
