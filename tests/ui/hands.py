"""A simulated user's hands: what one presses and writes on a page without a browser, found by its words."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction

PATIENCE = 600  # tenths of a second: what a busy machine needs is no fault of the page


async def sees(user: User, *texts: str) -> None:
    """Waits until each of the texts is to be read: on the page, as a name or in a toast."""
    for text in texts:
        for _ in range(PATIENCE):
            if text in read(user):
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError(f"“{text}” is not to be read in:\n{read(user)}")


async def sees_no(user: User, *texts: str) -> None:
    """Waits until none of the texts is to be read any more."""
    for text in texts:
        for _ in range(PATIENCE):
            if text not in read(user):
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError(f"“{text}” is still to be read in:\n{read(user)}")


def read(user: User) -> str:
    """All that can be read on the page outside its frame, spaces being plain ones."""
    assert user.client
    said = [*_words(user.client.layout), *user.notify.messages]
    return "\n".join(said).replace("\N{NO-BREAK SPACE}", " ")


def _words(element: Element) -> Iterator[str]:
    if (
        not element.visible
        or (isinstance(element, ui.dialog) and not element.value)
        or element.tag == "header"
    ):
        return
    for name in ("text", "label", "aria-label", "error-message"):
        if word := element.props.get(name) or (name == "text" and getattr(element, "text", "")):
            yield str(word)
    for slot in element.slots.values():
        for child in slot.children:
            yield from _words(child)


def named(user: User, kind: type[Element], text: str) -> Element:
    """The one visible element of this kind with this text, label or name; the newest of several."""
    assert user.client
    drawn = [one for one in user.client.elements.values() if isinstance(one, kind) and one.visible]
    found = [one for one in drawn if text in _names(one)]
    assert found, f"no {kind.__name__} “{text}”: {[_names(one) for one in drawn]}"
    return max(found, key=lambda one: one.id)


def press(user: User, text: str, kind: type[Element] = ui.button) -> None:
    """Clicks it."""
    UserInteraction(user, {named(user, kind, text)}, None).click()


def press_plain(user: User, name: str) -> None:
    """Clicks a button that is plain HTML."""
    UserInteraction(user, {named(user, ui.element, name)}, None).trigger("click")


def write(user: User, label: str, text: str, kind: type[Element] = ui.textarea) -> None:
    """Puts the text in the field of this label."""
    assert user.client
    with user.client:
        named(user, kind, label).value = text  # type: ignore[attr-defined]


def choose(user: User, value: Any, kind: type[Element] = ui.radio) -> None:
    """Chooses one of the newest choice."""
    assert user.client
    with user.client:
        drawn = [one for one in user.client.elements.values() if isinstance(one, kind)]
        newest = max(drawn, key=lambda one: one.id)
        newest.value = value  # type: ignore[attr-defined]


def _names(element: Element) -> list[str]:
    """Its label and its name; of a menu's line, what is written there."""
    names = [getattr(element, "text", None), element.props.get("label"), element.props.get("aria-label")]
    names += [getattr(child, "text", None) for child in element.default_slot.children]
    return [str(name) for name in names if name]
