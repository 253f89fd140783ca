"""The work itself: the clock and the checklist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.parts.elements import heading, once
from ui.parts.timer import stopwatch
from ui.view import View

Json = Any


class Work:
    """Starts and stops the person's clock, and ticks what is done."""

    def __init__(self, view: View, task: str, refresh: Callable[[], Awaitable[None]]) -> None:
        self._view, self._id, self._refresh = view, task, refresh

    def draw(self, task: Json) -> None:
        """Draws both where the task has them."""
        if task["time_tracking"]:
            self._clock(task)
        if task["checklist"]:
            self._checklist(task)

    def _clock(self, task: Json) -> None:
        view, runs = self._view, self._view.me.id in task["running"]
        with ui.element("section").classes("card task-clock"):
            heading(view.say("Время", "Time"), 2).classes("section-title")
            stopwatch(view, task).classes("figure")
            others = [view.name(person) for person in task["running"] if person != view.me.id]
            if others:
                at_work = view.say("Сейчас работают", "At work now")
                ui.label(f"{at_work}: {', '.join(others)}").classes("muted small")
            if task["status"] != "open":
                return
            text = view.say("Остановить", "Stop") if runs else view.say("Начать работу", "Start work")
            icon, verb = ("stop", "stop") if runs else ("play_arrow", "start")
            button = ui.button(text, icon=icon, on_click=once(partial(self._do, verb))).classes("big")
            button.props("no-caps " + ("outline" if runs else "unelevated"))

    def _checklist(self, task: Json) -> None:
        view, done = self._view, sum(item["done"] for item in task["checklist"])
        with ui.element("section").classes("card task-checklist"):
            with ui.element("div").classes("row"):
                heading(view.say("Чек-лист", "Checklist"), 2).classes("section-title")
                ui.label(f"{done}/{len(task['checklist'])}").classes("muted small tabular")
            for item in task["checklist"]:
                tick = partial(self._tick, item)
                box = ui.checkbox(view.text(item["text"]), value=item["done"], on_change=tick)
                box.set_enabled(task["status"] == "open")

    async def _do(self, verb: str) -> None:
        await self._view.act(self._view.api.post(f"/api/tasks/{self._id}/{verb}"))
        await self._view.act(self._refresh())

    async def _tick(self, item: Json, event: ValueChangeEventArguments[bool]) -> None:
        if event.value == item["done"]:
            return
        address = f"/api/tasks/{self._id}/checklist/{item['item']}"
        if await self._view.act(self._view.api.post(address, {"done": event.value})) is None:
            cast(ui.checkbox, event.sender).set_value(item["done"])  # refused: the box shows what holds
            return
        await self._view.act(self._refresh())
