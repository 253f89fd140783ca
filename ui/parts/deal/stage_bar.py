"""The stages of a deal as one bar: where it has been, where it is, where it may go by a click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from nicegui import ui
from nicegui.element import Element

from ui.parts.deal.part import Json, Part, Refresh
from ui.parts.elements import once
from ui.view import View

Go = Callable[[str], Awaitable[None]]


class _InView(Element, component="in_view.js"):
    """Scrolls the box that it is drawn in to what is current."""


class StageBar(Part):
    """One button a stage; ends (won, lost) stand behind a menu."""

    title = ("Этапы", "Stages")

    def __init__(self, view: View, refresh: Refresh, go: Go) -> None:
        super().__init__(view, refresh)
        self._go = go
        self._box.classes("stage-bar-box")

    def shown(self, card: Json) -> Json:
        return {
            "stage": card["stage"],
            "status": card["status"],
            "moved": card["moved_at"],
        }

    def draw(self, card: Json) -> None:
        view, open_ = self.view, card["status"] == "open"
        here = card["stage"]
        way = [stage for stage in card["stages"] if stage["kind"] == "open"]
        ends = [stage for stage in card["stages"] if stage["kind"] != "open"]
        passed = card["status"] != "lost"  # a lost deal may have left at any stage
        with ui.element("div").classes("stage-bar").props("role=list"):
            for stage in way:
                passed = passed and stage["id"] != here
                self._step(stage, "past" if passed else "here" if stage["id"] == here else "ahead", open_)
            ended = next((stage for stage in ends if stage["id"] == here), None)
            if ended:
                self._step(ended, ended["kind"], False)
            elif open_ and ends:
                self._ends(ends)
            _InView()
        moved = ui.label(_since(view, card["moved_at"])).classes("muted small")
        moved.tooltip(view.full(card["moved_at"]))

    def _step(self, stage: Json, kind: str, can_go: bool) -> None:
        title = self.view.text(stage["title"])
        with ui.element("div").props("role=listitem").classes("stage-item"):
            with ui.element("button").classes(f"stage stage--{kind}").props("type=button") as button:
                ui.label(title)
            button.tooltip(title)
            if kind == "here" or not can_go:
                button.props("disabled")
                if kind != "past" and kind != "ahead":
                    button.props("aria-current=step")
            else:
                button.on("click", once(partial(self._go, stage["id"])))

    def _ends(self, ends: list[Json]) -> None:
        view = self.view
        with ui.element("div").props("role=listitem").classes("stage-item"):
            button = ui.button(view.say("Завершить", "Close"), icon="flag").props("flat dense no-caps")
            with button, ui.menu().props("auto-close"):
                for stage in ends:
                    icon = "emoji_events" if stage["kind"] == "won" else "cancel"
                    with ui.menu_item(on_click=once(partial(self._go, stage["id"]))):
                        ui.icon(icon, size="18px").classes(
                            f"tone-{'ok' if stage['kind'] == 'won' else 'late'}"
                        )
                        ui.label(view.text(stage["title"])).style("margin-left: 8px")


def _since(view: View, moved_at: str) -> str:
    """How long the deal has been at its stage."""
    moved = datetime.fromisoformat(moved_at)
    if datetime.now(UTC) - moved < timedelta(minutes=1):
        return view.say("Только что на этом этапе", "At this stage just now")
    span = view.span_since(moved)
    return view.say(f"На этом этапе {span}", f"At this stage for {span}")
