"""The page that lets people in. Its forms are plain ones: only an answer of the server can set the cookie."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from ui.speech import Speech

_WHY = {
    "wrong": (
        "Почта или пароль не подошли. Проверьте раскладку или попросите администратора задать новый пароль.",
        "The address or the password is wrong. Check the keyboard layout, or ask an administrator for a new password.",
    ),
    "ended": (
        "Сеанс закончился. Войдите снова: откроется та же страница.",
        "The session has ended. Sign in again: the same page will open.",
    ),
    "often": (
        "Слишком много попыток. Подождите до начала следующего часа.",
        "Too many attempts. Wait until the next hour begins.",
    ),
}


def draw(speech: Speech, people: Sequence[tuple[str, str, str]] | None, next: str, why: str) -> None:
    """`people`: id, name and position of whoever may enter without a password; None: by password."""
    say = speech.say
    with ui.element("div").classes("sign-in").props("id=content"):
        with ui.element("div").classes("card"):
            with ui.element("h1"):
                ui.label(say("Воронка", "Voronka"))
            ui.label(say("Сделки, которые ничего не забывают", "Deals that forget nothing")).classes("muted")
            if why in _WHY:
                ui.label(say(*_WHY[why])).classes("pill--late").props("role=alert").style(
                    "padding: 8px 12px; border-radius: 8px"
                )
            if people is None:
                _password(speech, next)
            else:
                _choice(speech, people, next)


def _form(next: str) -> ui.element:
    form = ui.element("form").props("method=post action=/session").classes("stack")
    with form:
        _hidden("next", next)
    return form


def _hidden(name: str, value: str) -> None:
    field = ui.element("input")
    field.props.update({"type": "hidden", "name": name, "value": value})


def _field(name: str, type: str, label: str, autocomplete: str) -> None:
    with ui.element("label").classes("stack").style("gap: 4px"):
        ui.label(label).classes("section-title")
        field = ui.element("input").classes("plain-input")
        field.props.update({"type": type, "name": name, "autocomplete": autocomplete, "required": True})


def _submit(text: str) -> None:
    with ui.element("button").props("type=submit").classes("plain-button"):
        ui.label(text)


def _password(speech: Speech, next: str) -> None:
    with _form(next):
        _field("login", "text", speech.say("Электронная почта", "E-mail address"), "username")
        _field("password", "password", speech.say("Пароль", "Password"), "current-password")
        _submit(speech.say("Войти", "Sign in"))


def _choice(speech: Speech, people: Sequence[tuple[str, str, str]], next: str) -> None:
    ui.label(speech.say("Демо-организация: выберите, кем войти.", "A demo organisation: choose whom to be."))
    with ui.element("div").classes("people"):
        for id, name, position in people:
            with _form(next):
                _hidden("person", id)
                with ui.element("button").props("type=submit").classes("person"):
                    ui.label(name).classes("strong")
                    ui.label(position).classes("muted small")
