"""Templates of messages, and what one of them would say: with invented data, or of a chosen deal."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from ui.parts.elements import heading
from ui.parts.organisation.tab import Tab, empty

Json = dict[str, Any]


async def draw(tab: Tab) -> None:
    """Templates by pipeline, a preview beside them."""
    view = tab.view
    templates = (await view.api.get("/api/message-templates"))["items"]
    if not templates:
        empty(view.say("В воронках нет шаблонов сообщений.", "Pipelines have no message templates."))
        return
    ui.label(
        view.say(
            "Шаблоны записаны в воронках и меняются вместе с ними.",
            "Templates are written in the pipelines and change with them.",
        )
    ).classes("muted")
    await _Templates(tab, templates).draw()


class _Templates:
    """The list and the preview of one open tab."""

    def __init__(self, tab: Tab, templates: list[Json]) -> None:
        self._view, self._all = tab.view, templates
        self._chosen = templates[0]
        self._items: list[tuple[Json, ui.item]] = []

    async def draw(self) -> None:
        view = self._view
        with ui.element("div").classes("org-templates"):
            with ui.element("nav").classes("card flush") as listed:
                listed.props["aria-label"] = view.say("Шаблоны", "Templates")
                self._list()
            with ui.element("section").classes("card org-shown") as self._shown:
                with ui.element("div").classes("row"):
                    self._title = heading("", 2)
                    self._title.classes("grow wrap")
                    self._language = ui.toggle(
                        {"ru": "Русский", "en": "English"}, value=view.lang, on_change=self._show
                    ).props("no-caps dense unelevated")
                self._about = ui.label().classes("muted small wrap")
                self._deal = ui.select(
                    {"": view.say("Пример", "Invented data")}, value="", with_input=True,
                    label=view.say("Данные", "Data"), on_change=self._show,
                ).props("outlined dense options-dense")  # fmt: skip
                self._preview = ui.element("article").classes("org-letter")
        await self._choose(self._chosen)

    def _list(self) -> None:
        with ui.list().props("dense").classes("full-width"):
            pipeline = ""
            for one in self._all:
                if one["pipeline"] != pipeline:
                    pipeline = one["pipeline"]
                    ui.item_label(self._view.text(one["pipeline_title"])).props("header").classes(
                        "section-title"
                    )
                with ui.item(on_click=lambda one=one: self._pick(one)) as item:
                    with ui.item_section():
                        ui.item_label(self._view.text(one["title"])).classes("wrap")
                        ui.item_label(self._where(one)).props("caption")
                self._items.append((one, item))

    def _where(self, one: Json) -> str:
        if one["stage_title"] is None:
            return self._view.say("вся воронка", "the whole pipeline")
        return self._view.text(one["stage_title"])

    async def _pick(self, one: Json) -> None:
        await self._view.act(self._choose(one))
        with self._view.client:  # on a phone the list is long
            ui.run_javascript(f"getHtmlElement({self._shown.id})?.scrollIntoView({{block: 'nearest'}})")

    async def _choose(self, one: Json) -> None:
        """Shows this template; deals of its pipeline can be chosen then."""
        view = self._view
        moved = one["pipeline"] != self._chosen["pipeline"] or len(self._deal.options) == 1
        self._chosen = one
        for other, item in self._items:
            item.props(f"{'active' if other is one else ''}", remove="" if other is one else "active")
            item.props["aria-current"] = "true" if other is one else "false"
        self._title.set_text(view.text(one["title"]))
        to = view.say("Кому: ", "To: ") + view.text(one["to_title"])
        self._about.set_text(" · ".join((to, view.text(one["pipeline_title"]), self._where(one))))
        if moved:
            found = await view.api.get("/api/deals", pipeline=one["pipeline"], status="open", limit=50)
            deals = {deal["id"]: deal["title"] for deal in found["items"]}
            self._deal.set_options({"": view.say("Пример", "Invented data"), **deals}, value="")
        await self._draw_preview()

    async def _show(self) -> None:
        await self._view.act(self._draw_preview())

    async def _draw_preview(self) -> None:
        view, one, language = self._view, self._chosen, self._language.value
        filled = await view.api.get(
            f"/api/message-templates/{one['pipeline']}/{one['id']}",
            stage=one["stage"],
            deal=self._deal.value or None,
        )
        self._preview.clear()
        self._preview.props["lang"] = language
        with self._preview:
            ui.label(filled["subject"][language]).classes("strong wrap")
            ui.label(filled["text"][language]).classes("wrap org-letter-text")
            for attached in filled["attach"]:
                names = ", ".join(attached["files"])
                with ui.element("div").classes("row nowrap small"):
                    ui.icon("attach_file", size="16px").props("aria-hidden=true")
                    ui.label(names or attached["title"][language]).classes("wrap")
                    if filled["deal"] and not names:
                        ui.label(view.say("ещё нет", "not there yet")).classes("pill pill--soon")
