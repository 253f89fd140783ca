"""What was said of a task, newest first."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.view import View

Json = Any


def draw_said(view: View, said: list[Json]) -> None:
    """Draws the comments with their files; pictures are shown."""
    if not said:
        return
    with ui.element("section").classes("card flush"), ui.element("div").classes("list"):
        for item in said:
            with ui.element("div").classes("stack").style("gap: 2px"):
                with ui.element("div").classes("row small"):
                    ui.label(f"{view.name(item['by'])} · {view.moment(item['at'])}").classes("muted")
                    if item["data"].get("result"):
                        ui.label(view.say("результат", "result")).classes("pill pill--ok")
                words = view.text(item["data"].get("said") or item["data"].get("text"))
                if words:
                    ui.label(words).classes("wrap lines")
                for file in item["data"].get("files") or ():
                    ui.link(file["name"], f"/api/files/{file['id']}").classes("wrap")
