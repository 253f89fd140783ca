"""A dialog that asks something: title, fields, a refusal where it is read, two buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from ui.api_client import Problem
from ui.parts.elements import heading
from ui.parts.typing import Typing
from ui.view import View


class Dialog:
    """One question. Fields are drawn within `with dialog:`; `confirm` draws the buttons and comes last.

    A second press of what opens it asks anew: the same question never stands twice.
    """

    def __init__(self, view: View, title: str) -> None:
        self._view = view
        _forget_the_same(view, title)
        with view.client:
            self._box = ui.dialog().props("no-route-dismiss=false")
            with self._box, ui.card().classes("dialog") as self._card:
                heading(title, 2)
        self._box.props["aria-label"] = title
        self._box.on("hide", self._box.delete)  # each question is asked anew
        self._alert: ui.label | None = None

    def __enter__(self) -> Dialog:
        self._card.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._card.__exit__()

    def confirm(self, text: str, run: Callable[[], Awaitable[None]], *, danger: bool = False) -> None:
        """Draws Cancel and this button, and opens the dialog. It stays open while `run` raises Problem.

        A press while a file is still on its way runs as soon as the file is there.
        """

        async def act() -> None:
            if not self._box.value:  # closed while the press was waiting for a file
                return
            button.disable()  # a second press finds nothing to press
            try:
                await run()
            except Problem as problem:
                self.refuse(problem.detail)
                return
            finally:
                button.enable()
            self._box.close()

        with self._card:
            self._alert = ui.label().classes("pill--late wrap dialog-alert").props("role=alert")
            self._alert.set_visibility(False)
            with ui.element("div").classes("actions"):
                ui.button(self._view.say("Отмена", "Cancel"), on_click=self._box.close).props("flat no-caps")
                button = ui.button(text, on_click=act).props("unelevated no-caps")
                if danger:
                    button.props("color=negative")
            Typing(self._card, button, focus=True)
        self._box.open()

    def inform(self) -> None:
        """Draws one button that closes, where there is nothing to decide, and opens the dialog."""
        with self._card, ui.element("div").classes("actions"):
            ui.button(self._view.say("Понятно", "Got it"), on_click=self._box.close).props(
                "unelevated no-caps autofocus"
            )
        self._box.open()

    def refuse(self, why: str) -> None:
        """Says in the dialog why it cannot be done like this."""
        if self._alert:
            self._alert.set_text(why)
            self._alert.set_visibility(True)

    def close(self) -> None:
        """Closes the dialog as Cancel does."""
        self._box.close()


def _forget_the_same(view: View, title: str) -> None:
    for one in list(view.client.elements.values()):
        if isinstance(one, ui.dialog) and one.props.get("aria-label") == title:
            one.delete()
