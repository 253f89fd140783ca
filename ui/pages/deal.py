"""The card of one deal: how it stands, what it waits for, what belongs to it and what happened."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.live import Change
from ui.parts.deal.asks import Approvals, Assignments, Calls
from ui.parts.deal.chain import Chain
from ui.parts.deal.fields import Fields
from ui.parts.deal.head import Head
from ui.parts.deal.money import Payments
from ui.parts.deal.offered import Documents, Work
from ui.parts.deal.part import Part
from ui.parts.deal.stage_bar import StageBar
from ui.parts.deal.tasks import Tasks
from ui.parts.deal.timeline import Timeline
from ui.parts.deal.waits import Waits
from ui.parts.elements import content
from ui.parts.fields import FieldSpec
from ui.parts.moving import ask_to_move, can_be_asked, move
from ui.parts.undo_toast import UndoToast
from ui.view import View

Json = Any


async def page(view: View, deal: str) -> None:
    """Draws the card; it keeps itself up to date."""
    shown = _Card(view, deal)
    await shown.load()
    with content("deal-page"):
        shown.build()
    await shown.refresh()

    async def changed(_: Change) -> None:
        await shown.refresh()

    view.on_change(changed, deals=[deal])


class _Card:
    """One open card."""

    def __init__(self, view: View, deal: str) -> None:
        self._view, self._deal = view, deal
        self._card: Json = {}
        self._known: Json = {}  # of the pipeline's version: its stages and fields
        self._parts: list[Part] = []
        self._timeline: Timeline
        self._toast: UndoToast

    async def load(self) -> None:
        """Reads the card and the version of the pipeline that it follows. Raises Problem."""
        card = await self._view.api.get(f"/api/deals/{self._deal}")
        if self._known.get("version") != card["definition"]:
            found = await self._view.api.get(f"/api/pipelines/{card['pipeline']}", version=card["definition"])
            self._known = _known(found)
        self._card = {**card, **self._known}

    def build(self) -> None:
        """Draws the frame of all sections; what they show comes with `refresh`."""
        view, again = self._view, self._view.told(self.refresh)
        pipeline = f"/boards/{self._card['pipeline']}"
        with ui.link(target=pipeline).classes("small self-start"):
            ui.label(f"← {view.text(self._card['pipeline_title'])}")
        self._parts = [Head(view, again), StageBar(view, again, self._move)]
        with ui.element("div").classes("deal-columns"):
            with ui.element("div").classes("stack deal-column"):
                self._parts += [Waits(view, again), Approvals(view, again), Assignments(view, again)]
                self._parts += [Calls(view, again), Tasks(view, again)]
                self._timeline = Timeline(view, self._deal, again)
            with ui.element("div").classes("stack deal-column"):
                self._parts += [Fields(view, again), Payments(view, again), Documents(view, again)]
                self._parts += [Work(view, again), Chain(view, again)]
        self._toast = UndoToast(view, self._undone)

    async def refresh(self) -> None:
        """Shows the deal as it is now."""
        await asyncio.gather(self.load(), self._timeline.update())
        self._view.client.title = f"{self._card['title']} — {self._view.say('Воронка', 'Voronka')}"
        for part in self._parts:
            part.update(self._card)

    async def _move(self, to: str) -> None:
        try:
            card = await move(self._view, self._deal, to, self._card["stage"])
        except Problem as problem:
            if can_be_asked(problem):
                await self._view.act(ask_to_move(self._view, self._deal, to, self._moved))
            else:
                self._view.tell_problem(problem)
                await self._view.act(self.refresh())
            return
        await self._moved(card)

    async def _moved(self, card: Json) -> None:
        await self.refresh()
        self._toast.offer(card)

    async def _undone(self, _deal: str, _card: Json) -> None:
        await self._view.act(self.refresh())


def _known(pipeline: Json) -> Json:
    """What the sections need of a pipeline's version."""
    definition = pipeline["definition"]
    stages = [
        {
            "id": id,
            "title": stage["title"],
            "kind": stage.get("kind", "open"),
            "hint": stage.get("hint"),
            "reasons": stage.get("reasons", {}),
        }
        for id, stage in definition["stages"].items()
    ]
    specs = {
        name: FieldSpec(name, spec["type"], spec["title"], spec.get("options", {}))
        for name, spec in definition.get("fields", {}).items()
    }
    titles = {name: spec.title for name, spec in specs.items()}
    return {"version": pipeline["version"], "stages": stages, "specs": specs, "field_titles": titles}
