"""By which channels people are written to: what is set up, one's own choice, and everybody's."""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui

from ui.api_client import Problem
from ui.parts.dialog import Dialog
from ui.parts.elements import heading
from ui.parts.organisation.form import Form
from ui.parts.organisation.tab import Tab, empty, icon_button
from ui.view import View

Json = dict[str, Any]
OWNER = "owner"


async def draw(tab: Tab) -> None:
    """What there is, my own channel, and the choices of all."""
    view = tab.view
    ways, chosen, roles = await asyncio.gather(
        view.api.get("/api/settings/channels/ways"),
        view.api.get("/api/settings/channels"),
        view.api.get("/api/settings/roles"),
    )
    titles = {f"role:{role['role']}": view.text(role["title"]) for role in roles["items"]}
    page = _Channels(tab, ways, chosen["items"], titles)
    with ui.element("div").classes("grid-2"):
        page.draw_ways()
        page.draw_mine()
    page.draw_all()


def way_words(view: View, way: str) -> str:
    """What people call a channel; a gateway has the name that it was set up under."""
    known = {
        "email": view.say("Электронная почта", "E-mail"),
        "internal": view.say("Только в Воронке", "In Voronka only"),
        "messenger": view.say("Мессенджер", "Messenger"),
        "telegram": "Telegram",
        "whatsapp": "WhatsApp",
        "sms": view.say("СМС", "SMS"),
    }
    return known.get(way, way)


