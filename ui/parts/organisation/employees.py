"""People: who works here, how to reach them, whose head is who."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui

from ui.parts.dialog import Dialog
from ui.parts.organisation.access import draw_access
from ui.parts.organisation.form import Form
from ui.parts.organisation.leaving import ask_to_leave
from ui.parts.organisation.tab import Tab, avatar, empty, icon_button
from ui.redrawn import Redrawn

Json = dict[str, Any]
MOST = 100  # rows drawn at once; the search finds the rest


async def draw(tab: Tab) -> None:
    """The list, with a search, and those who left on demand."""
    view = tab.view
    working, left, roles = await asyncio.gather(
        view.api.get("/api/employees"),
        view.api.get("/api/employees", active="false"),
        view.api.get("/api/settings/roles"),
    )
    _People(tab, working["items"], left["items"], roles["items"]).draw()


class _People:
    """The list of one open tab."""

    def __init__(self, tab: Tab, working: list[Json], left: list[Json], roles: list[Json]) -> None:
        self._tab, self._view = tab, tab.view
        self._working, self._left = working, left
        self._roles = {
            one["id"]: [self._view.text(role["title"]) for role in roles if one["id"] in role["employees"]]
            for one in [*working, *left]
        }

    def draw(self) -> None:
        view = self._view
        with ui.element("div").classes("toolbar"):
            self._search = ui.input(placeholder=view.say("Имя, должность, роль", "Name, position, role"))
            self._search.props("outlined dense clearable type=search debounce=150").classes("org-search")
            self._search.props["aria-label"] = view.say("Найти сотрудника", "Find a person")
            self._search.on_value_change(self._fill)
            self._former = ui.switch(
                view.say(f"Показать ушедших ({len(self._left)})", f"Show those who left ({len(self._left)})"),
                on_change=self._fill,
            )
            self._former.set_visibility(bool(self._left))
            ui.element("div").classes("grow")
            if self._tab.may_change:
                ui.button(view.say("Добавить сотрудника", "Add a person"), icon="person_add").props(
                    "unelevated no-caps"
                ).on_click(lambda: self._edit(None))
        self._rows = Redrawn()
        self._rows.classes("card flush")
        self._fill()

    def _fill(self) -> None:
        view = self._view
        people = [*self._working, *(self._left if self._former.value else [])]
        words = (self._search.value or "").lower().split()
        found = [one for one in people if all(word in self._words(one) for word in words)]
        with self._rows.anew(), ui.element("div").classes("list"):
            for one in found[:MOST]:
                self._row(one)
            if len(found) > MOST:
                ui.label(
                    view.say(
                        f"Показаны {MOST} из {len(found)}. Уточните поиск.",
                        f"{MOST} of {len(found)} are shown. Search for the others.",
                    )
                ).classes("muted")
            if not found:
                empty(view.say("Никого не нашлось. Измените поиск.", "Nobody found. Change the search."))

    def _words(self, one: Json) -> str:
        return " ".join((one["name"], one["position"], one["email"], *self._roles[one["id"]])).lower()

    def _row(self, one: Json) -> None:
        view = self._view
        with ui.element("div").classes("org-person" + ("" if one["active"] else " org-former")):
            avatar(one["name"])
            with ui.element("div").classes("stack org-who"):
                ui.label(one["name"]).classes("strong wrap")
                ui.label(one["position"] or view.say("Должность не указана", "No position")).classes(
                    "muted small wrap"
                )
            with ui.element("div").classes("stack org-reach small"):
                for text, link in ((one["email"], "mailto:"), (one["phone"], "tel:")):
                    if text:
                        ui.link(text, f"{link}{text.replace(' ', '')}").classes("wrap")
            with ui.element("div").classes("row org-roles"):
                if not one["active"]:
                    ui.label(view.say("больше не работает", "has left")).classes("pill")
                for title in self._roles[one["id"]]:
                    ui.label(title).classes("pill")
            head = view.say("рук. ", "head: ") + view.name(one["head"]) if one["head"] else ""
            ui.label(head).classes("muted small org-head wrap")
            if self._tab.may_change:
                named = view.say(f"Изменить: {one['name']}", f"Edit: {one['name']}")
                icon_button("edit", named, lambda: self._edit(one))

    def _edit(self, one: Json | None) -> None:
        """Asks for a new employee's data, or changes those of one."""
        view = self._view
        known: Json = one or {"id": "", "active": True}
        dialog = Dialog(view, one["name"] if one else view.say("Новый сотрудник", "A new person"))
        with dialog:
            form = Form(view)
            form.line("name", view.say("Фамилия, имя, отчество", "Full name"), known.get("name", ""))
            form.line("position", view.say("Должность", "Position"), known.get("position", ""))
            form.line("email", view.say("Электронная почта", "E-mail"), known.get("email", ""), kind="email")
            form.line("phone", view.say("Телефон", "Phone"), known.get("phone", ""), kind="tel")
            others = {person["id"]: person["name"] for person in self._working if person["id"] != known["id"]}
            form.choice("head", view.say("Руководитель", "Head"), others, known.get("head"), clear=True)
            if one:
                draw_access(view, one)
                self._end_or_return(dialog, one)

        async def save() -> None:
            form.require("name")
            if one:
                await form.send(view.api.patch(f"/api/employees/{one['id']}", form.values()))
            else:
                await form.send(view.api.post("/api/employees", form.values()))
            view.toast(view.say("Сохранено", "Saved"))
            await self._tab.again()

        dialog.confirm(view.say("Сохранить", "Save") if one else view.say("Добавить", "Add"), save)

    def _end_or_return(self, dialog: Dialog, one: Json) -> None:
        view = self._view

        async def leave() -> None:
            dialog.close()
            await view.act(ask_to_leave(self._tab, one, {p["id"]: p["name"] for p in self._working}))

        async def back() -> None:
            said = view.say("Снова работает", "Works here again")
            if await view.act(view.api.patch(f"/api/employees/{one['id']}", {"active": True}), said):
                dialog.close()
                await self._tab.again()

        with ui.element("div").classes("row"):
            if one["active"]:
                ui.button(view.say("Уволить…", "Let go…"), icon="logout", on_click=leave).props(
                    "flat no-caps dense color=negative"
                )
            else:
                ui.button(view.say("Вернуть на работу", "Take back"), icon="login", on_click=back).props(
                    "flat no-caps"
                )
