"""The fields of a deal by section, each changed where it stands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from ui.api_client import Problem
from ui.parts.deal.part import Json, Part, Refresh
from ui.parts.elements import once
from ui.parts.fields import FieldSpec, field_input
from ui.parts.typing import Typing
from ui.view import View

_MOST_ROWS = 50


class Fields(Part):
    """What this stage asks for, what is filled, and the rest folded away."""

    title = ("Данные сделки", "Deal data")

    def __init__(self, view: View, refresh: Refresh) -> None:
        super().__init__(view, refresh)
        self._card: Json = {}
        self._editing: set[str] = set()
        self._more = False  # whether the rest is unfolded

    def shown(self, card: Json) -> Json:
        return {"fields": card["fields"], "wanted": self._wanted(card), "specs": list(card["specs"])}

    def update(self, card: Json) -> None:
        self._card = card
        if not self._editing:  # what somebody types is not drawn over
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
            title = view.say(f"Ещё поля · {len(rest)}", f"More fields · {len(rest)}")
            with ui.expansion(title, value=self._more, on_value_change=self._unfold).props("dense"):
                self._rows(card, rest)
        if not specs:
            ui.label(view.say("В этой воронке нет полей.", "This pipeline has no fields.")).classes("muted")

    def _wanted(self, card: Json) -> list[str]:
        """Fields that the next stage ahead lacks."""
        ahead = [move for move in card["moves"] if move["kind"] != "lost"]
        return [name for name in (ahead[0]["missing"] if ahead else ()) if name in card["specs"]]

    def _unfold(self, event: ValueChangeEventArguments[bool]) -> None:
        self._more = event.value

    def _rows(self, card: Json, names: list[str], *, wanted: bool = False) -> None:
        with ui.element("dl").classes("fields"):
            for name in names:
                with ui.element("div").classes("field" + (" field--wanted" if wanted else "")) as box:
                    self._value(card["specs"][name], box)

    def _value(self, spec: FieldSpec, box: ui.element) -> None:
        title = self.view.text(spec.title)
        with ui.element("dt"):
            ui.label(title)
        with ui.element("dd"):
            show_value(self.view, spec, self._card["fields"].get(spec.name))
            edit = ui.button(icon="edit", on_click=partial(self._edit, spec, box))
            edit.props("flat round dense size=sm").classes("pencil")
            edit.props["aria-label"] = f"{self.view.say('Изменить', 'Edit')}: {title}"

    def _edit(self, spec: FieldSpec, box: ui.element) -> None:
        """Puts an input in the value's place; Save, Enter or Esc end it."""
        view, address = self.view, f"/api/deals/{self._card['id']}"
        self._editing.add(spec.name)
        box.clear()
        with box, ui.element("div").classes("stack editing") as form:
            field = field_input(view, spec, self._card["fields"].get(spec.name))

            async def save() -> None:
                try:
                    await view.api.patch(address, {"fields": {spec.name: field.value}})
                except Problem as problem:
                    field.error(problem.detail)
                    return
                await self._end(spec, box)

            end = once(partial(self._end, spec, box))
            with ui.element("div").classes("row"):
                button = ui.button(view.say("Сохранить", "Save"), on_click=once(save))
                button.props("dense no-caps unelevated")
                ui.button(view.say("Отмена", "Cancel"), on_click=end).props("dense no-caps flat")
            Typing(form, button, focus=True)
            form.on("keydown.esc", end)

    async def _end(self, spec: FieldSpec, box: ui.element) -> None:
        """Shows the value again; the whole section only when nothing else is being edited in it."""
        self._editing.discard(spec.name)
        self.forget()
        await self.view.act(self.refresh())
        if self._editing and not box.is_deleted:
            box.clear()
            with box:
                self._value(spec, box)


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
            _rows(view, value, _line if spec.type == "lines" else _payment)
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


def _rows(view: View, rows: list[Json], said: Callable[[View, Json], str]) -> None:
    with ui.element("ol").classes("value-rows"):
        for row in rows[:_MOST_ROWS]:
            with ui.element("li").classes("wrap"):
                ui.label(said(view, row))
        if len(rows) > _MOST_ROWS:
            left = len(rows) - _MOST_ROWS
            ui.label(view.say(f"…и ещё {left}", f"…and {left} more")).classes("muted small")


def _line(view: View, row: Json) -> str:
    """Весы × 2 шт., 12 000 ₽"""
    many = f"{view.number(row.get('quantity') or 1)} {row.get('unit') or ''}".strip()
    price = view.money(row["price"]) if row.get("price") else ""
    return ", ".join(part for part in (f"{row.get('title') or ''} × {many}", price) if part)


def _payment(view: View, row: Json) -> str:
    """50 % до 1 дек."""
    by = f" {view.say('до', 'by')} {view.day(row['date'])}" if row.get("date") else ""
    return f"{view.number(row.get('percent') or 0)}\N{NO-BREAK SPACE}%{by}"
