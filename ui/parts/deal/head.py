"""The top of a deal's card: what it is, how it stands, whose it is, and what can be done with it as a whole."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from ui.parts.contact import draw_ways
from ui.parts.deal.merging import ask_to_merge, duplicates
from ui.parts.deal.part import Json, Part
from ui.parts.dialog import Dialog
from ui.parts.elements import heading, once
from ui.parts.fields import FieldSpec, field_input

_STATUS = {
    "open": ("В работе", "Open", ""),
    "won": ("Успешно", "Won", "pill--ok"),
    "lost": ("Неудача", "Lost", "pill--late"),
}
_SHOWN = (
    "title", "stage", "status", "amount", "responsible", "company", "contact", "attention", "claim", "reason",
    "reason_comment",
)  # fmt: skip


class Head(Part):
    """Title, client, amount, responsible."""

    def shown(self, card: Json) -> Json:
        return {name: card[name] for name in _SHOWN} | {"duplicates": duplicates(card)}

    def draw(self, card: Json) -> None:
        view = self.view
        with ui.element("div").classes("row deal-head"):
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
            self._contact(card)
        self._reason(card)
        self._attention(card)
        self._claim(card)

    def _fact(self, label: str, value: str, change: Any, *, known: bool = True) -> None:
        with ui.element("div").classes("stack fact"):
            ui.label(label).classes("muted small")
            with (
                ui.element("button").classes("plain-edit").props("type=button").on("click", change) as button
            ):
                button.props["aria-label"] = f"{self._edit_words(label)}, {value}"
                ui.label(value).classes("strong wrap" if known else "muted wrap")
                pencil = ui.icon("edit", size="14px").props("aria-hidden=true").classes("pencil")
                if not known:
                    pencil.classes("pencil--shown")

    def _edit_words(self, label: str) -> str:
        return f"{self.view.say('Изменить', 'Edit')}: {label}"

    def _pencil(self, label: str, change: Any) -> None:
        edit = ui.button(icon="edit", on_click=change).props("flat round dense size=sm").classes("pencil")
        edit.props["aria-label"] = self._edit_words(label)

    def _client(self, card: Json) -> None:
        company, label = card["company"], self.view.say("Клиент", "Client")
        change = partial(self._company, card)
        if not company:
            self._fact(label, self.view.say("не указан", "not known yet"), change, known=False)
            return
        with ui.element("div").classes("stack fact"):
            ui.label(label).classes("muted small")
            with ui.element("div").classes("row nowrap"):
                ui.link(company["name"], f"/search?company={company['id']}").classes("strong wrap")
                self._pencil(label, change)
            signed = bool(company["fields"].get("contract_signed"))
            said = ("Договор заключён", "Contract signed") if signed else ("Договора нет", "No contract")
            with ui.element("span").classes("pill " + ("pill--ok" if signed else "")):
                ui.icon("verified" if signed else "description", size="14px").props("aria-hidden=true")
                ui.label(self.view.say(*said))

    def _contact(self, card: Json) -> None:
        contact, label = card["contact"] or {}, self.view.say("Контакт", "Contact")
        change = partial(self._person, card)
        name, phone, email = (str(contact.get(part) or "") for part in ("name", "phone", "email"))
        if not (name or phone or email):
            self._fact(label, self.view.say("не указан", "not known yet"), change, known=False)
            return
        with ui.element("div").classes("stack fact"):
            ui.label(label).classes("muted small")
            with ui.element("div").classes("row nowrap"):
                ui.label(name or phone or email).classes("strong wrap")
                self._pencil(label, change)
            draw_ways(contact)

    def _reason(self, card: Json) -> None:
        if card["status"] != "lost" or not (card["reason"] or card["reason_comment"]):
            return
        named: dict[str, Json] = next(
            (one["reasons"] for one in card["stages"] if one["id"] == card["stage"]), {}
        )
        reason = self.view.text(named.get(card["reason"])) or card["reason"]
        said = " — ".join(part for part in (reason, card["reason_comment"]) if part)
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
            ui.button(view.say("Повторить", "Try again"), on_click=once(retry)).props("no-caps outline dense")

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
            take = once(partial(self._do, card, "claim", took))
            ui.button(view.say("Взять", "Take it"), on_click=take).props("no-caps unelevated dense")
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
            if duplicates(card):
                merge = partial(ask_to_merge, view, card, self.refresh)
                ui.menu_item(view.say("Объединить с дублем", "Merge with its duplicate"), on_click=merge)
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

    def _company(self, card: Json) -> None:
        spec = FieldSpec("company", "company", {"ru": "Компания", "en": "Company"})
        self._change(card, spec, card["company"], self.view.say("Кто клиент", "Who the client is"))

    def _person(self, card: Json) -> None:
        spec = FieldSpec("contact", "contact", {"ru": "Контакт", "en": "Contact"})
        self._change(card, spec, card["contact"], self.view.say("С кем говорить", "Whom to talk to"))

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
            reason = ui.textarea(label=view.say("Почему *", "Why *")).props("outlined autogrow")

        async def run() -> None:
            await view.api.post(f"/api/deals/{card['id']}/decline", {"reason": reason.value or ""})
            await self.refresh()

        dialog.confirm(view.say("Отказаться", "Decline"), run)
