"""People: whom the field names, and who the client is."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.field_base import FieldInput
from ui.parts.field_company import CompanyInput
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
