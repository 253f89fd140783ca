"""Keys and focus of a form: Enter sends it, its first field has the cursor, half-typed words outlive a reload.

What is sent while a file is being uploaded waits for the file.
"""

from __future__ import annotations

from nicegui import ui
from nicegui.element import Element


class Typing(Element, component="typing.js"):
    """To be drawn within `box`, after its fields. `button`: what Enter presses.

    `draft`: the name under which the browser keeps the words of the box's text area until `forget`.
    `focus`: whether the first field gets the cursor.
    """

    def __init__(self, box: Element, button: ui.button, *, draft: str = "", focus: bool = False) -> None:
        super().__init__()
        self._props.update(box=box.id, button=button.id, draft=draft, focus=focus)

    def forget(self) -> None:
        """Drops the draft, once it has been sent."""
        self.run_method("forget")
