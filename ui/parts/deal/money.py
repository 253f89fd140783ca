"""The payment plan of a deal: what is due when, what has come."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from nicegui import ui

from ui.parts.deal.part import Json, Part
from ui.parts.dialog import Dialog

_STATE = {
    "paid": ("Оплачено", "Paid", "pill--ok"),
    "overdue": ("Просрочено", "Overdue", "pill--late"),
    "due": ("Ожидается", "Due", ""),
}


class Payments(Part):
    """Rows of each plan, and a button that records money."""

    title = ("График платежей", "Payment plan")

    def shown(self, card: Json) -> Json:
        return card["payments"]

    def draw(self, card: Json) -> None:
        for rows in card["payments"].values():
            with ui.element("div").classes("pay-rows"):
                for row in rows:
                    self._row(card, row)

    def _row(self, card: Json, row: Json) -> None:
        view = self.view
        ru, en, tone = _STATE.get(row["state"], (row["state"], row["state"], ""))
        with ui.element("div").classes("row"):
            ui.label(f"{row['row']}.").classes("muted tabular")
            ui.label(view.day(row["date"])).classes("nowrap")
            ui.label(view.money(row["amount"])).classes("strong tabular nowrap")
            ui.label(f"{view.number(row['percent'])} %").classes("muted small")
            ui.label(view.say(ru, en)).classes(f"pill {tone}")
            if row["state"] != "paid" and Decimal(row["received"]):
                came = view.money(row["received"])
                ui.label(view.say(f"поступило {came}", f"{came} received")).classes("muted small")
            ui.element("span").classes("grow")
            if row["state"] != "paid" and card["status"] == "open":
                ui.button(
                    view.say("Пришла оплата", "Record payment"), on_click=partial(self._pay, card, row)
                ).props("dense no-caps flat")

    def _pay(self, card: Json, row: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.say("Записать оплату", "Record a payment"))
        with dialog:
            text = f"{view.day(row['date'])} — {view.money(row['amount'])}"
            ui.label(view.say(f"Строка {row['row']}: {text}", f"Row {row['row']}: {text}"))

        async def run() -> None:
            await view.api.post(f"/api/deals/{card['id']}/payments", {"row": row["row"]})
            view.toast(view.say("Оплата записана", "The payment is recorded"))
            await self.refresh()

        dialog.confirm(view.say("Записать", "Record"), run)
