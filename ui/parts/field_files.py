"""Files of a field: those that are there, and new ones."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.attachments import Attachments
from ui.parts.field_base import FieldInput
from ui.view import View

Json = Any


class FilesInput(FieldInput):
    """One file, of which the last one counts, or several."""

    def __init__(self, view: View, label: str, value: Json, *, several: bool) -> None:
        self._several = several
        self._kept: list[dict[str, Any]] = value if isinstance(value, list) else [value] if value else []
        with ui.element("div").classes("stack field-files").props("role=group") as group:
            group.props["aria-label"] = label
            ui.label(label).classes("section-title")
            for file in self._kept:
                with ui.link(target=f"/api/files/{file['id']}").classes("pill clip"):
                    ui.label(str(file["name"])).classes("clip")
            text = (
                view.say("Приложить файлы", "Attach files")
                if several
                else view.say("Приложить файл", "Attach a file")
            )
            self._new = Attachments(view, text)
        super().__init__(group)

    @property
    def value(self) -> Json:
        known = [file["id"] for file in self._kept]
        if self._several:
            return [*known, *self._new.ids] or None
        return next(iter(reversed([*known, *self._new.ids])), None)
