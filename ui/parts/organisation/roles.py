"""Roles and who has them: pipelines name roles, and people stand behind them."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.parts.dialog import Dialog
from ui.parts.organisation.form import Form
from ui.parts.organisation.tab import Tab, empty, icon_button

Json = dict[str, Any]
# Roles that nobody may remove, with what they give whoever has them.
RIGHTS = {
    "director": ("меняет настройки", "changes the settings"),
    "admin": ("меняет настройки", "changes the settings"),
    "integration": ("говорит за 1С и другие системы", "speaks for 1C and other systems"),
}


async def draw(tab: Tab) -> None:
    """Each role with its people."""
    view = tab.view
    roles, people = await asyncio.gather(view.api.get("/api/settings/roles"), view.api.get("/api/employees"))
    names = {one["id"]: one["name"] for one in people["items"]}
    with ui.element("div").classes("toolbar"):
        ui.label(
            view.say(
                "Воронки дают задачи ролям. Изменение действует для открытых сделок со следующего шага.",
                "Pipelines give tasks to roles. A change counts for open deals from their next step on.",
            )
        ).classes("muted grow")
        if tab.may_change:
            ui.button(
                view.say("Добавить роль", "Add a role"), icon="add", on_click=lambda: _ask(tab, None)
            ).props("unelevated no-caps")
    if not roles["items"]:
        empty(view.say("Ролей ещё нет.", "There are no roles yet."))
        return
    with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
        for role in sorted(roles["items"], key=lambda role: view.text(role["title"])):
            _row(tab, role, names)


def _row(tab: Tab, role: Json, names: dict[str, str]) -> None:
    view, title = tab.view, tab.view.text(role["title"])
    with ui.element("div").classes("org-role"):
        with ui.element("div").classes("stack org-who").style("gap: 0"):
            ui.label(title).classes("strong wrap")
            if said := RIGHTS.get(role["role"]):
                ui.label(view.say(*said)).classes("muted small")
        if tab.may_change:
            _chooser(tab, role, title, names)
            with ui.element("div").classes("row nowrap"):
                icon_button(
                    "edit", view.say(f"Переименовать: {title}", f"Rename: {title}"), lambda: _ask(tab, role)
                )
                if role["role"] not in RIGHTS:
                    icon_button(
                        "delete", view.say(f"Убрать роль: {title}", f"Remove the role: {title}"),
                        lambda: _ask_to_remove(tab, role),
                    )  # fmt: skip
            return
        with ui.element("div").classes("row grow"):
            for person in role["employees"]:
                ui.label(view.name(person)).classes("pill")
            if not role["employees"]:
                ui.label(view.say("никто", "nobody")).classes("muted")


def _chooser(tab: Tab, role: Json, title: str, names: dict[str, str]) -> None:
    """The people of the role as chips; a refused change puts the old ones back."""
    view = tab.view
    kept = [person for person in role["employees"] if person in names]
    left = [person for person in role["employees"] if person not in names]  # not shown, and not lost
    field = ui.select(names, value=kept, multiple=True, with_input=True, clearable=False)
    field.props("outlined dense use-chips options-dense").classes("grow org-chips")
    field.props["aria-label"] = view.say(f"Кто исполняет: {title}", f"Who has the role: {title}")
    if not kept and role["role"] not in RIGHTS:
        field.props["hint"] = view.say(
            "Никого: задачи роли получит ответственный.", "Nobody: the responsible gets its tasks."
        )
    known = {"people": kept}

    async def change(event: ValueChangeEventArguments[Any]) -> None:
        wanted = list(event.value or [])
        if sorted(wanted) == sorted(known["people"]):
            return
        body = {"employees": [*wanted, *left]}
        if await view.act(
            view.api.patch(f"/api/settings/roles/{role['role']}", body), view.say("Сохранено", "Saved")
        ):
            known["people"] = wanted
        else:
            field.set_value(known["people"])

    field.on_value_change(change)


def _ask(tab: Tab, role: Json | None) -> None:
    view = tab.view
    title = role["title"] if role else {"ru": "", "en": ""}
    dialog = Dialog(
        view, view.say("Название роли", "The role's title") if role else view.say("Новая роль", "A new role")
    )
    with dialog:
        form = Form(view)
        form.line("ru", view.say("По-русски", "In Russian"), title["ru"])
        form.line("en", view.say("По-английски", "In English"), title["en"])

    async def save() -> None:
        form.require("ru", "en")
        body = {"title": form.values()}
        if role:
            await form.send(view.api.patch(f"/api/settings/roles/{role['role']}", body))
        else:
            await form.send(view.api.post("/api/settings/roles", body))
        view.toast(view.say("Сохранено", "Saved"))
        await tab.again()

    dialog.confirm(view.say("Сохранить", "Save"), save)


def _ask_to_remove(tab: Tab, role: Json) -> None:
    view, title = tab.view, tab.view.text(role["title"])
    dialog = Dialog(view, view.say(f"Убрать роль «{title}»?", f"Remove the role “{title}”?"))
    with dialog:
        people = ", ".join(view.name(one) for one in role["employees"])
        ui.label(
            view.say(f"Её исполняют: {people}.", f"Its people: {people}.")
            if people
            else view.say("Её никто не исполняет.", "Nobody has it.")
        )

    async def remove() -> None:
        await view.api.delete(f"/api/settings/roles/{role['role']}")
        view.toast(view.say("Роль убрана", "The role is removed"))
        await tab.again()

    dialog.confirm(view.say("Убрать", "Remove"), remove, danger=True)
