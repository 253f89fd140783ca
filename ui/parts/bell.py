"""The bell: what the person was told and has not read."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from ui.live import Change
from ui.redrawn import Redrawn
from ui.view import View

_SHOWN = 30
_OPEN = """(event) => {
  const apart = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!apart) event.preventDefault();
  emit(apart);
}"""


class _Bell:
    """One bell on one page."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._button = ui.button(icon="notifications").props("flat round dense")
        with self._button:
            self._badge = ui.badge("").props("floating color=negative")
            with ui.menu().classes("notices") as menu:
                self._list = Redrawn()
                self._list.classes("list").style("width: min(420px, 92vw)")
        menu.on("show", self._fill)

    async def refresh(self) -> None:
        """Asks how many are unread."""
        unread = (await self._view.api.get("/api/me"))["unread"]
        self._badge.set_text(str(min(unread, 99)) + ("+" if unread > 99 else ""))
        self._badge.set_visibility(unread > 0)
        name = self._view.say("Уведомления", "Notifications")
        self._button.props["aria-label"] = f"{name}: {unread}"
        self._button.update()

    async def _fill(self) -> None:
        found = await self._view.act(self._view.api.get("/api/notifications", limit=_SHOWN))
        if found is None:
            return
        with self._list.anew():
            if not found["items"]:
                ui.label(
                    self._view.say("Пока тихо: уведомлений нет.", "All quiet: no notifications.")
                ).classes("empty")
                return
            for notice in found["items"]:
                self._draw(notice)
            ui.button(
                self._view.say("Отметить все прочитанными", "Mark all as read"), on_click=self._read_all
            ).props("flat dense no-caps")

    def _draw(self, notice: dict[str, Any]) -> None:
        view = self._view
        unread = notice["read_at"] is None
        with ui.element("div").classes("stack").style("gap: 2px"):
            with ui.link(target=f"/deals/{notice['deal']}").classes("wrap") as link:
                ui.label(view.text(notice["text"])).classes("strong" if unread else "")
            if unread:
                link.on("click", partial(self._open, notice), js_handler=_OPEN)
            ui.label(f"{view.ago(notice['at'])} · {notice['deal_title']}").classes("muted small clip")

    async def _open(self, notice: dict[str, Any], event: GenericEventArguments) -> None:
        """Whoever opens a notice has read it. In another tab the browser opens it by itself."""
        await self._view.act(self._view.api.post(f"/api/notifications/{notice['id']}/read"))
        if event.args:
            await self._view.act(self.refresh())
            await self._fill()
        else:
            self._view.go(f"/deals/{notice['deal']}")

    async def _read_all(self) -> None:
        await self._view.act(self._view.api.post("/api/notifications/read"))
        await self._view.act(self.refresh())
        await self._fill()


def bell(view: View) -> None:
    """Draws the bell; it rings by itself while the page is open."""
    drawn = _Bell(view)

    async def changed(_: Change) -> None:
        await drawn.refresh()

    view.start(drawn.refresh())
    view.on_change(changed, people=[view.me.id])
