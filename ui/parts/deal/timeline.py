"""What happened to a deal: who, when and why; and a comment of one's own."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.attachments import Attachments
from ui.parts.deal.part import Json, Refresh
from ui.parts.elements import heading, once
from ui.parts.typing import Typing
from ui.redrawn import Redrawn
from ui.view import View

_ICONS = {
    "moved": "arrow_forward", "opened": "add_circle_outline", "filled": "edit", "commented": "chat_bubble_outline",
    "task_created": "add_task", "task_finished": "task_alt", "notified": "notifications_none",
    "attention_needed": "error_outline", "call_logged": "call", "approval_ended": "how_to_reg",
    "effect_planned": "outgoing_mail", "happened_outside": "input", "move_undone": "undo",
}  # fmt: skip
_PAGE = 40


class Timeline:
    """The feed of one open card. New events are put on top of those that are drawn."""

    def __init__(self, view: View, deal: str, refresh: Refresh) -> None:
        self._view, self._deal, self._refresh = view, deal, refresh
        self._latest = 0
        self._next: int | None = None
        with ui.element("section").classes("card timeline-box") as box:
            box.props["aria-label"] = view.say("История", "Timeline")
            heading(view.say("История", "Timeline"), 2).classes("part-title")
            self._composer()
            self._details = ui.switch(
                view.say("Все подробности", "Every detail"), on_change=self._redraw
            ).props("dense")
            self._list = Redrawn("ol")
            self._list.classes("timeline")
            self._more = ui.button(view.say("Показать раньше", "Show earlier"), on_click=self._older)
            self._more.props("flat dense no-caps")
        self._items: list[Json] = []

    async def update(self) -> None:
        """Reads what is new."""
        page = await self._view.api.get(f"/api/deals/{self._deal}/timeline", limit=_PAGE)
        fresh = [item for item in page["items"] if item["seq"] > self._latest]
        if not self._latest:
            self._next = page["next"]
        if fresh:
            self._latest = fresh[0]["seq"]
            self._items = fresh + self._items
            self._redraw()

    async def _older(self) -> None:
        view = self._view
        page = await view.act(
            view.api.get(f"/api/deals/{self._deal}/timeline", limit=_PAGE, cursor=self._next)
        )
        if page:
            self._items += page["items"]
            self._next = page["next"]
            self._redraw()

    def _redraw(self) -> None:
        self._more.set_visibility(self._next is not None)
        with self._list.anew():
            for item in self._items:
                if item["words"] and (self._details.value or item["type"] != "notified"):
                    self._draw(item)

    def _draw(self, item: Json) -> None:
        view = self._view
        own = item["type"] in ("commented", "task_commented")
        with ui.element("li").classes("said" if own else ""):
            ui.icon(_ICONS.get(item["type"], "fiber_manual_record"), size="16px").props("aria-hidden=true")
            with ui.element("div").classes("grow stack").style("gap: 1px"):
                ui.label(view.text(item["words"])).classes("wrap")
                for file in item["data"].get("files") or ():
                    ui.link(file["name"], f"/api/files/{file['id']}").classes("wrap small")
                when = ui.label(f"{view.name(item['by'])} · {view.moment(item['at'])}").classes("muted small")
                when.tooltip(view.full(item["at"]))

    def _composer(self) -> None:
        view = self._view
        with ui.element("div").classes("stack") as box:
            text = ui.textarea(placeholder=view.say("Написать комментарий…", "Write a comment…"))
            text.props("outlined dense autogrow rows=1")
            text.props["aria-label"] = view.say("Комментарий", "Comment")
            with ui.element("div").classes("row"):
                files = Attachments(view)
                ui.element("span").classes("grow")
                button = ui.button(view.say("Отправить", "Send"), icon="send").props(
                    "dense no-caps unelevated"
                )
            typing = Typing(box, button, draft=f"draft {view.me.id} {self._deal}")

        async def send() -> None:
            body: dict[str, Any] = {"text": text.value or "", "files": files.ids}
            if await view.act(view.api.post(f"/api/deals/{self._deal}/comments", body)):
                typing.forget()
                text.set_value("")
                files.clear()
                await view.act(self._refresh())

        button.tooltip("Ctrl+Enter").on_click(once(send))
