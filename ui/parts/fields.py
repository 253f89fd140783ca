"""Inputs for fields of any type. A form asks `field_input` for each of its fields, and sends their values to the API.

What may be written where is the API's business: an input hands over what was written, and shows what was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nicegui import ui

from ui.parts.field_base import FieldInput, plain_number
from ui.parts.field_company import CompanyInput, InnInput
from ui.parts.field_dates import DateInput, DateTimeInput
from ui.parts.field_files import FilesInput
from ui.parts.field_people import ClientInput, ContactInput, EmployeeInput
from ui.parts.field_rows import LinesInput, PaymentPlanInput
from ui.view import View

Json = Any
_Both = Mapping[str, str]


@dataclass(frozen=True)
class FieldSpec:
    """What a field is. `type` as in definitions, or one of the card's head: company, contact, client, inn.

    `suggested`: ids of the people whom the definition suggests.
    """

    name: str
    type: str
    title: _Both
    options: Mapping[str, _Both] = field(default_factory=dict)
    suggested: tuple[str, ...] = ()


# What requirements may name besides the pipeline's own fields.
_HEAD: Mapping[str, FieldSpec] = {
    spec.name: spec
    for spec in (
        FieldSpec("title", "text", {"ru": "Название сделки", "en": "Deal title"}),
        FieldSpec("amount", "money", {"ru": "Сумма", "en": "Amount"}),
        FieldSpec("responsible", "employee", {"ru": "Ответственный", "en": "Responsible"}),
        FieldSpec("company", "company", {"ru": "Компания", "en": "Company"}),
        FieldSpec("contact", "contact", {"ru": "Контакт", "en": "Contact"}),
        FieldSpec("client", "client", {"ru": "Клиент", "en": "Client"}),
        FieldSpec("company.inn", "inn", {"ru": "ИНН компании", "en": "The company's INN"}),
    )
}


async def field_specs(
    view: View, pipeline: str, version: str | None, names: Iterable[str]
) -> list[FieldSpec]:
    """The fields of these names, as the pipeline's version defines them, in the order asked for. Raises Problem."""
    found = await view.api.get(f"/api/pipelines/{pipeline}", version=version)
    fields = found["definition"].get("fields", {})
    specs = [_spec(name, fields.get(name)) for name in names]
    if not any(_suggests_role(fields.get(spec.name)) for spec in specs):
        return specs
    roles = (await view.api.get("/api/settings/roles"))["items"]
    return [replace(spec, suggested=_suggested(fields.get(spec.name), roles)) for spec in specs]


def _spec(name: str, defined: Json) -> FieldSpec:
    if defined:
        return FieldSpec(name, defined["type"], defined["title"], defined.get("options", {}))
    return _HEAD.get(name) or FieldSpec(name, "text", {"ru": name, "en": name})


def _suggests_role(defined: Json) -> bool:
    return str((defined or {}).get("suggest", "")).startswith("role:")


def _suggested(defined: Json, roles: Iterable[Json]) -> tuple[str, ...]:
    role = str((defined or {}).get("suggest", "")).removeprefix("role:")
    return next((tuple(one["employees"]) for one in roles if one["role"] == role), ())


def as_change(values: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Json]]:
    """(the card's head for PATCH, fields of the pipeline) from values by field name; what is empty is left out."""
    head: dict[str, Json] = {}
    fields: dict[str, Json] = {}
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        if name == "client":
            head |= value
        elif name.startswith("company."):
            head.setdefault("company_fields", {})[name.removeprefix("company.")] = value
        elif name in _HEAD:
            head[name] = value
        else:
            fields[name] = value
    return head, fields


class TextInput(FieldInput):
    """Words, as many lines as they need."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        field_ = ui.textarea(label=label, value=str(value or "")).props("outlined dense autogrow rows=1")
        super().__init__(field_)
        self._field = field_

    @property
    def value(self) -> Json:
        return (self._field.value or "").strip() or None


class NumberInput(FieldInput):
    """A figure or a sum: groups of thousands and a decimal comma are understood."""

    def __init__(self, view: View, label: str, value: Json, *, money: bool = False) -> None:
        written = (view.money if money else view.number)(value) if value is not None else ""
        field_ = ui.input(label=label, value=written.removesuffix("\N{NO-BREAK SPACE}₽")).props(
            "outlined dense inputmode=decimal autocomplete=off"
        )
        if money:
            field_.props("suffix=₽")
        super().__init__(field_)
        self._field = field_
        self._lang = view.lang

    @property
    def value(self) -> Json:
        return plain_number(self._field.value or "", self._lang) or None


class BoolInput(FieldInput):
    """Yes or no; nothing is chosen where nobody has said."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        with ui.element("div").classes("stack").props("role=group").style("gap: 4px") as group:
            group.props["aria-label"] = label
            ui.label(label).classes("section-title")
            self._field = ui.radio({True: view.say("Да", "Yes"), False: view.say("Нет", "No")}, value=value)
            self._field.props("inline dense")
        super().__init__(self._field, group)

    @property
    def value(self) -> Json:
        return self._field.value


class ChoiceInput(FieldInput):
    """One of the field's options."""

    def __init__(self, view: View, label: str, value: Json, options: Mapping[str, _Both]) -> None:
        titles = {name: view.text(title) for name, title in options.items()}
        field_ = ui.select(titles, label=label, value=value if value in titles else None, clearable=True)
        super().__init__(field_.props("outlined dense options-dense"))
        self._field = field_

    @property
    def value(self) -> Json:
        return self._field.value


_PLAIN: Mapping[str, Callable[[View, str, Json], FieldInput]] = {
    "text": TextInput,
    "number": NumberInput,
    "bool": BoolInput,
    "date": DateInput,
    "datetime": DateTimeInput,
    "company": CompanyInput,
    "inn": InnInput,
    "contact": ContactInput,
    "client": ClientInput,
    "payment_plan": PaymentPlanInput,
    "lines": LinesInput,
}


def field_input(view: View, spec: FieldSpec, value: Json = None, *, required: bool = False) -> FieldInput:
    """Draws the field's input where it is called. `value`: as the card holds it; `required`: marked in the label."""
    label = view.text(spec.title) + (" *" if required else "")
    match spec.type:
        case "money":
            return NumberInput(view, label, value, money=True)
        case "choice":
            return ChoiceInput(view, label, value, spec.options)
        case "employee":
            return EmployeeInput(view, label, value, spec.suggested)
        case "file" | "files":
            return FilesInput(view, label, value, several=spec.type == "files")
        case _:
            return _PLAIN.get(spec.type, TextInput)(view, label, value)
