"""A pipeline as its people see it: the diagram with deals in it, each stage's rules in words, the versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from ui.live import Change
from ui.parts.elements import content, entitle, heading
from ui.parts.flow import Flow
from ui.view import View

Json = Mapping[str, Any]
_KIND = {"won": ("Успех", "Won", "pill--ok"), "lost": ("Неудача", "Lost", "pill--late")}


async def page(view: View, pipeline: str) -> None:
    """Draws the version that new deals get, or the one that the address asks for."""
    version = view.query.get("version")
    described = await view.api.get(f"/api/pipelines/{pipeline}/described", version=version)
    found = await view.api.get(f"/api/pipelines/{pipeline}", version=version)
    known = {one["pipeline"]: one["title"] for one in view.pipelines}
    title = view.text(known.get(pipeline, described["title"]))
    entitle(view, title)
    with content():
        _head(view, pipeline, title, described)
        _age(view, pipeline, found)
        with ui.element("section").classes("card") as diagram:
            Flow(view, described)
        heading(view.say("Этапы и правила", "Stages and rules"), 2)
        for stage in described["stages"]:
            _stage(view, pipeline, stage)
        _versions(view, pipeline, found)

    async def changed(_: Change) -> None:
        fresh = await view.api.get(f"/api/pipelines/{pipeline}/described", version=version)
        diagram.clear()
        with diagram:
            Flow(view, fresh)

    view.on_change(changed, pipelines=[pipeline])


def _head(view: View, pipeline: str, title: str, described: Json) -> None:
    deals = sum(stage["deals"] for stage in described["stages"])
    with ui.element("div").classes("page-head"):
        heading(title)
        ui.label(
            view.plural(
                deals, ("открытая сделка", "открытые сделки", "открытых сделок"), ("open deal", "open deals")
            )
        )
        ui.button(
            view.say("Открыть доску", "Open the board"),
            icon="view_kanban",
            on_click=lambda: view.go(f"/boards/{pipeline}"),
        ).props("unelevated no-caps")


def _age(view: View, pipeline: str, found: Json) -> None:
    """Says of an older version that it is one, and where the one for new deals is."""
    shown = next((one for one in found["versions"] if one["hash"] == found["version"]), None)
    if shown is None or shown["current"]:
        return
    with ui.element("div").classes("row pill--soon notice").props("role=note"):
        ui.label(
            view.say(
                f"Это прежняя версия, от {view.moment(shown['published_at'])}. По ней идут сделки, открытые при ней.",
                f"This is an older version, of {view.moment(shown['published_at'])}. "
                "Deals opened under it follow it.",
            )
        ).classes("grow")
        ui.link(view.say("Показать действующую", "Show the current one"), f"/pipelines/{pipeline}")


def _stage(view: View, pipeline: str, stage: Json) -> None:
    with ui.element("section").classes("card stage-card").props(f"id=stage-{stage['id']}"):
        with ui.element("div").classes("row"):
            heading(view.text(stage["title"]), 3)
            if stage["kind"] in _KIND:
                ru, en, tone = _KIND[stage["kind"]]
                ui.label(view.say(ru, en)).classes(f"pill {tone}")
            if stage["deals"]:
                said = view.plural(stage["deals"], ("сделка", "сделки", "сделок"), ("deal", "deals"))
                ui.link(said, f"/boards/{pipeline}").classes("pill pill--brand")
        if stage["hint"]:
            ui.label(view.text(stage["hint"])).classes("muted wrap")
        if stage["needs"]:
            names = ", ".join(_capital(view.text(need)) for need in stage["needs"])
            _line(view.say("Нужно заполнить", "To be filled in"), names)
        for gate in stage["gates"]:
            _line(view.say("Условие", "Condition"), view.text(gate))
        for rule in stage["rules"]:
            _line(view.text(rule["when"]) or view.say("сразу", "at once"), view.text(rule["what"]))
        for reaction in stage["reactions"]:
            _line(_on(view, reaction), view.text(reaction["what"]))
        if not (stage["needs"] or stage["gates"] or stage["rules"] or stage["reactions"]):
            ui.label(view.say("Здесь ничего не происходит само.", "Nothing happens by itself here.")).classes(
                "muted small"
            )


def _on(view: View, reaction: Json) -> str:
    parts = (view.text(reaction["on"]), view.text(reaction["when"]))
    return ", ".join(part for part in parts if part)


def _line(when: str, what: str) -> None:
    with ui.element("div").classes("rule-line"):
        ui.label(_capital(when)).classes("muted small wrap")
        ui.label(what).classes("wrap")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _versions(view: View, pipeline: str, found: Json) -> None:
    heading(view.say("Версии", "Versions"), 2)
    with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
        for version in found["versions"]:
            with ui.element("div").classes("row"):
                link = f"/pipelines/{pipeline}?version={version['hash']}"
                ui.link(view.moment(version["published_at"]), link).classes("grow")
                if version["hash"] == found["version"]:
                    ui.label(view.say("показана", "shown")).classes("pill")
                if version["current"]:
                    ui.label(view.say("для новых сделок", "for new deals")).classes("pill pill--ok")
