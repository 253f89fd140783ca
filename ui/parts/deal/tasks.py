"""Tasks of a deal: what is open with its clock and checklist, what is done, and a new one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.parts import acts
from ui.parts.deal.part import Json, Part, Refresh
from ui.parts.dialog import Dialog
from ui.parts.elements import once
from ui.parts.field_dates import DateTimeInput
from ui.parts.fields import FieldSpec, field_input
from ui.parts.timer import stopwatch
from ui.view import View

_IN_1C = {
    "open": ("в работе", "under way"),
    "done": ("выполнена", "done"),
    "cancelled": ("отменена", "cancelled"),
}


class Tasks(Part):
    """Open tasks first; finished ones are folded."""

    title = ("Задачи", "Tasks")

    def __init__(self, view: View, refresh: Refresh) -> None:
        super().__init__(view, refresh)
        self._unfolded = False

    def shown(self, card: Json) -> Json:
        return {"tasks": card["tasks"], "status": card["status"]}

    def draw(self, card: Json) -> None:
        view = self.view
        waiting = [task for task in card["tasks"] if task["status"] == "open"]
        done = [task for task in card["tasks"] if task["status"] != "open"]
        for task in waiting:
            self._open(task)
        if not waiting:
            ui.label(view.say("Открытых задач нет.", "No open tasks.")).classes("muted")
        if done:
            title = view.say(f"Завершённые · {len(done)}", f"Finished · {len(done)}")
            with ui.expansion(title, value=self._unfolded, on_value_change=self._fold).props("dense"):
                for task in reversed(done):
                    self._done(task)
        if card["status"] == "open":
            ui.button(
                view.say("Поставить задачу", "Add a task"), icon="add", on_click=partial(self._new, card)
            ).props("flat dense no-caps").classes("self-start")

    def _fold(self, event: ValueChangeEventArguments[bool]) -> None:
        self._unfolded = event.value

    def _open(self, task: Json) -> None:
        view = self.view
        with ui.element("article").classes("deal-task"):
            with ui.element("div").classes("row nowrap"):
                ui.icon("check_circle_outline", size="20px").props("aria-hidden=true").classes("muted")
                ui.link(view.text(task["title"]), f"/tasks/{task['id']}").classes("strong grow wrap")
                if task["deadline"]:
                    due = view.due(task["deadline"])
                    ui.label(due.text).classes(f"pill pill--{due.tone}").tooltip(view.full(task["deadline"]))
            with ui.element("div").classes("row small muted"):
                ui.label(view.name(task["assignee"]))
                if task["mirror"]:
                    ui.label(_mirror(view, task["mirror"])).classes("pill")
                if task["checklist"]:
                    ticked = sum(item["done"] for item in task["checklist"])
                    ui.label(f"☑ {ticked}/{len(task['checklist'])}")
            with ui.element("div").classes("row"):
                if task["time_tracking"]:
                    self._clock(task)
                finish = once(partial(acts.finish_task, view, task, self.refresh))
                weight = "unelevated" if task["assignee"] == view.me.id else "outline"
                ui.button(view.say("Завершить", "Finish"), on_click=finish).props(f"dense no-caps {weight}")
            for gate in task["finish"]["gates"] if task["finish"] else ():
                ui.label(view.text(gate["message"])).classes("muted small wrap")

    def _clock(self, task: Json) -> None:
        view, runs = self.view, self.view.me.id in task["running"]
        stopwatch(view, task)
        verb = "stop" if runs else "start"
        button = ui.button(
            icon="stop" if runs else "play_arrow", on_click=once(partial(self._do, task, verb))
        )
        button.props("dense round outline size=sm")
        button.props["aria-label"] = (
            view.say("Остановить", "Stop") if runs else view.say("Начать работу", "Start work")
        )

    async def _do(self, task: Json, verb: str) -> None:
        await self.view.act(self.view.api.post(f"/api/tasks/{task['id']}/{verb}"))
        await self.view.act(self.refresh())

    def _done(self, task: Json) -> None:
        view, cancelled = self.view, task["status"] == "cancelled"
        outcome = task["outcomes"].get(task["outcome"] or "")
        with ui.element("div").classes("row small deal-done"):
            ui.icon("block" if cancelled else "check_circle", size="18px").props("aria-hidden=true").classes(
                "muted" if cancelled else "tone-ok"
            )
            ui.link(view.text(task["title"]), f"/tasks/{task['id']}").classes("wrap")
            if outcome:
                ui.label(view.text(outcome["title"])).classes("pill")
            if task["seconds"]:
                ui.label(view.span(timedelta(seconds=task["seconds"]))).classes("muted")
            who = view.name(task["finished_by"] or task["assignee"])
            when = view.moment(task["finished_at"]) if task["finished_at"] else ""
            ui.label(view.say("Отменена", "Cancelled") if cancelled else f"{who}, {when}").classes("muted")

    def _new(self, card: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.say("Новая задача", "New task"))
        with dialog:
            title = ui.input(label=view.say("Что сделать *", "What to do *")).props("outlined dense")
            text = ui.textarea(label=view.say("Подробности", "Details")).props("outlined dense autogrow")
            spec = FieldSpec("assignee", "employee", {"ru": "Исполнитель", "en": "Assignee"})
            person = field_input(view, spec, view.me.id, required=True)
            deadline = DateTimeInput(view, view.say("Срок", "Deadline"), None)

        async def run() -> None:
            body = {"title": title.value, "assignee": person.value, "description": text.value or None}
            if deadline.value:
                body["deadline"] = deadline.value
            await view.api.post(f"/api/deals/{card['id']}/tasks", body)
            view.toast(view.say("Задача поставлена", "The task is given"))
            await self.refresh()

        dialog.confirm(view.say("Поставить", "Add"), run)


def _mirror(view: View, mirror: Json) -> str:
    """The task's double in 1C: its number there, and how it stands."""
    known = _IN_1C.get(mirror["state"] or "")
    state = view.say(*known) if known else view.say("передаётся", "being told")
    return " ".join(part for part in ("1С:" if view.lang == "ru" else "1C:", mirror["number"], state) if part)
