"""What is known of an INN while it is being typed: whose it is already, and whether it looks mistyped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from domain.documents.requisites import inn_digits, inn_is_right
from ui.redrawn import Redrawn
from ui.view import View

Json = Any
Choose = Callable[[Json], None]
_LENGTHS = (10, 12)  # of a company, of a person
_MOST_ROWS = 3
_MOST_ASKED = 50


def plain_inn(written: str) -> str:
    """An INN without the spaces and dashes people write; what is none stays as it was written."""
    digits = inn_digits(written)
    return digits if len(digits) in _LENGTHS else written.strip()


class KnownCompanies:
    """Drawn beneath the input of an INN; read out when it changes.

    `choose` gets the company that the person takes instead; with None the companies are only named.
    """

    def __init__(self, view: View, choose: Choose | None = None) -> None:
        self._view, self._choose = view, choose
        self._digits = ""  # what was asked for last
        self._shown: tuple[list[Json], str | None] = ([], None)
        self._box = Redrawn()
        self._box.classes("stack known").props("role=status")

    async def look(self, written: str) -> list[Json] | None:
        """The companies of this INN, shown as well; None where that is not known: newer words came, or a refusal."""
        self._digits = digits = inn_digits(written)
        found: list[Json] = []
        if len(digits) in _LENGTHS:
            asked = self._view.api.get("/api/companies", inn=digits, limit=_MOST_ASKED)
            page = await self._view.act(asked)
            if page is None or digits != self._digits:
                return None
            found = sorted(page["items"], key=lambda one: not _signed(one))
        self._show(found, self.oddity(written) if len(digits) in _LENGTHS else None)
        return found

    def doubt(self, written: str) -> None:
        """Tells what is odd about an INN that nobody is typing any more."""
        if len(inn_digits(written)) not in _LENGTHS:
            self._show([], self.oddity(written))

    def oddity(self, written: str) -> str | None:
        """What is odd about it in words, None for nothing. No reason to refuse it: abroad numbers differ."""
        say, digits = self._view.say, inn_digits(written)
        if not written.strip():
            return None
        if len(digits) not in _LENGTHS:
            return say(
                f"В ИНН 10 цифр у организации и 12 у предпринимателя, здесь {len(digits)}.",
                f"An INN has 10 digits for a company and 12 for a person; here are {len(digits)}.",
            )
        if not inn_is_right(digits):
            return say(
                "Проверьте ИНН: контрольная цифра не сходится.",
                "Check the INN: its check digit does not fit.",
            )
        return None

    def _show(self, found: list[Json], oddity: str | None) -> None:
        if self._box.is_deleted or self._shown == (found, oddity):  # the dialog was closed; or somebody may
            return  # be about to press what stands here
        self._shown = (found, oddity)
        with self._box.anew():
            for company in found[:_MOST_ROWS]:
                self._row(company)
            if len(found) > _MOST_ROWS:
                more = self._view.say("Есть и другие с этим ИНН.", "There are others with this INN.")
                ui.label(more).classes("muted small")
            if oddity:
                ui.label(oddity).classes("small known-odd")

    def _row(self, company: Json) -> None:
        say, name = self._view.say, self._named(company)
        contract = (
            ("договор заключён", "contract signed") if _signed(company) else ("договора нет", "no contract")
        )
        told = f"{say('Уже есть', 'Known already')}: {name}, {say(*contract)}"
        with ui.element("div").classes("known-company"):
            ui.label(told).classes("grow wrap")
            if self._choose:
                choose = ui.button(say("Выбрать", "Choose"), on_click=partial(self._choose, company))
                choose.props("outline dense no-caps")
                choose.props["aria-label"] = say(f"Выбрать: {name}", f"Choose: {name}")

    def _named(self, company: Json) -> str:
        """Its name, and the KPP that tells a branch from the others."""
        kpp = company["fields"].get("kpp")
        return f"{company['name']}, {self._view.say('КПП', 'KPP')} {kpp}" if kpp else str(company["name"])


def _signed(company: Json) -> bool:
    return company["fields"].get("contract_signed") is True
