"""The work itself: the clock and the checklist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.parts.elements import heading, once
from ui.parts.timer import stopwatch
from ui.view import View

Json = Any
Refresh = Callable[[], Awaitable[None]]


def draw_clock(view: View, task: Json, refresh: Refresh) -> None:
    """The time that was spent, and the button that starts and stops the person's own clock."""
    runs = view.me.id in task["running"]
    with ui.element("section").classes("card task-clock"):
        heading(view.say("Время", "Time"), 2).classes("section-title")
        stopwatch(view, task).classes("figure")
        others = [view.name(person) for person in task["running"] if person != view.me.id]
        if others:
            at_work = view.say("Сейчас работают", "At work now")
            ui.label(f"{at_work}: {', '.join(others)}").classes("muted small")
        if task["status"] != "open":
            return

        async def press() -> None:
            await view.act(view.api.post(f"/api/tasks/{task['id']}/{verb}"))
            await view.act(refresh())

        text = view.say("Остановить", "Stop") if runs else view.say("Начать работу", "Start work")
        icon, verb = ("stop", "stop") if runs else ("play_arrow", "start")
        button = ui.button(text, icon=icon, on_click=once(press)).classes("big")
        button.props("no-caps " + ("outline" if runs else "unelevated"))


class Checklist:
    """What is to be ticked. A tick changes its box alone: the next one may be on its way already."""

    def __init__(self, view: View, task: Json, refresh: Refresh) -> None:
        self._view, self._id, self._refresh = view, task["id"], refresh
        self._done: dict[str, bool] = {item["item"]: item["done"] for item in task["checklist"]}
        with ui.element("section").classes("card task-checklist"):
            with ui.element("div").classes("row"):
                heading(view.say("Чек-лист", "Checklist"), 2).classes("section-title")
                self._count = ui.label().classes("muted small tabular")
            self._boxes = {item["item"]: self._box(item) for item in task["checklist"]}
        self.update(task)

    def update(self, task: Json) -> None:
        """Shows the ticks as they are."""
        self._done = {item["item"]: item["done"] for item in task["checklist"]}
        self._count.set_text(f"{sum(self._done.values())}/{len(self._done)}")
        for item, box in self._boxes.items():
            box.set_value(self._done[item])
            box.set_enabled(task["status"] == "open")

    def _box(self, item: Json) -> ui.checkbox:
        tick = partial(self._tick, item["item"])
        return ui.checkbox(self._view.text(item["text"]), value=item["done"], on_change=tick)

    async def _tick(self, item: str, event: ValueChangeEventArguments[bool]) -> None:
        if event.value == self._done[item]:
            return
        address = f"/api/tasks/{self._id}/checklist/{item}"
        if await self._view.act(self._view.api.post(address, {"done": event.value})) is None:
            self._boxes[item].set_value(self._done[item])  # refused: the box shows what holds
            return
        await self._view.act(self._refresh())
