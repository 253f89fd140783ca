"""The organisation: people, roles, the calendar, requisites, channels, templates of messages, pipelines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from nicegui import ui

from ui.parts.elements import content, entitle, heading
from ui.parts.organisation import calendar, channels, employees, pipelines, requisites, roles, templates
from ui.parts.organisation.tab import Tab, read_only
from ui.redrawn import Redrawn
from ui.view import View

Draw = Callable[[Tab], Awaitable[None]]
TABS: Mapping[str, tuple[str, str, str, Draw]] = {
    "employees": ("group", "Сотрудники", "People", employees.draw),
    "roles": ("badge", "Роли", "Roles", roles.draw),
    "calendar": ("calendar_month", "Календарь", "Calendar", calendar.draw),
    "requisites": ("account_balance", "Реквизиты", "Requisites", requisites.draw),
    "channels": ("forward_to_inbox", "Каналы связи", "Channels", channels.draw),
    "templates": ("drafts", "Шаблоны сообщений", "Message templates", templates.draw),
    "pipelines": ("schema", "Воронки", "Pipelines", pipelines.draw),
}
FREE = ("templates", "pipelines")  # nothing is changed there, by anybody


async def page(view: View) -> None:
    """Draws the tab that the address names, the people's by default."""
    asked = view.query.get("tab", "")
    entitle(view, view.say("Организация", "Organisation"))
    with content():
        with ui.element("div").classes("page-head"):
            heading(view.say("Организация", "Organisation"))
        with ui.tabs().props("dense no-caps align=left inline-label outside-arrows mobile-arrows") as tabs:
            for name, (icon, ru, en, _) in TABS.items():
                ui.tab(name, label=view.say(ru, en), icon=icon)
        tabs.classes("org-tabs").set_value(asked if asked in TABS else "employees")
        box = Redrawn()
        box.classes("stack org")
    shown = _Shown(view, box)
    await shown.show(tabs.value)
    tabs.on_value_change(lambda event: shown.choose(event.value))


class _Shown:
    """The tab that is open."""

    def __init__(self, view: View, box: Redrawn) -> None:
        self._view, self._box = view, box

    async def choose(self, name: str) -> None:
        """Opens the tab and writes it into the address; a refusal is told."""
        with self._view.client:  # whatever was clicked may be gone by now
            ui.navigate.history.replace(f"/organisation?tab={name}")
        await self._view.act(self.show(name))

    async def show(self, name: str) -> None:
        """Draws the tab anew."""
        with self._box.anew(), ui.element("div").classes("stack org-tab") as place:
            waiting = ui.element("div").classes("skeleton").style("height: 160px")
        tab = Tab(self._view, lambda: self.choose(name))
        with place:
            if not tab.may_change and name not in FREE:
                read_only(self._view)
            await TABS[name][3](tab)
        waiting.delete()
