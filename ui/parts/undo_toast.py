"""The offer to undo a move: a toast that stays for some seconds; Ctrl+Z does the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from ui.view import View

SECONDS = 8.0


class UndoToast(Element, component="undo_toast.js"):
    """Shows one offer at a time, the latest. `undone` is called with the deal's id and card after the undo."""

    def __init__(self, view: View, undone: Callable[[str, Any], Awaitable[None]]) -> None:
        super().__init__()
        self._view = view
        self._undone = undone
        self._props["labels"] = {
            "undo": view.say("Отменить", "Undo"),
            "close": view.say("Закрыть", "Close"),
        }
        self.on("undo", self._undo)

    def offer(self, card: Mapping[str, Any]) -> None:
        """Tells of the move that led to this card, and offers to undo it where the API lets this person."""
        stage = self._view.text(card["stage_title"])
        text = self._view.say(f"Переведено на этап «{stage}»", f"Moved to “{stage}”")
        undo = card.get("undo")
        seconds = SECONDS
        if undo:
            left = (datetime.fromisoformat(undo["until"]) - datetime.now(UTC)).total_seconds()
            seconds = max(0.0, min(SECONDS, left))
        offered = {"deal": card["id"], "seq": undo["seq"]} if undo and seconds else None
        self.run_method("offer", text, offered, seconds if offered else SECONDS / 2)

    async def _undo(self, event: GenericEventArguments) -> None:
        deal, seq = str(event.args["deal"]), int(event.args["seq"])
        card = await self._view.act(self._view.api.post(f"/api/deals/{deal}/undo", {"seq": seq}))
        if card is not None:
            stage = self._view.text(card["stage_title"])
            text = self._view.say(f"Возвращено на этап «{stage}»", f"Back at “{stage}”")
            self.run_method("offer", text, None, SECONDS / 2)
            await self._undone(deal, card)
