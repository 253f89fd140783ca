"""A part of a page that is drawn anew when something changes, maybe while a person presses what is in it.

What stood there is gone for the browser a moment later, but a press may be on its way already; the library drops
presses on elements that are gone. Here such a press is carried out by the button that the person saw. Private parts
of the library are used: tests/ui/test_redrawn.py fails when they change.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from nicegui import Client
from nicegui.element import Element

# A press waits in the browser as long as the connection is away; after that the page loads anew (mount.py: 20 s).
_ON_ITS_WAY = 30.0  # seconds
_PRESS = "click"
Handler = Callable[[str, Any], Any]


class Redrawn(Element):
    """An element whose content is drawn anew: `with box.anew(): …`."""

    def __init__(self, tag: str = "div") -> None:
        super().__init__(tag)
        self._left: dict[int, tuple[float, Element, dict[str, Any]]] = {}  # when, what and its listeners
        self._pressed: set[int] = set()

    def anew(self) -> Redrawn:
        """Empties it."""
        now = time.monotonic()
        self._left = {id: one for id, one in self._left.items() if now - one[0] < _ON_ITS_WAY}
        for element in self.descendants():
            # The second half of a double press is none: what was pressed here has had its effect.
            if element.id not in self._pressed and _can_be_pressed(element):
                self._left[element.id] = now, element, dict(element._event_listeners)
        self._pressed.clear()
        self.clear()
        return self

    def take_out(self, id: int) -> Element | None:
        """What stood here a moment ago under this id, once; as it was, and at home in this box."""
        found = self._left.pop(id, None)
        if found is None or time.monotonic() - found[0] >= _ON_ITS_WAY:
            return None
        _, element, listeners = found
        element._event_listeners.update(listeners)
        element.parent_slot = self.default_slot
        return element

    def note(self, id: int) -> None:
        """This element within has been pressed."""
        self._pressed.add(id)


def with_late_presses(handler: Handler) -> Handler:
    """The library's handler of a socket's events, for presses too on what has just been drawn anew."""

    def carry_out(sid: str, message: Any) -> Any:
        client, id = Client.instances[message["client_id"]], message.get("id")
        sender = client.elements.get(id)
        if sender is not None:
            for above in sender.ancestors():
                if isinstance(above, Redrawn):
                    above.note(id)
            return handler(sid, message)
        boxes = [one for one in client.elements.values() if isinstance(one, Redrawn)]
        gone = next((found for box in boxes if (found := box.take_out(id))), None)
        if gone is None or _kind(gone, message) != _PRESS:
            return None
        client.elements[id] = gone
        try:
            return handler(sid, message)
        finally:
            del client.elements[id]

    return carry_out


def _can_be_pressed(element: Element) -> bool:
    return any(listener.type == _PRESS for listener in element._event_listeners.values())


def _kind(element: Element, message: Any) -> str | None:
    listener = element._event_listeners.get(message.get("listener_id"))
    return listener.type if listener else None
