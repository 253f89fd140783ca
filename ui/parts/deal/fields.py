"""The fields of a deal by section, each changed where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from nicegui import ui

from ui.api_client import Problem
from ui.parts.deal.part import Json, Part, Refresh
from ui.parts.fields import FieldSpec, field_input
from ui.view import View

_MOST_ROWS = 50


class Fields(Part):
    """What this stage asks for, what is filled, and the rest folded away."""

    title = ("Данные сделки", "Deal data")

    def __init__(self, view: View, refresh: Refresh) -> None:
        super().__init__(view, refresh)
        self._editing: str | None = None
        self._show_all = False

    def shown(self, card: Json) -> Json:
        return {"fields": card["fields"], "wanted": self._wanted(card), "specs": list(card["specs"])}

    def update(self, card: Json) -> None:
        if self._editing is None:  # what somebody types is not drawn over
            super().update(card)

    def draw(self, card: Json) -> None:
        view, specs, wanted = self.view, card["specs"], self._wanted(card)
        filled = [name for name in specs if name in card["fields"] and name not in wanted]
        rest = [name for name in specs if name not in wanted and name not in filled]
        if wanted:
            ui.label(view.say("Нужно для следующего этапа", "Needed for the next stage")).classes(
                "section-title"
            )
            self._rows(card, wanted, wanted=True)
        if filled:
            ui.label(view.say("Заполнено", "Filled in")).classes("section-title")
            self._rows(card, filled)
        if rest:
            with ui.expansion(view.say(f"Ещё поля · {len(rest)}", f"More fields · {len(rest)}")).props(
                "dense"
            ):
                self._rows(card, rest)
        if not specs:
            ui.label(view.say("В этой воронке нет полей.", "This pipeline has no fields.")).classes("muted")

    def _wanted(self, card: Json) -> list[str]:
        """Fields that the next stage ahead lacks."""
        ahead = [move for move in card["moves"] if move["kind"] != "lost"]
        return [name for name in (ahead[0]["missing"] if ahead else ()) if name in card["specs"]]

    def _rows(self, card: Json, names: list[str], *, wanted: bool = False) -> None:
        with ui.element("dl").classes("fields"):
            for name in names:
                self._row(card, card["specs"][name], wanted)

    def _row(self, card: Json, spec: FieldSpec, wanted: bool) -> None:
        with ui.element("div").classes("field" + (" field--wanted" if wanted else "")) as box:
            self._value(card, spec, box)

    def _value(self, card: Json, spec: FieldSpec, box: ui.element) -> None:
        held = card["fields"].get(spec.name)
        with ui.element("dt"):
            ui.label(self.view.text(spec.title))
        with ui.element("dd"):
            show_value(self.view, spec, held)
            edit = ui.button(icon="edit", on_click=partial(self._edit, card, spec, box)).props(
                "flat round dense size=sm"
            )
            edit.classes("pencil")
            edit.props["aria-label"] = f"{self.view.say('Изменить', 'Edit')}: {self.view.text(spec.title)}"

    def _edit(self, card: Json, spec: FieldSpec, box: ui.element) -> None:
        """Puts an input in the value's place; Save or Esc end it."""
        view = self.view
        self._editing = spec.name
        box.clear()
        with box, ui.element("div").classes("stack editing"):
            field = field_input(view, spec, card["fields"].get(spec.name))

            async def save() -> None:
                try:
                    await view.api.patch(f"/api/deals/{card['id']}", {"fields": {spec.name: field.value}})
                except Problem as problem:
                    field.error(problem.detail)
                    return
                await end()

            async def end() -> None:
                self._editing = None
                self.forget()
                await view.act(self.refresh())

            with ui.element("div").classes("row"):
                ui.button(view.say("Сохранить", "Save"), on_click=save).props("dense no-caps unelevated")
                ui.button(view.say("Отмена", "Cancel"), on_click=end).props("dense no-caps flat")
            box.on("keydown.esc", end)
        field.focus()


def show_value(view: View, spec: FieldSpec, value: Json) -> None:
    """Draws a field's value as people read it."""
    if value in (None, "", [], {}):
        ui.label("—").classes("muted")
        return
    match spec.type:
        case "file" | "files":
            with ui.element("div").classes("stack").style("gap: 2px"):
                for file in value if isinstance(value, list) else [value]:
                    ui.link(file["name"], f"/api/files/{file['id']}").classes("wrap")
        case "lines" | "payment_plan":
            _table(value)
        case _:
            ui.label(plain(view, spec, value)).classes("wrap")


def plain(view: View, spec: FieldSpec, value: Json) -> str:
    """A value that is one line of text."""
    match spec.type:
        case "money":
            return view.money(value)
        case "number":
            return view.number(value)
        case "bool":
            return view.say("Да", "Yes") if value else view.say("Нет", "No")
        case "date":
            return view.day(value)
        case "datetime":
            return view.moment(value)
        case "employee":
            return view.name(value)
        case "choice":
            title = spec.options.get(value)
            return view.text(title) if title else str(value)
        case _:
            return str(value)


def _table(rows: list[Mapping[str, Json]]) -> None:
    with ui.element("div").classes("stack small").style("gap: 2px"):
        for row in rows[:_MOST_ROWS]:
            ui.label(
                " · ".join(str(part) for part in row.values() if part not in (None, "", False, "0"))
            ).classes("wrap")
