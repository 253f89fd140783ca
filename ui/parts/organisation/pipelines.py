"""The published pipelines: since when, in how many versions, and the way to their pictures."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui

from ui.parts.organisation.tab import Tab, empty


async def draw(tab: Tab) -> None:
    """Every pipeline with its newest version."""
    view = tab.view
    if not view.pipelines:
        empty(view.say("Ни одной воронки ещё не опубликовано.", "No pipeline is published yet."))
        return
    found = await asyncio.gather(
        *(view.api.get(f"/api/pipelines/{one['pipeline']}") for one in view.pipelines)
    )
    with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
        for known, one in zip(view.pipelines, found, strict=True):
            _row(tab, one, view.text(known["title"]))


def _row(tab: Tab, pipeline: dict[str, Any], title: str) -> None:
    view = tab.view
    stages = len(pipeline["definition"]["stages"])
    current = next(one for one in pipeline["versions"] if one["current"])
    with ui.element("div").classes("row"):
        with ui.element("div").classes("grow stack").style("gap: 2px"):
            ui.link(title, f"/pipelines/{pipeline['id']}").classes("strong")
            said = (
                view.plural(stages, ("этап", "этапа", "этапов"), ("stage", "stages")),
                view.plural(
                    len(pipeline["versions"]), ("версия", "версии", "версий"), ("version", "versions")
                ),
                view.say("действует с ", "in force since ") + view.moment(current["published_at"]),
            )
            ui.label(" · ".join(said)).classes("muted small")
        ui.link(view.say("Схема и версии", "Picture and versions"), f"/pipelines/{pipeline['id']}")
        ui.link(view.say("Доска", "Board"), f"/boards/{pipeline['id']}")
