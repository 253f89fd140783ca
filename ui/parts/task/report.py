"""A comment on a task, or its result: in words, photos and files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from ui.parts.attachments import Attachments
from ui.parts.elements import heading, once
from ui.parts.typing import Typing
from ui.view import View

Json = Any


class Report:
    """The form of one open task. It is emptied once it has been sent, and not drawn anew meanwhile."""

    def __init__(self, view: View, task: Json, refresh: Callable[[], Awaitable[None]]) -> None:
        self._view, self._id, self._refresh = view, task["id"], refresh
        with ui.element("section").classes("card") as box:
            heading(view.say("Комментарий и фото", "Comment and photo"), 2).classes("section-title")
            self._text = ui.textarea(label=view.say("Напишите, что сделано", "Write what was done"))
            self._text.props("outlined autogrow rows=2")
            with ui.element("div").classes("row"):
                self._photos = Attachments(view, view.say("Сделать фото", "Take a photo"), images=True)
                self._files = Attachments(view)
            self._result: ui.checkbox | None = None
            if task["result"] != "none":
                said = view.say("Это результат задачи", "This is the task's result")
                self._result = ui.checkbox(said, value=True)
            button = ui.button(view.say("Отправить", "Send"), icon="send", on_click=once(self._send))
            button.props("no-caps outline")
            self._typing = Typing(box, button, draft=f"draft {view.me.id} {task['id']}")

    async def _send(self) -> None:
        view = self._view
        body = {
            "text": self._text.value or None,
            "files": self._photos.ids + self._files.ids,
            "result": bool(self._result and self._result.value),
        }
        said = view.say("Отправлено", "Sent")
        if await view.act(view.api.post(f"/api/tasks/{self._id}/comments", body), said) is None:
            return
        self._typing.forget()
        self._text.set_value("")
        self._photos.clear()
        self._files.clear()
        await view.act(self._refresh())
