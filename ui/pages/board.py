"""The board of a pipeline: what people do on it goes to the API, and what happens to its deals comes to the page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.live import Change
from ui.parts.board import Board, MoveAsked
from ui.parts.elements import heading
from ui.parts.moving import ask_to_move, can_be_asked, move
from ui.parts.undo_toast import UndoToast
from ui.view import View

Json = Any
MOST_AT_ONCE = 100  # more changed deals than this are read with the whole board
_GONE = frozenset({"stale_stage", "deal_closed", "same_stage"})


async def page(view: View, pipeline: str) -> None:
    """The pipeline's deals by stage."""
    known = next((one for one in view.pipelines if one["pipeline"] == pipeline), None)
    if known is None:
        await view.api.get(f"/api/pipelines/{pipeline}")  # raises the problem that says so
        return
    title = view.text(known["title"])
    view.client.title = f"{title} — {view.say('Воронка', 'Voronka')}"
    with ui.element("section").classes("board-page").props("id=content tabindex=-1") as main:
        main.props["aria-label"] = title
        heading(title).classes("vb-sr")  # the top bar shows it
        _BoardPage(view, pipeline)


class _BoardPage:
    """One open board."""

    def __init__(self, view: View, pipeline: str) -> None:
        self._view = view
        self._pipeline = pipeline
        self._board = Board(view, pipeline)
        self._board.on_move(self._move)
        self._board.on_add(self._add)
        self._toast = UndoToast(view, self._undone)
        view.on_change(self._changed, pipelines=[pipeline])

    async def _changed(self, change: Change) -> None:
        """Somebody changed deals of this pipeline, perhaps this person in another window."""
        if change.everything or len(change.deals) > MOST_AT_ONCE:
            self._board.refetch()
            return
        self._board.apply(await self._cards(*sorted(change.deals)))

    async def _cards(self, *deals: str) -> Json:
        return await self._view.api.get(f"/api/pipelines/{self._pipeline}/board", ids=list(deals))

    async def _move(self, asked: MoveAsked) -> None:
        try:
            if asked.closed:
                card = await self._view.api.post(f"/api/deals/{asked.deal}/reopen", {"to": asked.to})
            else:
                card = await move(self._view, asked.deal, asked.to, asked.seen)
        except Problem as problem:
            await self._refused(asked, problem)
            return
        await self._moved(card)

    async def _refused(self, asked: MoveAsked, problem: Problem) -> None:
        """Back it goes; where something can be done about it, the dialog asks."""
        self._board.refuse(asked.deal, f"{asked.title}: {problem.detail}")
        if problem.code in _GONE:
            await self._view.act(self._show(asked.deal))
        if can_be_asked(problem) and not asked.closed:
            await self._view.act(ask_to_move(self._view, asked.deal, asked.to, self._moved))
        else:
            self._view.tell_problem(problem)

    async def _moved(self, card: Json) -> None:
        await self._show(card["id"])
        self._board.tell_moved(card["id"], f"{card['title']}: {self._view.text(card['stage_title'])}")
        self._toast.offer(card)

    async def _undone(self, deal: str, _: Json) -> None:
        await self._show(deal)

    async def _show(self, deal: str) -> None:
        """Shows this person's own change at once, without waiting to be told of it."""
        self._board.apply(await self._cards(deal), mine=True)

    async def _add(self, title: str, amount: str | None) -> None:
        body = {"pipeline": self._pipeline, "title": title, "amount": amount}
        try:
            card = await self._view.api.post("/api/deals", body)
        except Problem as problem:
            self._board.answer_add(False, problem.detail)
            self._view.tell_problem(problem)
            return
        self._board.answer_add(
            True, self._view.say(f"Сделка «{title}» добавлена", f"The deal “{title}” is added")
        )
        await self._show(card["id"])
