"""What the work is about: the client, whom to talk to, and what the deal's card says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from ui.parts.contact import draw_ways
from ui.parts.deal.fields import show_value
from ui.parts.fields import FieldSpec
from ui.view import View

Json = Any


def about(card: Json) -> Json:
    """The part of the card that is shown."""
    return {name: card[name] for name in ("company", "contact", "fields")}


def draw_about(view: View, card: Json, specs: Sequence[FieldSpec], *, unfolded: bool) -> None:
    """Draws it, where there is anything; `specs` are those of the card's fields."""
    filled = [spec for spec in specs if card["fields"].get(spec.name) not in (None, "", [], {})]
    contact = {name: value for name, value in (card["contact"] or {}).items() if value}
    if not (card["company"] or contact or filled):
        return
    title = view.say("О сделке", "About the deal")
    with ui.expansion(title, value=unfolded).props("dense").classes("card about"):
        with ui.element("dl").classes("fields"):
            if card["company"]:
                with _row(view.say("Клиент", "Client")):
                    ui.label(card["company"]["name"]).classes("wrap")
            if contact:
                with _row(view.say("Контакт", "Contact")), ui.element("div").classes("stack"):
                    if contact.get("name"):
                        ui.label(str(contact["name"])).classes("wrap")
                    draw_ways(contact)
            for spec in filled:
                with _row(view.text(spec.title)):
                    show_value(view, spec, card["fields"][spec.name])


def _row(title: str) -> ui.element:
    """A line of the list; what is drawn within is its value."""
    with ui.element("div").classes("field"):
        with ui.element("dt"):
            ui.label(title)
        return ui.element("dd")