class _Channels:
    """One open tab."""

    def __init__(self, tab: Tab, ways: Json, chosen: list[Json], roles: dict[str, str]) -> None:
        self._tab, self._view, self._ways, self._chosen, self._roles = tab, tab.view, ways, chosen, roles

    def draw_ways(self) -> None:
        view = self._view
        with ui.element("section").classes("card"):
            heading(view.say("Чем отправляются сообщения", "What messages are sent by"), 2)
            with ui.element("div").classes("row"):
                for way in self._ways["ways"]:
                    ui.label(way_words(view, way)).classes("pill pill--ok")
                if not self._ways["ways"]:
                    ui.label(view.say("ничего не подключено", "nothing is set up")).classes("pill pill--soon")
            ui.label(
                view.say(
                    "Почту и мессенджеры подключает тот, кто запускает Воронку: это настройки сервера с паролями. "
                    "Пока их нет, сообщения ждут в сделке, и их можно прочитать.",
                    "Whoever runs Voronka sets up mail and messengers: those settings hold passwords. "
                    "Until then messages are kept in their deals, to be read there.",
                )
            ).classes("muted small wrap")

    def draw_mine(self) -> None:
        """How the product writes to whoever looks, and a test."""
        view, mine = self._view, self._ways["mine"]
        own = next((one for one in self._chosen if one[OWNER] == view.me.id), None)
        with ui.element("section").classes("card"):
            heading(view.say("Как пишут мне", "How I am written to"), 2)
            ui.label(f"{way_words(view, mine)} {self._ways['address']}".strip()).classes("strong wrap")
            if own and own["digest_minutes"]:
                ui.label(self._digest(own)).classes("muted small")
            with ui.element("div").classes("row"):
                ui.button(
                    view.say("Изменить…", "Change…"), icon="tune", on_click=lambda: self._ask_mine(own)
                ).props("flat no-caps dense")
                if mine in self._ways["ways"]:
                    ui.button(
                        view.say("Отправить проверку", "Send a test"), icon="send", on_click=self._test
                    ).props("flat no-caps dense")

    def draw_all(self) -> None:
        """Everybody's choices, and the clients'."""
        view = self._view
        with ui.element("div").classes("toolbar"):
            heading(view.say("Выбранные каналы", "Chosen channels"), 2)
            ui.element("div").classes("grow")
            if self._tab.may_change and self._chosen:
                self._add_button()
        if not self._chosen:
            with empty(
                view.say(
                    "Никто ничего не выбирал: всем пишут по электронной почте, если она подключена.",
                    "Nobody has chosen anything: everybody gets e-mail, where that is set up.",
                )
            ):
                if self._tab.may_change:
                    self._add_button()
            return
        with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
            for one in self._chosen:
                self._row(one)

    def _add_button(self) -> None:
        view = self._view
        ui.button(view.say("Выбрать канал", "Choose a channel"), icon="add").props(
            "unelevated no-caps"
        ).on_click(lambda: self._ask(None))

    def _row(self, one: Json) -> None:
        view = self._view
        who = self._owner(one[OWNER])
        with ui.element("div").classes("row"):
            with ui.element("div").classes("grow stack").style("gap: 2px"):
                ui.label(who).classes("strong wrap")
                language = (
                    view.say("по-русски", "in Russian")
                    if one["language"] == "ru"
                    else view.say("по-английски", "in English")
                )
                said = [way_words(view, one["channel"]), one["address"], language]
                said += [self._digest(one)] if one["digest_minutes"] else []
                ui.label(" · ".join(part for part in said if part)).classes("muted small wrap")
            if one["channel"] not in (*self._ways["ways"], "internal"):
                ui.label(view.say("не подключено", "not set up")).classes("pill pill--soon")
            if self._tab.may_change:
                icon_button("edit", view.say(f"Изменить: {who}", f"Change: {who}"), lambda: self._ask(one))
                icon_button(
                    "delete",
                    view.say(f"Забыть выбор: {who}", f"Forget the choice: {who}"),
                    lambda: view.act(self._put([other for other in self._chosen if other is not one])),
                )

    def _owner(self, owner: str) -> str:
        if owner == "client":
            return self._view.say("Клиенты без почты", "Clients without e-mail")
        if owner in self._roles:
            return self._view.say("Роль: ", "Role: ") + self._roles[owner]
        return self._view.name(owner)

    def _digest(self, one: Json) -> str:
        minutes = one["digest_minutes"]
        view = self._view
        said = view.plural(minutes, ("минуту", "минуты", "минут"), ("minute", "minutes"))
        return view.say(f"подборки уведомлений раз в {said}", f"digests of notifications every {said}")

    def _ask(self, one: Json | None) -> None:
        """Asks for somebody's channel."""
        view = self._view
        title = self._owner(one[OWNER]) if one else view.say("Кому и как писать", "Whom to write to, and how")
        dialog = Dialog(view, title)
        with dialog:
            form = Form(view)
            if one is None:
                taken = {other[OWNER] for other in self._chosen}
                owners = ["client", *self._roles, *view.people]
                form.choice(OWNER, view.say("Кому", "To whom"),
                            {id: self._owner(id) for id in owners if id not in taken})  # fmt: skip
            self._fields(form, one)

        async def save() -> None:
            given = form.values()
            form.require(*([OWNER] if one is None else []), "channel")
            new = channel_of(view, {**given, OWNER: one[OWNER] if one else given[OWNER]})
            others = [other for other in self._chosen if other is not one]
            await self._put([*others, new], form)

        dialog.confirm(view.say("Сохранить", "Save"), save)

    def _ask_mine(self, own: Json | None) -> None:
        view = self._view
        dialog = Dialog(view, view.say("Как писать мне", "How to write to me"))
        with dialog:
            form = Form(view)
            self._fields(form, own)

        async def save() -> None:
            form.require("channel")
            body = channel_of(view, {**form.values(), OWNER: view.me.id})
            await form.send(view.api.put("/api/me/channel", {"channel": body}))
            view.toast(view.say("Сохранено", "Saved"))
            await self._tab.again()

        dialog.confirm(view.say("Сохранить", "Save"), save)

    def _fields(self, form: Form, known: Json | None) -> None:
        view, one = self._view, known or {}
        ways = [*self._ways["ways"], "internal"]
        if one.get("channel") and one["channel"] not in ways:
            ways.append(one["channel"])
        form.choice(
            "channel",
            view.say("Канал", "Channel"),
            {way: way_words(view, way) for way in ways},
            one.get("channel", ways[0]),
        )
        form.line(
            "address",
            view.say("Адрес", "Address"),
            one.get("address", ""),
            hint=view.say(
                "Пусто: почта или телефон сотрудника.", "Empty: the e-mail or the phone on record."
            ),
        )
        languages = {"ru": "Русский", "en": "English"}
        form.choice("language", view.say("Язык", "Language"), languages, one.get("language", view.lang))
        form.line(
            "digest_minutes",
            view.say(
                "Присылать уведомления подборкой раз в … минут",
                "Send notifications as digests every … minutes",
            ),
            str(one.get("digest_minutes") or ""),
            hint=view.say("Пусто: уведомления только в Воронке.", "Empty: notifications in Voronka only."),
            kind="number",
        )

    async def _put(self, items: list[Json], form: Form | None = None) -> None:
        call = self._view.api.put("/api/settings/channels", {"items": items})
        await (form.send(call) if form else call)
        self._view.toast(self._view.say("Сохранено", "Saved"))
        await self._tab.again()

    async def _test(self) -> None:
        view = self._view
        sent = await view.act(view.api.post("/api/me/channel/test"))
        if sent:
            where = f"{way_words(view, sent['channel'])}, {sent['address']}"
            view.toast(
                view.say(
                    f"Проверка уйдёт за полминуты: {where}",
                    f"The test goes out within half a minute: {where}",
                )
            )


def channel_of(view: View, given: Json) -> Json:
    """The form's values as the API takes them; raises Problem for what is no number of minutes."""
    minutes = str(given["digest_minutes"] or "").partition(".")[0]
    if minutes and not (minutes.isascii() and minutes.isdigit()):
        detail = view.say("Минуты — целое число от 1 до 1440.", "Minutes are a whole number from 1 to 1440.")
        raise Problem(422, {"detail": detail})
    return {
        OWNER: given[OWNER],
        "channel": given["channel"],
        "address": given["address"] or "",
        "language": given["language"] or "ru",
        "digest_minutes": int(minutes) if minutes else None,
    }
