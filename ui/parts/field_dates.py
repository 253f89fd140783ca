"""Dates as people write them, dd.mm.yyyy, by hand or from a calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from nicegui import ui

from ui.parts.field_base import FieldInput
from ui.view import View

Json = Any
_DAY, _MOMENT = "%d.%m.%Y", "%d.%m.%Y %H:%M"


class DateInput(FieldInput):
    """A day."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        self._field = _masked(label, "##.##.####", view.say("дд.мм.гггг", "dd.mm.yyyy"))
        self._field.value = _shown(value, _DAY)
        _calendar(view, self._field, "DD.MM.YYYY")
        super().__init__(self._field)

    @property
    def value(self) -> Json:
        text = (self._field.value or "").strip()
        found = _read(text, _DAY)
        return found.date().isoformat() if found else text or None


class DateTimeInput(FieldInput):
    """A moment, in the organisation's time."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        self._field = _masked(label, "##.##.#### ##:##", view.say("дд.мм.гггг чч:мм", "dd.mm.yyyy hh:mm"))
        if isinstance(value, str) and len(value) > len("2026-11-23"):
            moment = datetime.fromisoformat(value)
            value = (moment.astimezone(view.zone) if moment.tzinfo else moment).isoformat()
        self._field.value = _shown(value, _MOMENT)
        _calendar(view, self._field, "DD.MM.YYYY HH:mm")
        super().__init__(self._field)

    @property
    def value(self) -> Json:
        text = (self._field.value or "").strip()
        if found := _read(text, _MOMENT):
            return found.isoformat(timespec="minutes")
        day = _read(text, _DAY)
        return day.date().isoformat() if day else text or None


def _masked(label: str, mask: str, hint: str) -> ui.input:
    field = ui.input(label=label).props("outlined dense inputmode=numeric autocomplete=off")
    field.props["mask"] = mask
    field.props["hint"] = hint
    field.props["hide-hint"] = True
    return field


def _calendar(view: View, field: ui.input, mask: str) -> None:
    """A button in the field that opens a calendar."""
    with field.add_slot("append"):
        button = ui.button(icon="event").props("flat round dense size=sm")
        button.props["aria-label"] = view.say("Выбрать в календаре", "Choose in a calendar")
        with button, ui.menu().props("auto-close=false no-parent-event") as menu:
            picker = ui.date().props("minimal first-day-of-week=1").bind_value(field)
            picker.props["mask"] = mask
            picker.on_value_change(menu.close)
        button.on("click", menu.open)


def _shown(value: Json, pattern: str) -> str:
    """The value as the field shows it; what is no date stays as it is."""
    if not value:
        return ""
    text = str(value)
    try:
        found = datetime.fromisoformat(text) if len(text) > len("2026-11-23") else date.fromisoformat(text)
    except ValueError:
        return text
    return found.strftime(pattern if isinstance(found, datetime) else _DAY)


def _read(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)
    except ValueError:
        return None
