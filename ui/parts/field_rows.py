"""Tables that people fill: the rows of a payment plan, the lines of an invoice."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from nicegui import ui
from nicegui.element import Element

from ui.parts.field_base import FieldInput, plain_number
from ui.parts.field_dates import DateInput
from ui.view import View

Json = Any
_RATES = ("none", "0", "5", "7", "10", "20", "22")


class _Rows(FieldInput):
    """Rows that can be added and removed."""

    def __init__(self, view: View, label: str, value: Json) -> None:
        self._view = view
        self._rows: list[tuple[Element, dict[str, Any], dict[str, Any]]] = []
        with ui.element("div").classes("stack").props("role=group") as box:
            box.props["aria-label"] = label
            ui.label(label).classes("section-title")
            self._body = ui.element("div").classes("stack")
            with ui.element("div").classes("row"):
                add = view.say("Добавить строку", "Add a row")
                ui.button(add, icon="add", on_click=lambda: self.add({})).props("flat dense no-caps")
                self._total = ui.label().classes("muted small")
        super().__init__(box)
        for row in value or [{}]:
            self.add(row)

    def add(self, known: dict[str, Any]) -> None:
        """One more row, with what is known of it."""
        with (
            self._body,
            ui.element("div").classes("row field-row").style("align-items: flex-start") as element,
        ):
            inputs = self.draw(known)
            remove = ui.button(icon="close", on_click=lambda: self._remove(element)).props(
                "flat round dense size=sm"
            )
            remove.props["aria-label"] = self._view.say("Убрать строку", "Remove the row")
        self._rows.append((element, inputs, known))
        self._count()

    def draw(self, known: dict[str, Any]) -> dict[str, Any]:
        """The row's inputs by name."""
        raise NotImplementedError

    def total(self) -> str:
        """What the rows come to, in words."""
        raise NotImplementedError

    def rows(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(inputs, what was known) of each row."""
        return [(inputs, known) for _, inputs, known in self._rows]

    def _number(self, text: str | None) -> Decimal | None:
        try:
            return Decimal(plain_number(text or "", self._view.lang))
        except InvalidOperation:
            return None

    def _remove(self, element: Element) -> None:
        self._rows = [row for row in self._rows if row[0] is not element]
        element.delete()
        self._count()

    def _count(self) -> None:
        self._total.set_text(self.total())

    def _figure(self, label: str, value: Json, width: str, suffix: str = "") -> ui.input:
        shown = "" if value in (None, "") else self._view.number(value)
        field = ui.input(label=label, value=shown, on_change=lambda: self._count())
        field.props("outlined dense inputmode=decimal autocomplete=off").style(f"width: {width}")
        if suffix:
            field.props["suffix"] = suffix
        return field


class PaymentPlanInput(_Rows):
    """Rows of percent and date, which must add up to 100 %."""

    def draw(self, known: dict[str, Any]) -> dict[str, Any]:
        view = self._view
        percent = self._figure(view.say("Доля", "Share"), known.get("percent"), "110px", "%")
        return {
            "percent": percent,
            "date": DateInput(view, view.say("Дата платежа", "Date"), known.get("date")),
        }

    def total(self) -> str:
        shares = [self._number(row["percent"].value) or Decimal(0) for row, _ in self.rows()]
        return self._view.say("Всего", "Total") + f": {self._view.number(sum(shares, Decimal(0)))} %"

    @property
    def value(self) -> Json:
        rows = []
        for inputs, known in self.rows():
            share, day = inputs["percent"].value, inputs["date"].value
            if share or day:
                number = self._number(share)
                rows.append({**known, "percent": str(number) if number is not None else share, "date": day})
        return rows or None


class LinesInput(_Rows):
    """What is sold: title, quantity, unit, price and VAT of each line."""

    def draw(self, known: dict[str, Any]) -> dict[str, Any]:
        view = self._view
        title = ui.input(label=view.say("Наименование", "Title"), value=known.get("title", ""))
        title.props("outlined dense").style("flex: 1 1 200px")
        rates = {rate: view.say("Без НДС", "No VAT") if rate == "none" else f"{rate} %" for rate in _RATES}
        unit = ui.input(label=view.say("Ед.", "Unit"), value=known.get("unit", view.say("шт.", "pcs")))
        return {
            "title": title,
            "quantity": self._figure(view.say("Кол-во", "Quantity"), known.get("quantity", "1"), "90px"),
            "unit": unit.props("outlined dense").style("width: 70px"),
            "price": self._figure(view.say("Цена", "Price"), known.get("price"), "130px", "₽"),
            "vat": ui.select(rates, label=view.say("НДС", "VAT"), value=known.get("vat", "none"))
            .props("outlined dense options-dense")
            .style("width: 110px"),
        }

    def total(self) -> str:
        sums = [
            (self._number(row["quantity"].value) or Decimal(0))
            * (self._number(row["price"].value) or Decimal(0))
            for row, _ in self.rows()
        ]
        return self._view.say("Итого", "Total") + f": {self._view.money(sum(sums, Decimal(0)))}"

    @property
    def value(self) -> Json:
        lines = []
        for inputs, _ in self.rows():
            said = {name: (field.value or "") for name, field in inputs.items()}
            if said["title"].strip() or said["price"].strip():
                for name in ("quantity", "price"):
                    number = self._number(said[name])
                    said[name] = said[name] if number is None else str(number)
                lines.append(said)
        return lines or None
