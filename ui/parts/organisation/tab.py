"""What every tab gets, and the pieces that they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicegui import ui

from ui.view import View


@dataclass(frozen=True)
class Tab:
    """One open tab. `again` reads and draws it anew, after something was changed."""

    view: View
    again: Callable[[], Awaitable[None]]

    @property
    def may_change(self) -> bool:
        """Whether to offer changes; the API decides anew."""
        return self.view.me.directs


def read_only(view: View) -> None:
    """The line that says why nothing can be changed here."""
    with ui.element("div").classes("org-note").props("role=note"):
        ui.icon("lock", size="18px").props("aria-hidden=true")
        ui.label(
            view.say(
                "Вы можете смотреть. Меняют настройки директор и администратор.",
                "You may look. A director or an administrator changes the settings.",
            )
        )


def empty(text: str) -> ui.element:
    """A card that says that there is nothing yet; its one action is drawn by `with`."""
    with ui.element("div").classes("card empty") as box:
        ui.label(text)
    return box


def icon_button(icon: str, name: str, act: Callable[[], object]) -> ui.button:
    """A button that is only an icon, with its name for those who do not see it."""
    button = ui.button(icon=icon, on_click=act).props("flat round dense")
    button.props["aria-label"] = name
    with button:
        ui.tooltip(name)
    return button


def initials(name: str) -> str:
    """Two letters for a round picture."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "?"


def avatar(name: str) -> None:
    """A round picture of the letters; its colour is the name's for ever."""
    hue = sum(ord(letter) * 37 for letter in name) % 360
    ui.label(initials(name)).classes("avatar").style(f"--hue: {hue}").props("aria-hidden=true")
