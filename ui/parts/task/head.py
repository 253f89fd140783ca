"""What the task is, whose, of which deal, and how it stands."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.elements import heading
from ui.view import View

Json = Any


def draw_head(view: View, card: Json, task: Json) -> None:
    """Draws the page's top."""
    with ui.link(target=f"/deals/{card['id']}").classes("small"):
        ui.label(f"← {card['title']}").classes("clip")
    heading(view.text(task["title"]))
    with ui.element("div").classes("row"):
        _state(view, task)
        ui.label(f"{view.say('Исполнитель', 'Assignee')}: {view.name(task['assignee'])}").classes("muted")
    if task["description"]:
        ui.label(view.text(task["description"])).classes("wrap lines")


def _state(view: View, task: Json) -> None:
    if task["status"] == "open":
        if task["deadline"]:
            due = view.due(task["deadline"])
            ui.label(due.text).classes(f"pill pill--{due.tone}").tooltip(view.full(task["deadline"]))
        return
    finished = task["status"] == "finished"
    text = view.say("Завершена", "Finished") if finished else view.say("Отменена", "Cancelled")
    outcome = task["outcomes"].get(task["outcome"] or "")
    if outcome:
        text += f": {view.text(outcome['title'])}"
    ui.label(text).classes("pill " + ("pill--ok" if finished else ""))
