"""The company's own requisites, as invoices and contracts show them; wrong digits are shown at their field."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.organisation.form import Form
from ui.parts.organisation.tab import Tab
from ui.view import View

Json = dict[str, Any]
SECTIONS: tuple[tuple[tuple[str, str], tuple[tuple[str, str, str], ...]], ...] = (
    (
        ("Компания", "The company"),
        (
            ("full_name", "Полное наименование", "Full name"),
            ("inn", "ИНН", "INN (taxpayer number)"),
            ("kpp", "КПП", "KPP"),
            ("ogrn", "ОГРН", "OGRN"),
            ("address", "Юридический адрес", "Registered address"),
        ),
    ),
    (
        ("Банк", "The bank"),
        (
            ("bank", "Банк", "Bank"),
            ("bik", "БИК", "BIK"),
            ("account", "Расчётный счёт", "Settlement account"),
            ("correspondent_account", "Корреспондентский счёт", "Correspondent account"),
        ),
    ),
    (
        ("Подписи и связь", "Signatures and contact"),
        (
            ("director", "Руководитель", "Director"),
            ("accountant", "Главный бухгалтер", "Chief accountant"),
            ("phone", "Телефон", "Phone"),
            ("email", "Электронная почта", "E-mail"),
        ),
    ),
)


async def draw(tab: Tab) -> None:
    """A form for those who may change it, a list for the others."""
    known = await tab.view.api.get("/api/settings/requisites")
    if tab.may_change:
        await _Requisites(tab, known).draw()
    else:
        _list(tab.view, known)


def _list(view: View, known: Json) -> None:
    with ui.element("div").classes("org-requisites"):
        for title, fields in SECTIONS:
            with ui.element("div").classes("card"):
                ui.label(view.say(*title)).classes("section-title")
                if fields[0][0] == "full_name":
                    _pair(view.say("Название", "Name"), known["name"])
                for name, ru, en in fields:
                    _pair(view.say(ru, en), str(known["requisites"].get(name) or "—"))


def _pair(name: str, value: str) -> None:
    with ui.element("div").classes("stack").style("gap: 0"):
        ui.label(name).classes("muted small")
        ui.label(value).classes("wrap")


class _Requisites:
    """The form of one open tab."""

    def __init__(self, tab: Tab, known: Json) -> None:
        self._tab, self._view, self._known = tab, tab.view, known
        self._form = Form(tab.view)

    async def draw(self) -> None:
        view = self._view
        with ui.element("div").classes("org-requisites"):
            for title, fields in SECTIONS:
                with ui.element("div").classes("card"):
                    ui.label(view.say(*title)).classes("section-title")
                    if fields[0][0] == "full_name":
                        self._line("name", view.say("Название", "Name"), self._known["name"])
                    for name, ru, en in fields:
                        self._line(name, view.say(ru, en), str(self._known["requisites"].get(name) or ""))
        with ui.element("div").classes("row"):
            self._state = ui.label().classes("pill wrap").props("role=status")
            ui.element("div").classes("grow")
            ui.button(view.say("Сохранить", "Save"), on_click=lambda: view.act(self._save())).props(
                "unelevated no-caps"
            )
        await self._check()

    def _line(self, name: str, label: str, value: str) -> None:
        self._form.line(name, label, value).on("blur", lambda: self._view.act(self._check()))

    def _body(self) -> Json:
        given = self._form.values()
        name = given.pop("name")
        filled = {field: value for field, value in given.items() if value}
        others = {field: value for field, value in self._known["requisites"].items() if field not in given}
        return {"name": name, "requisites": {**others, **filled}}

    async def _check(self) -> None:
        """Says at each field what is wrong, and beneath what an invoice still lacks."""
        body = self._body()
        self._form.clear_errors()
        if not body["name"]:
            self._form.require("name")
        found = (await self._view.api.post("/api/settings/requisites/check", body))["items"]
        for one in found:
            if one["wrong"]:
                self._form.blame(one["field"], self._view.text(one["message"]))
        self._tell(found)

    def _tell(self, found: list[Json]) -> None:
        view = self._view
        titles = {name: view.say(ru, en) for _, fields in SECTIONS for name, ru, en in fields}
        lacking = ", ".join(
            titles.get(one["field"]) or view.say("Название", "Name") for one in found if not one["wrong"]
        )
        wrong = any(one["wrong"] for one in found)
        if wrong:
            said = view.say("Исправьте отмеченные поля", "Correct the marked fields")
        elif lacking:
            said = view.say(f"Для счетов не хватает: {lacking}", f"Invoices lack: {lacking}")
        else:
            said = view.say("Счета можно выставлять", "Invoices can be issued")
        self._state.set_text(said)
        tone = "late" if wrong else "soon" if lacking else "ok"
        self._state.classes(replace=f"pill wrap pill--{tone}")

    async def _save(self) -> None:
        body = self._body()
        self._known = await self._form.send(self._view.api.put("/api/settings/requisites", body))
        self._view.toast(self._view.say("Реквизиты сохранены", "The requisites are saved"))
        await self._check()
