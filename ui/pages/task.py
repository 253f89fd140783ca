"""One task, made for a phone in a warehouse: the clock, the checklist, a photo, done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.live import Change
from ui.parts import acts
from ui.parts.attachments import Attachments
from ui.parts.elements import content, heading
from ui.parts.timer import stopwatch
from ui.view import View

Json = Mapping[str, Any]


async def page(view: View, task: str) -> None:
    """Draws the task of this public id (`{deal}.{number}`); it keeps itself up to date."""
    deal = task.rpartition(".")[0]
    shown = _Task(view, deal, task)
    with content("narrow"):
        shown.body = ui.element("div").classes("stack task-page")
    await shown.refresh()

    async def changed(_: Change) -> None:
        await shown.refresh()

    view.on_change(changed, deals=[deal])


class _Task:
    """What is drawn of one task."""

    def __init__(self, view: View, deal: str, task: str) -> None:
        self._view, self._deal, self._id = view, deal, task
        self._drawn: Json = {}
        self.body: ui.element

    async def refresh(self) -> None:
        """Reads the task anew, and draws it if it is not as it was."""
        view = self._view
        card = await view.api.get(f"/api/deals/{self._deal}")
        task = next((one for one in card["tasks"] if one["id"] == self._id), None)
        if task is None:
            raise Problem(404, {"detail": view.say("Такой задачи нет.", "There is no such task.")})
        timeline = await view.api.get(f"/api/deals/{self._deal}/timeline", limit=200)
        said = [item for item in timeline["items"] if _is_about(item, task)]
        state = {"task": task, "said": said}
        if state == self._drawn:
            return
        self._drawn = state
        self.body.clear()
        with self.body:
            self._draw(card, task, said)

    def _draw(self, card: Json, task: Json, said: list[Json]) -> None:
        view, is_open = self._view, task["status"] == "open"
        view.client.title = view.text(task["title"])
        with ui.link(target=f"/deals/{self._deal}").classes("small"):
            ui.label(f"← {card['title']}")
        heading(view.text(task["title"]))
        with ui.element("div").classes("row"):
            _state(view, task)
            ui.label(f"{view.say('Исполнитель', 'Assignee')}: {view.name(task['assignee'])}").classes("muted")
        if task["description"]:
            ui.label(view.text(task["description"])).classes("wrap")
        if task["time_tracking"]:
            self._clock(task, is_open)
        if task["checklist"]:
            self._checklist(task, is_open)
        if is_open:
            self._report(task)
        self._comments(said)
        if is_open:
            self._end(task)

    def _clock(self, task: Json, is_open: bool) -> None:
        view, runs = self._view, self._view.me.id in task["running"]
        with ui.element("section").classes("card task-clock"):
            ui.label(view.say("Время", "Time")).classes("section-title")
            stopwatch(view, task).classes("figure")
            others = [view.name(person) for person in task["running"] if person != view.me.id]
            if others:
                ui.label(f"{view.say('Сейчас работают', 'At work now')}: {', '.join(others)}").classes(
                    "muted small"
                )
            if is_open:
                text = view.say("Остановить", "Stop") if runs else view.say("Начать работу", "Start work")
                icon, verb = ("stop", "stop") if runs else ("play_arrow", "start")
                button = ui.button(text, icon=icon, on_click=lambda: self._do(verb)).classes("big")
                button.props("no-caps unelevated" if not runs else "no-caps outline")

    def _checklist(self, task: Json, is_open: bool) -> None:
        with ui.element("section").classes("card"):
            ui.label(self._view.say("Чек-лист", "Checklist")).classes("section-title")
            for item in task["checklist"]:
                box = ui.checkbox(
                    self._view.text(item["text"]),
                    value=item["done"],
                    on_change=lambda event, n=item["item"]: self._tick(n, event.value),
                )
                box.set_enabled(is_open)

    def _report(self, task: Json) -> None:
        """A comment or the result itself, in words, photos and files."""
        view = self._view
        with ui.element("section").classes("card"):
            ui.label(view.say("Комментарий и фото", "Comment and photo")).classes("section-title")
            text = ui.textarea(label=view.say("Напишите, что сделано", "Write what was done"))
            text.props("outlined autogrow rows=2")
            with ui.element("div").classes("row"):
                photos = Attachments(view, view.say("Сделать фото", "Take a photo"), images=True)
                files = Attachments(view)
            result = None
            if task["result"] != "none":
                result = ui.checkbox(
                    view.say("Это результат задачи", "This is the task's result"), value=True
                )

            async def send() -> None:
                body = {
                    "text": text.value or None,
                    "files": photos.ids + files.ids,
                    "result": bool(result and result.value),
                }
                said = view.say("Сохранено", "Kept")
                if await view.act(view.api.post(f"/api/tasks/{self._id}/comments", body), said):
                    self._drawn = {}
                    await self.refresh()

            ui.button(view.say("Отправить", "Send"), icon="send", on_click=send).props("no-caps outline")

    def _comments(self, said: list[Json]) -> None:
        view = self._view
        if not said:
            return
        with ui.element("section").classes("card flush"), ui.element("div").classes("list"):
            for item in said:
                with ui.element("div").classes("stack").style("gap: 2px"):
                    ui.label(f"{view.name(item['by'])} · {view.moment(item['at'])}").classes("muted small")
                    if item["data"].get("text"):
                        ui.label(item["data"]["text"]).classes("wrap")
                    for file in item["data"].get("files") or ():
                        ui.link(file["name"], f"/api/files/{file['id']}").classes("wrap")

    def _end(self, task: Json) -> None:
        view = self._view
        for gate in task["finish"]["gates"] if task["finish"] else ():
            ui.label(view.text(gate["message"])).classes("pill--soon wrap dialog-alert")

        async def finish() -> None:
            await acts.finish_task(view, task, self.refresh)

        ui.button(view.say("Завершить задачу", "Finish the task"), icon="check", on_click=finish).classes(
            "big"
        ).props("no-caps unelevated")

    async def _do(self, verb: str) -> None:
        await self._view.act(self._view.api.post(f"/api/tasks/{self._id}/{verb}"))
        await self._view.act(self.refresh())

    async def _tick(self, item: int, done: bool) -> None:
        await self._view.act(self._view.api.post(f"/api/tasks/{self._id}/checklist/{item}", {"done": done}))
        self._drawn = {}
        await self._view.act(self.refresh())


def _is_about(item: Json, task: Json) -> bool:
    return bool(item["type"] == "task_commented" and item["data"].get("task") == task["number"])


def _state(view: View, task: Json) -> None:
    if task["status"] == "open":
        if task["deadline"]:
            due = view.due(task["deadline"])
            ui.label(due.text).classes(f"pill pill--{due.tone}").tooltip(view.full(task["deadline"]))
        return
    finished = task["status"] == "finished"
    text = view.say("Завершена", "Finished") if finished else view.say("Отменена", "Cancelled")
    outcome = task["outcomes"].get(task["outcome"] or "")
    if outcome:
        text += f": {view.text(outcome['title'])}"
    ui.label(text).classes("pill " + ("pill--ok" if finished else ""))
