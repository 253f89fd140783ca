"""What can be set off from a deal's card: work requests, processes, documents, messages."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from ui.parts.deal.part import Json, Part
from ui.parts.dialog import Dialog
from ui.parts.elements import once
from ui.parts.field_dates import DateInput
from ui.parts.fields import FieldSpec, field_input


class Work(Part):
    """Work that colleagues are asked for, and processes of other pipelines, as often as needed."""

    title = ("Задания и процессы", "Work and processes")

    def shown(self, card: Json) -> Json:
        requests, processes = _worth_telling(card)
        offered = {"requests": requests, "processes": processes, "status": card["status"]}
        return offered if requests or processes else None

    def draw(self, card: Json) -> None:
        requests, processes = _worth_telling(card)
        for request in requests:
            ask = partial(self._ask, card, request)
            self._row(card, request, self._asked(request), self.view.say("Запросить", "Request"), ask)
        for process in processes:
            begin = partial(self._begin, card, process)
            self._row(card, process, self._started(process), self.view.say("Запустить", "Begin"), begin)

    def _row(self, card: Json, offered: Json, state: str, verb: str, act: partial[None]) -> None:
        with ui.element("div").classes("row nowrap"):
            with ui.element("div").classes("grow stack").style("gap: 0"):
                title = self.view.text(offered["title"])
                ui.label(title).classes("wrap")
                ui.label(state).classes("muted small")
            if card["status"] == "open" and offered.get("status") != "open":  # asked for, and not done yet
                button = ui.button(verb, on_click=act).props("dense no-caps outline")
                button.props["aria-label"] = f"{verb}: {title}"

    def _asked(self, request: Json) -> str:
        view = self.view
        if not request["requested"]:
            return view.say("ещё не запрашивали", "not asked for yet")
        return {
            "open": view.say("в работе", "under way"),
            "finished": view.say("выполнено", "done"),
            "cancelled": view.say("отменено", "cancelled"),
        }.get(request["status"], "")

    def _started(self, process: Json) -> str:
        count = len(process["deals"])
        under_way = sum(deal["status"] == "open" for deal in process["deals"])
        if not count:
            return self.view.say("не запускали", "not started")
        return self.view.say(
            f"запущено {count}, в работе {under_way}", f"{count} started, {under_way} under way"
        )

    def _ask(self, card: Json, request: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.text(request["title"]))
        with dialog:
            text = ui.textarea(label=view.say("Что нужно", "What is needed")).props("outlined autogrow")
            deadline = DateInput(view, view.say("Срок (если важен)", "By when (if it matters)"), None)

        async def run() -> None:
            body = {"text": text.value or None, "deadline": deadline.value}
            await view.api.post(f"/api/deals/{card['id']}/requests/{request['kind']}", body)
            view.toast(view.say("Запрос отправлен", "The request is sent"))
            await self.refresh()

        dialog.confirm(view.say("Отправить", "Send"), run)

    def _begin(self, card: Json, process: Json) -> None:
        view = self.view
        dialog = Dialog(view, view.text(process["title"]))
        with dialog:
            deadline = DateInput(view, view.say("Срок (если важен)", "By when (if it matters)"), None)

        async def run() -> None:
            body = {"deadline": deadline.value}
            await view.api.post(f"/api/deals/{card['id']}/processes/{process['kind']}", body)
            view.toast(view.say("Процесс запущен", "The process has begun"))
            await self.refresh()

        dialog.confirm(view.say("Запустить", "Begin"), run)


def _worth_telling(card: Json) -> tuple[list[Json], list[Json]]:
    """Requests and processes: all that may be asked for, of a closed deal only those that were."""
    if card["status"] == "open":
        return card["requests"], card["processes"]
    asked = [one for one in card["requests"] if one["requested"]]
    return asked, [one for one in card["processes"] if one["deals"]]


class Documents(Part):
    """Documents that are made by one click, and messages that are sent by one."""

    title = ("Документы и сообщения", "Documents and messages")

    def shown(self, card: Json) -> Json:
        offered = {
            "documents": card.get("documents", []),
            "messages": card["messages"],
            "effects": card["effects"],
        }
        return offered if offered["documents"] or offered["messages"] or offered["effects"] else None

    def draw(self, card: Json) -> None:
        for document in card.get("documents", ()):
            self._document(card, document)
        for message in card["messages"]:
            self._message(card, message)
        sent = [effect for effect in card["effects"] if effect["kind"] == "message"]
        if sent:
            with ui.expansion(self.view.say(f"Отправлено · {len(sent)}", f"Sent · {len(sent)}")).props(
                "dense"
            ):
                for effect in reversed(sent):
                    self._sent(effect)

    def _document(self, card: Json, document: Json) -> None:
        view = self.view
        with ui.element("div").classes("row nowrap"):
            ui.icon("description", size="18px").props("aria-hidden=true").classes("muted")
            ui.label(view.text(document["title"])).classes("grow wrap")
            if document["preparing"]:
                ui.label(view.say("готовится…", "being made…")).classes("pill pill--soon")
                return
            make = once(partial(self._make, card, document))
            ui.button(view.say("Сформировать", "Make"), on_click=make).props("dense no-caps outline")
        for gate in document["gates"]:
            ui.label(view.text(gate["message"])).classes("muted small wrap")

    async def _make(self, card: Json, document: Json) -> None:
        """Makes the document; asks first for the fields it lacks."""
        view = self.view
        address = f"/api/deals/{card['id']}/documents/{document['id']}"
        missing = [card["specs"][name] for name in document["missing"] if name in card["specs"]]
        if not missing:
            await view.act(
                view.api.post(address), view.say("Документ готовится", "The document is being made")
            )
            await view.act(self.refresh())
            return
        self._ask(card, document, missing, address)

    def _ask(self, card: Json, document: Json, missing: list[FieldSpec], address: str) -> None:
        view = self.view
        dialog = Dialog(view, view.text(document["title"]))
        with dialog:
            fields = {spec.name: field_input(view, spec, None, required=True) for spec in missing}

        async def run() -> None:
            values = {name: field.value for name, field in fields.items()}
            await view.api.patch(f"/api/deals/{card['id']}", {"fields": values})
            await view.api.post(address)
            await self.refresh()

        dialog.confirm(view.say("Сформировать", "Make"), run)

    def _message(self, card: Json, message: Json) -> None:
        view = self.view
        with ui.element("div").classes("row nowrap"):
            ui.icon("mail", size="18px").props("aria-hidden=true").classes("muted")
            ui.label(view.text(message["title"])).classes("grow wrap")
            ui.button(view.say("Отправить", "Send"), on_click=partial(self._send, card, message)).props(
                "dense no-caps outline"
            )

    def _send(self, card: Json, message: Json) -> None:
        """A message leaves the house, so the person is asked once more."""
        view = self.view
        dialog = Dialog(view, view.say("Отправить сообщение?", "Send the message?"))
        with dialog:
            whom = view.say("клиенту", "to the client") if message["to"] == "client" else ""
            ui.label(f"«{view.text(message['title'])}» {whom}").classes("wrap")

        async def run() -> None:
            await view.api.post(f"/api/deals/{card['id']}/messages/{message['id']}")
            view.toast(view.say("Сообщение отправляется", "The message is on its way"))
            await self.refresh()

        dialog.confirm(view.say("Отправить", "Send"), run)

    def _sent(self, effect: Json) -> None:
        view, detail = self.view, effect["detail"]
        state = {
            "done": view.say("отправлено", "sent"),
            "unknown": view.say("не удалось", "failed"),
        }.get(effect["status"], view.say("отправляется", "on its way"))
        with ui.element("div").classes("stack small").style("gap: 1px"):
            ui.label(view.text(detail.get("subject") or detail.get("text"))).classes("wrap")
            when = view.moment(effect["done_at"] or effect["planned_at"])
            ui.label(f"{when} · {state}").classes("muted")
            if effect["cause"]:
                ui.label(effect["cause"]).classes("tone-late wrap")
