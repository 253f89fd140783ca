"""The top of a deal's card: what it is, how it stands, whose it is, and what can be done with it as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from ui.parts.deal.part import Json, Part
from ui.parts.dialog import Dialog
from ui.parts.elements import heading
from ui.parts.fields import FieldSpec, field_input

_STATUS = {
    "open": ("В работе", "Open", ""),
    "won": ("Успешно", "Won", "pill--ok"),
    "lost": ("Неудача", "Lost", "pill--late"),
}


class Head(Part):
    """Title, client, amount, responsible."""

    def shown(self, card: Json) -> Json:
        names = (
            "title",
            "stage",
            "status",
            "amount",
            "responsible",
            "company",
            "contact",
            "attention",
            "claim",
        )
        return {
            name: card[name]
            for name in (*names, "reason", "reason_comment", "undo", "effects", "set_aside")
            if name in card
        }

    def draw(self, card: Json) -> None:
        view = self.view
        with ui.element("div").classes("row"):
            heading(card["title"]).classes("grow wrap")
            ru, en, tone = _STATUS[card["status"]]
            ui.label(view.say(ru, en)).classes(f"pill {tone}")
            self._menu(card)
        with ui.element("div").classes("deal-facts"):
            self._fact(view.say("Сумма", "Amount"), view.money(card["amount"]), partial(self._amount, card))
            self._fact(
                view.say("Ответственный", "Responsible"),
                view.name(card["responsible"]),
                partial(self._responsible, card),
            )
            self._client(card)
            self._contact(card["contact"] or {})
        self._reason(card)
        self._attention(card)
        self._claim(card)

    def _fact(self, label: str, value: str, change: Any) -> None:
        with ui.element("div").classes("stack fact"):
            ui.label(label).classes("muted small")
            with ui.element("button").classes("plain-edit").props("type=button").on("click", change):
                ui.label(value).classes("strong wrap")
                ui.icon("edit", size="14px").props("aria-hidden=true").classes("pencil")

    def _client(self, card: Json) -> None:
        company = card["company"]
        if not company:
            return
        with ui.element("div").classes("stack fact"):
            ui.label(self.view.say("Клиент", "Client")).classes("muted small")
            ui.link(company["name"], f"/search?company={company['id']}").classes("strong wrap")
            signed = bool(company["fields"].get("contract_signed"))
            said = ("Договор заключён", "Contract signed") if signed else ("Договора нет", "No contract")
            with ui.element("span").classes("pill " + ("pill--ok" if signed else "")):
                ui.icon("verified" if signed else "description", size="14px").props("aria-hidden=true")
                ui.label(self.view.say(*said))

    def _contact(self, contact: Json) -> None:
        name, phone, email = (str(contact.get(part) or "") for part in ("name", "phone", "email"))
        if not (name or phone or email):
            return
        with ui.element("div").classes("stack fact"):
            ui.label(self.view.say("Контакт", "Contact")).classes("muted small")
            if name:
                ui.label(name).classes("strong wrap")
            if phone:
                ui.link(phone, f"tel:{''.join(sign for sign in phone if sign.isdigit() or sign == '+')}")
            if email:
                ui.link(email, f"mailto:{email}").classes("wrap")

    def _reason(self, card: Json) -> None:
        if card["status"] != "lost" or not (card["reason"] or card["reason_comment"]):
            return
        said = " — ".join(part for part in (card["reason"], card["reason_comment"]) if part)
        ui.label(f"{self.view.say('Причина', 'Reason')}: {said}").classes("wrap")

    def _attention(self, card: Json) -> None:
        """What went wrong outside, and the button that tries again."""
        view = self.view
        if not card["attention"]:
            return
        with ui.element("div").classes("notice notice--late").props("role=alert"):
            ui.icon("error_outline", size="22px").props("aria-hidden=true")
            ui.label(
                f"{view.say('Нужно внимание', 'Needs attention')}: {view.text(card['attention'])}"
            ).classes("grow wrap")
            retry = partial(self._do, card, "retry", view.say("Повторяем", "Trying again"))
            ui.button(view.say("Повторить", "Try again"), on_click=retry).props("no-caps outline dense")

    def _claim(self, card: Json) -> None:
        view, claim = self.view, card["claim"]
        if not claim or not claim["open"]:
            return
        with ui.element("div").classes("notice"):
            ui.icon("pan_tool_alt", size="22px").props("aria-hidden=true")
            ui.label(
                view.say("Заявка ждёт, кто её возьмёт", "The request waits for somebody to take it")
            ).classes("grow")
            took = view.say("Вы взяли заявку", "The request is yours")
            ui.button(view.say("Взять", "Take it"), on_click=partial(self._do, card, "claim", took)).props(
                "no-caps unelevated dense"
            )
            ui.button(view.say("Отказаться", "Decline"), on_click=partial(self._decline, card)).props(
                "no-caps flat dense"
            )

    def _menu(self, card: Json) -> None:
        view = self.view
        more = ui.button(icon="more_vert").props("flat round dense")
        more.props["aria-label"] = view.say("Ещё действия", "More actions")
        with more, ui.menu().props("auto-close"):
            ui.menu_item(view.say("Переименовать", "Rename"), on_click=partial(self._rename, card))
            if card["status"] != "open":
                ui.menu_item(view.say("Открыть снова", "Reopen"), on_click=partial(self._reopen, card))
            if view.operator_url:
                ui.menu_item(
                    view.say("Процесс в Temporal Web", "The process in Temporal Web"),
                    on_click=lambda: ui.navigate.to(
                        f"{view.operator_url}/workflows/{card['workflow_id']}", new_tab=True
                    ),
                )

    async def _do(self, card: Json, verb: str, done: str, body: Json = None) -> None:
        await self.view.act(self.view.api.post(f"/api/deals/{card['id']}/{verb}", body), done)
        await self.view.act(self.refresh())

    def _change(self, card: Json, spec: FieldSpec, held: Json, title: str) -> None:
        """Asks for a new value of the card's head."""
        dialog = Dialog(self.view, title)
        with dialog:
            field = field_input(self.view, spec, held)

        async def run() -> None:
            await self.view.api.patch(f"/api/deals/{card['id']}", {spec.name: field.value})
            await self.refresh()

        dialog.confirm(self.view.say("Сохранить", "Save"), run)

    def _amount(self, card: Json) -> None:
        spec = FieldSpec("amount", "money", {"ru": "Сумма", "en": "Amount"})
        self._change(card, spec, card["amount"], self.view.say("Сумма сделки", "The deal's amount"))

    def _responsible(self, card: Json) -> None:
        spec = FieldSpec("responsible", "employee", {"ru": "Ответственный", "en": "Responsible"})
        self._change(
            card, spec, card["responsible"], self.view.say("Кто отвечает за сделку", "Who is responsible")
        )

    def _rename(self, card: Json) -> None:
        spec = FieldSpec("title", "text", {"ru": "Название", "en": "Title"})
        self._change(card, spec, card["title"], self.view.say("Название сделки", "The deal's title"))

    def _reopen(self, card: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.say("Открыть сделку снова", "Reopen the deal"))
        stages = {one["id"]: view.text(one["title"]) for one in card["stages"] if one["kind"] == "open"}
        with dialog:
            stage = ui.select(stages, label=view.say("На каком этапе", "At which stage")).props(
                "outlined dense"
            )

        async def run() -> None:
            await view.api.post(f"/api/deals/{card['id']}/reopen", {"to": stage.value})
            await self.refresh()

        dialog.confirm(view.say("Открыть", "Reopen"), run)

    def _decline(self, card: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.say("Отказаться от заявки", "Decline the request"))
        with dialog:
            reason = ui.textarea(label=view.say("Почему", "Why")).props("outlined autogrow")

        async def run() -> None:
            await view.api.post(f"/api/deals/{card['id']}/decline", {"reason": reason.value or ""})
            await self.refresh()

        dialog.confirm(view.say("Отказаться", "Decline"), run)
