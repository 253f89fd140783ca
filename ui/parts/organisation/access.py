"""How somebody gets in: their password, set by an administrator or by themselves."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.dialog import Dialog
from ui.parts.organisation.form import Form
from ui.view import View

Json = dict[str, Any]


def draw_access(view: View, person: Json) -> None:
    """The part of a person's dialog about their password."""
    ui.label(view.say("Вход", "Signing in")).classes("section-title")
    with ui.element("div").classes("row"):
        state = ui.label(view.say("Пароль: …", "Password: …")).classes("muted grow")
        own = person["id"] == view.me.id
        ui.button(
            view.say("Сменить пароль…", "Change password…")
            if own
            else view.say("Задать пароль…", "Set password…"),
            icon="key",
            on_click=lambda: own_password(view) if own else set_password(view, person),
        ).props("flat no-caps dense")

    async def tell() -> None:
        access = await view.api.get(f"/api/employees/{person['id']}/access")
        state.set_text(_said(view, access))

    view.start(tell())


def _said(view: View, access: Json) -> str:
    changed = access["password_changed_at"]
    said = (
        view.say("Пароль задан ", "Password set ") + view.moment(changed)
        if changed
        else view.say("Пароля ещё нет", "No password yet")
    )
    if not access["sessions"]:
        return said
    signed = view.plural(access["sessions"], ("браузере", "браузерах", "браузерах"), ("browser", "browsers"))
    return f"{said}; " + view.say(f"вход выполнен в {signed}", f"signed in in {signed}")


def set_password(view: View, person: Json) -> None:
    """Asks an administrator for somebody's new password."""
    dialog = Dialog(view, view.say(f"Пароль: {person['name']}", f"Password: {person['name']}"))
    with dialog:
        ui.label(
            view.say(
                "Сообщите пароль лично. Везде, где человек уже вошёл, ему придётся войти заново.",
                "Tell the password in person. Wherever they are signed in, they will have to sign in again.",
            )
        ).classes("muted")
        form = Form(view)
        form.line("password", view.say("Новый пароль", "New password"), hint=_hint(view), kind="password")

    async def save() -> None:
        form.require("password")
        await form.send(view.api.put(f"/api/employees/{person['id']}/password", form.values()))
        view.toast(view.say("Пароль задан", "The password is set"))

    dialog.confirm(view.say("Задать пароль", "Set the password"), save)


def own_password(view: View) -> None:
    """Asks the person for their old and their new password."""
    dialog = Dialog(view, view.say("Сменить свой пароль", "Change my password"))
    with dialog:
        form = Form(view)
        form.line(
            "old",
            view.say("Прежний пароль", "Old password"),
            hint=view.say("Пусто, если пароля ещё не было.", "Empty if there was none."),
            kind="password",
        )
        form.line("new", view.say("Новый пароль", "New password"), hint=_hint(view), kind="password")

    async def save() -> None:
        form.require("new")
        given = form.values()
        body = {"old": given["old"] or None, "new": given["new"]}
        await form.send(view.api.put("/api/me/password", body))
        view.toast(view.say("Пароль сменён", "The password is changed"))

    dialog.confirm(view.say("Сменить", "Change"), save)


def _hint(view: View) -> str:
    return view.say("Не короче 10 символов: подойдёт фраза.", "At least 10 characters: a phrase will do.")
