"""One task, made for a phone in a warehouse: the clock, the checklist, a photo, done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.live import Change
from ui.parts import acts
from ui.parts.elements import content, once
from ui.parts.fields import FieldSpec, field_specs
from ui.parts.task.about import about, draw_about
from ui.parts.task.head import draw_head
from ui.parts.task.report import Report
from ui.parts.task.said import draw_said
from ui.parts.task.work import Checklist, draw_clock
from ui.redrawn import Redrawn
from ui.view import View

Json = Any


async def page(view: View, task: str) -> None:
    """Draws the task of this public id (`{deal}.{number}`); it keeps itself up to date."""
    deal = task.rpartition(".")[0]
    shown = _Task(view, deal, task)
    await shown.load()
    with content("narrow", "task-page"):
        shown.build()
    shown.show()

    async def changed(_: Change) -> None:
        await shown.refresh()

    view.on_change(changed, deals=[deal])


class _Task:
    """One open page. Each section is drawn anew only when it has changed; what is being typed never is."""

    def __init__(self, view: View, deal: str, task: str) -> None:
        self._view, self._deal, self._id = view, deal, task
        self._again = view.told(self.refresh)
        self._card: Json = {}
        self._task: Json = {}
        self._said: list[Json] = []
        self._specs: list[FieldSpec] = []
        self._sections: list[tuple[Redrawn, Callable[[], Json], Callable[[], None]]] = []
        self._drawn: list[Json] = []
        self._checklist: Checklist | None = None

    async def load(self) -> None:
        """Reads the task and what was said of it. Raises Problem."""
        view, missing = self._view, Problem(404, _unknown(self._view))
        if not self._deal:
            raise missing
        self._card = await view.api.get(f"/api/deals/{self._deal}")
        found = next((one for one in self._card["tasks"] if one["id"] == self._id), None)
        if found is None:
            raise missing
        self._task = found
        names = self._card["fields"].keys() - {spec.name for spec in self._specs}
        if names:
            pipeline, version = self._card["pipeline"], self._card["definition"]
            self._specs = await field_specs(view, pipeline, version, list(self._card["fields"]))
        timeline = await view.api.get(f"/api/deals/{self._deal}/timeline", limit=200)
        self._said = [item for item in timeline["items"] if _is_about(item, found)]

    def build(self) -> None:
        """Draws the frame; what the sections show comes with `show`."""
        view = self._view
        self._section(lambda: self._task, lambda: draw_head(view, self._card, self._task))
        self._section(lambda: about(self._card), self._about)
        self._section(self._time, lambda: draw_clock(view, self._task, self._again))
        self._section(self._to_tick, self._tick_off)
        self._section(self._asked, self._report)
        self._section(lambda: self._said, lambda: draw_said(view, self._said))
        self._section(self._open_gates, self._end)

    def show(self) -> None:
        """Draws the sections that are not as they were."""
        self._view.client.title = self._view.text(self._task["title"])
        for number, (box, state, draw) in enumerate(self._sections):
            now = state()
            if self._drawn[number] == now:
                continue
            self._drawn[number] = now
            with box.anew():
                if now:
                    draw()
            box.set_visibility(bool(box.default_slot.children))
        if self._checklist:
            self._checklist.update(self._task)

    async def refresh(self) -> None:
        """Shows the task as it is now."""
        await self.load()
        self.show()

    def _section(self, state: Callable[[], Json], draw: Callable[[], None]) -> None:
        box = Redrawn()
        box.classes("stack").set_visibility(False)
        self._sections.append((box, state, draw))
        self._drawn.append(None)

    def _time(self) -> Json:
        names = ("running", "running_since", "seconds", "status")
        return {name: self._task[name] for name in names} if self._task["time_tracking"] else None

    def _to_tick(self) -> Json:
        """What there is to tick; the ticks themselves change in place."""
        return [(item["item"], item["text"]) for item in self._task["checklist"]]

    def _tick_off(self) -> None:
        self._checklist = Checklist(self._view, self._task, self._again)

    def _asked(self) -> Json:
        """What decides for what the report asks; nothing where there is no need for it."""
        return {"result": self._task["result"]} if self._task["status"] == "open" else None

    def _about(self) -> None:
        """Open at once, unless hands are needed: then the clock and the camera come first."""
        draw_about(self._view, self._card, self._specs, unfolded=not self._task["time_tracking"])

    def _report(self) -> None:
        Report(self._view, self._task, self._again)

    def _open_gates(self) -> Json:
        """What still keeps an open task from being finished."""
        if self._task["status"] != "open":
            return None
        return {"gates": self._task["finish"]["gates"] if self._task["finish"] else []}

    def _end(self) -> None:
        view = self._view
        for gate in self._open_gates()["gates"]:
            ui.label(view.text(gate["message"])).classes("pill--soon wrap dialog-alert")
        finish = once(lambda: acts.finish_task(view, self._task, self._again))
        button = ui.button(view.say("Завершить задачу", "Finish the task"), icon="check", on_click=finish)
        button.classes("big").props("no-caps unelevated")


def _unknown(view: View) -> dict[str, str]:
    return {
        "title": view.say("Такой задачи нет", "There is no such task"),
        "detail": view.say(
            "Возможно, ссылка неполная. Задачи, которые вас ждут, — на странице «Мой день».",
            "The link may be incomplete. Tasks that wait for you are on the page “My day”.",
        ),
    }


def _is_about(item: Json, task: Json) -> bool:
    return bool(item["type"] == "task_commented" and item["data"].get("task") == task["number"])
