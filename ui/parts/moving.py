"""Moving a deal by hand, from the board and from its card: a dialog asks for just what the move lacks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.parts.dialog import Dialog
from ui.parts.field_base import FieldInput
from ui.parts.fields import FieldSpec, as_change, field_input, field_specs
from ui.view import View

Json = Any
Done = Callable[[Json], Awaitable[None]]
OTHER = "other"  # the reason that says nothing by itself
_CAN_BE_ASKED = frozenset({"missing_fields", "gate_not_met", "reason_required", "comment_required"})


async def move(view: View, deal: str, to: str, seen: str) -> Json:
    """Moves the deal, and gives its card. `seen`: the stage it was at on the person's screen. Raises Problem."""
    return await view.api.post(f"/api/deals/{deal}/move", {"to": to, "expected_stage": seen})


def can_be_asked(problem: Problem) -> bool:
    """Whether the person can put right what the move was refused for; `ask_to_move` asks them to."""
    return problem.code in _CAN_BE_ASKED


async def ask_to_move(view: View, deal: str, to: str, done: Done) -> None:
    """Opens a dialog with what the move to stage `to` lacks; `done` gets the card after it. Raises Problem.

    The fields asked for are filled and the deal moves in one go. While a gate is shut they are only kept.
    """
    card = await view.api.get(f"/api/deals/{deal}")
    wanted = next((one for one in card["moves"] if one["to"] == to), None)
    if wanted is None:
        raise Problem(
            409,
            {"detail": view.say("Сделка уже закрыта или на этом этапе.", "It is closed or there already.")},
        )
    specs = await field_specs(view, card["pipeline"], card["definition"], wanted["missing"])
    _Question(view, card, wanted, specs, done).open()


class _Question:
    """The dialog: gates in words, inputs for what is missing, the reason of a loss."""

    def __init__(self, view: View, card: Json, wanted: Json, specs: list[FieldSpec], done: Done) -> None:
        self._view, self._card, self._wanted, self._done = view, card, wanted, done
        self._inputs: dict[str, FieldInput] = {}
        self._reason: ui.radio | ui.textarea | None = None
        self._comment: ui.textarea | None = None
        self._dialog = Dialog(view, self._title())
        with self._dialog:
            ui.label(card["title"]).classes("muted wrap")
            self._draw_gates()
            for spec in specs:
                held = card["fields"].get(spec.name)
                self._inputs[spec.name] = field_input(view, spec, held, required=True)
            if wanted["reason"]:
                self._draw_reason()

    def open(self) -> None:
        """Shows it, with the buttons that make sense."""
        say, lost = self._view.say, self._wanted["kind"] == "lost"
        if first := next(iter(self._inputs.values()), None):
            first.focus()
        elif isinstance(self._reason, ui.textarea):
            self._reason.props("autofocus")
        if self._wanted["gates"]:
            if self._inputs:
                self._dialog.confirm(say("Сохранить", "Save"), self._keep)
            else:
                self._dialog.inform()
            return
        text = say("Закрыть сделку", "Close the deal") if lost else say("Перевести", "Move")
        self._dialog.confirm(text, self._move, danger=lost)

    def _title(self) -> str:
        title = self._view.text(self._wanted["title"])
        if self._wanted["kind"] == "lost":
            return self._view.say(f"Закрыть: «{title}»", f"Close as “{title}”")
        return self._view.say(f"Чтобы перейти на этап «{title}»", f"To move to “{title}”")

    def _draw_gates(self) -> None:
        if not self._wanted["gates"]:
            return
        with ui.element("ul").classes("gates"):
            for gate in self._wanted["gates"]:
                with ui.element("li"):
                    ui.icon("lock_clock", size="18px").props("aria-hidden=true")
                    ui.label(self._view.text(gate["message"])).classes("wrap")

    def _draw_reason(self) -> None:
        view, reasons = self._view, self._wanted["reasons"]
        if not reasons:
            self._reason = _words(view.say("Причина *", "Reason *"))
            return
        label = view.say("Причина", "Reason")
        with ui.element("div").classes("stack").props("role=group") as group:
            group.props["aria-label"] = label
            ui.label(label + " *").classes("section-title")
            self._reason = ui.radio({name: view.text(title) for name, title in reasons.items()}).props(
                "dense"
            )
        self._comment = _words(view.say("Комментарий", "Comment"))

    async def _keep(self) -> None:
        head, fields = as_change(self._values())
        try:
            await self._view.api.patch(f"/api/deals/{self._card['id']}", {**head, "fields": fields})
        except Problem as problem:
            self._mark(problem)
            raise
        self._view.toast(
            self._view.say("Сохранено. Этап пока прежний.", "Saved. The stage is the same for now.")
        )

    async def _move(self) -> None:
        address, (head, fields) = f"/api/deals/{self._card['id']}", as_change(self._values())
        body = {
            "to": self._wanted["to"],
            "expected_stage": self._card["stage"],
            "fields": fields,
            **self._said(),
        }
        try:
            if head:  # the card's head is no part of a move: it is changed just before
                await self._view.api.patch(address, head)
            card = await self._view.api.post(f"{address}/move", body)
        except Problem as problem:
            self._mark(problem)
            raise
        await self._view.act(self._done(card))  # it has moved: what follows is no reason to ask again

    def _values(self) -> Mapping[str, Json]:
        return {name: field.value for name, field in self._inputs.items()}

    def _said(self) -> dict[str, Json]:
        said = {"reason": self._reason, "comment": self._comment}
        return {name: field.value for name, field in said.items() if field is not None and field.value}

    def _mark(self, problem: Problem) -> None:
        """Shows at each input what is still wrong with it."""
        wrong = (
            problem.detail if problem.code == "invalid_value" else self._view.say("Заполните", "Fill this in")
        )
        for name, field in self._inputs.items():
            field.error(wrong if name in problem.data.get("missing", ()) else None)
        if isinstance(self._reason, ui.textarea):
            self._reason.error = problem.detail if problem.code == "reason_required" else None
        if self._comment is not None:
            self._comment.error = problem.detail if problem.code == "comment_required" else None


def _words(label: str) -> ui.textarea:
    return ui.textarea(label=label).props("outlined dense autogrow rows=2")
