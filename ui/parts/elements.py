"""The few elements that HTML has and the library has no name for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ui.view import View


def heading(text: str, level: int = 1) -> TextElement:
    """A heading of this level."""
    return TextElement(tag=f"h{level}", text=text)


def entitle(view: View, title: str) -> None:
    """Names the page in the browser's tab, its history and bookmarks."""
    view.client.title = f"{title} — {view.say('Воронка', 'Voronka')}"


def content(*classes: str) -> ui.element:
    """The page's own part, beneath the top bar; to be used once in a page, by `with`."""
    return ui.element("div").classes(" ".join(("page", *classes))).props("id=content tabindex=-1")


def once(run: Callable[[], Any]) -> Callable[[], Any]:
    """`run` as a handler that leaves out presses while the one before is still being carried out."""
    busy = False

    async def handler() -> None:
        nonlocal busy
        if busy:
            return
        busy = True
        try:
            result = run()
            if isinstance(result, Awaitable):
                await result
        finally:
            busy = False

    return handler
