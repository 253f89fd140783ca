"""The board as one component drawn in the browser (`board/`): one element on the server, however many cards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import nicegui.elements.sortable  # noqa: F401  (its import names SortableJS in the page's import map)
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from ui.parts.board_words import board_labels
from ui.view import View

Json = dict[str, Any]


@dataclass(frozen=True)
class MoveAsked:
    """A person wants the deal at stage `to`; they saw it at `seen`. `closed`: it was won or lost there."""

    deal: str
    title: str
    to: str
    seen: str
    closed: bool


class Board(Element, component="board.js", esm={"voronka-board": "board"}):
    """Columns and cards of a pipeline. It reads `/api/pipelines/{pipeline}/board` by itself, then is told changes."""

    def __init__(self, view: View, pipeline: str) -> None:
        super().__init__()
        self._changes = 0
        self._props["url"] = f"/api/pipelines/{pipeline}/board"
        self._props["about"] = f"/pipelines/{pipeline}"
        self._props["me"] = view.me.id
        self._props["lang"] = view.lang
        self._props["zone"] = view.zone.key
        self._props["now"] = int(datetime.now(UTC).timestamp() * 1000)
        self._props["labels"] = board_labels(view)

    def on_move(self, handler: Callable[[MoveAsked], Awaitable[None]]) -> None:
        """Calls `handler` when somebody moves a card; the board shows it as moved until `apply` or `refuse`."""

        async def asked(event: GenericEventArguments) -> None:
            given = event.args
            await handler(
                MoveAsked(
                    deal=str(given["id"]),
                    title=str(given["title"]),
                    to=str(given["to"]),
                    seen=str(given["from"]),
                    closed=given.get("closed") is True,
                )
            )

        self.on("move", asked)

    def on_add(self, handler: Callable[[str, str | None], Awaitable[None]]) -> None:
        """Calls `handler` with title and amount (or None) of a new deal; answer by `answer_add`."""

        async def asked(event: GenericEventArguments) -> None:
            amount = event.args.get("amount")
            await handler(str(event.args["title"]), None if amount is None else str(amount))

        self.on("add", asked)

    def apply(self, delta: Json, *, mine: bool = False) -> None:
        """Shows changed deals: `{cards, left, by, people}` as the API tells them. `mine`: of this page's person."""
        self._changes += 1
        self.run_method("apply", self._changes, {**delta, "mine": mine})

    def refetch(self) -> None:
        """Reads the whole board anew."""
        self.run_method("refetch")

    def refuse(self, deal: str, text: str) -> None:
        """Puts the card back where it was, visibly, and says why to those who do not see it."""
        self.run_method("refuse", deal, text)

    def tell_moved(self, deal: str, text: str) -> None:
        """Says to those who do not see it that the deal has moved."""
        self.run_method("moved", deal, text)

    def answer_add(self, ok: bool, text: str = "") -> None:
        """Ends the wait of the quick form: it empties where the deal was made, and keeps its words where not."""
        self.run_method("answerAdd", ok, text)
