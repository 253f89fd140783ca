"""People and companies: whom the field names, and who the client is."""

from __future__ import annotations

from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from ui.parts.field_base import FieldInput
from ui.view import View

Json = Any


class EmployeeInput(FieldInput):
    """Somebody who works here. Those whom the definition suggests come first, and one alone is chosen already."""

    def __init__(self, view: View, label: str, value: Json, suggested: tuple[str, ...] = ()) -> None:
        first = {id: view.people[id] for id in suggested if id in view.people}
        people = first | dict(sorted(view.people.items(), key=lambda one: one[1]))
        chosen = value or (next(iter(first)) if len(first) == 1 else None)
        if chosen is not None:
            people.setdefault(str(chosen), view.name(chosen))
        self._field = ui.select(people, label=label, value=chosen, with_input=True, clearable=True)
        super().__init__(self._field.props("outlined dense options-dense"))

    @property
    def value(self) -> Json:
        return self._field.value


class CompanyInput(FieldInput):
    """A company found by name or INN, or made on the spot."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        self._view = view
        known = {str(value["id"]): str(value["name"])} if isinstance(value, dict) else {}
        self._names = dict(known)  # of every company that was found so far
        with ui.element("div").classes("stack") as box:
            self._field = ui.select(
                known, label=label, value=next(iter(known), None), with_input=True, clearable=True
            )
            self._field.props("outlined dense options-dense input-debounce=200")
            self._field.on("input-value", self._search)
            self._field.on("popup-show", lambda: self._find(""))
            new = view.say("Новая компания", "A new company")
            self._more = ui.button(new, icon="add", on_click=self._begin).props(
                "flat dense no-caps align=left"
            )
            with ui.element("div").classes("stack") as self._form:
                self._name = ui.input(label=view.say("Название компании", "Company name")).props(
                    "outlined dense"
                )
                self._inn = ui.input(label=view.say("ИНН (если известен)", "INN (if known)"))
                self._inn.props("outlined dense inputmode=numeric")
                ui.button(view.say("Создать компанию", "Create the company"), on_click=self._make).props(
                    "outline dense no-caps"
                )
            self._form.set_visibility(False)
        super().__init__(self._field, box)

    @property
    def value(self) -> Json:
        return self._field.value

    async def _search(self, event: GenericEventArguments) -> None:
        await self._find(str(event.args or ""))

    async def _find(self, text: str) -> None:
        found = await self._view.act(self._view.api.get("/api/companies", q=text or None, limit=30))
        if found is None:
            return
        options = {str(one["id"]): _with_inn(one) for one in found["items"]}
        self._names |= options
        if (chosen := self._field.value) is not None:
            options.setdefault(chosen, self._names[chosen])
        self._field.set_options(options, value=chosen)

    def _begin(self) -> None:
        self._form.set_visibility(True)
        self._more.set_visibility(False)
        self._name.run_method("focus")

    async def _make(self) -> None:
        body = {"name": (self._name.value or "").strip()}
        if inn := (self._inn.value or "").strip():
            body["inn"] = inn
        made = await self._view.act(self._view.api.post("/api/companies", body))
        if made is None:
            return
        self._names[made["id"]] = _with_inn(made)
        self._field.set_options(self._names, value=made["id"])
        self._form.set_visibility(False)


def _with_inn(company: Json) -> str:
    inn = company["fields"].get("inn")
    return f"{company['name']} · {inn}" if inn else str(company["name"])


class ContactInput(FieldInput):
    """A person at the client's: name, phone, e-mail."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        known = value if isinstance(value, dict) else {}
        with ui.element("div").classes("stack").props("role=group") as box:
            box.props["aria-label"] = label
            ui.label(label).classes("section-title")
            self._parts = {
                name: ui.input(label=text, value=str(known.get(name) or "")).props("outlined dense")
                for name, text in (
                    ("name", view.say("Имя", "Name")),
                    ("phone", view.say("Телефон", "Phone")),
                    ("email", view.say("Электронная почта", "E-mail")),
                )
            }
        self._parts["phone"].props("inputmode=tel")
        self._parts["email"].props("inputmode=email")
        self._known = known
        super().__init__(box)

    @property
    def value(self) -> Json:
        said = {name: (part.value or "").strip() for name, part in self._parts.items()}
        return {**self._known, **{name: text for name, text in said.items() if text}} or None


class ClientInput(FieldInput):
    """A company or a contact: either will do."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        with ui.element("div").classes("stack") as box:
            ui.label(label).classes("section-title")
            self._company = CompanyInput(view, view.say("Компания", "Company"), None)
            self._contact = ContactInput(view, view.say("или контакт", "or a contact"), None)
        super().__init__(box)

    @property
    def value(self) -> Json:
        parts = {"company": self._company.value, "contact": self._contact.value}
        return {name: part for name, part in parts.items() if part} or None
