"""Deals of all pipelines by words, client or state, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from ui.addresses import ui_path
from ui.parts.elements import content, entitle, heading
from ui.view import View

_STATUS = {"open": ("В работе", "Open"), "won": ("Успешно", "Won"), "lost": ("Неудача", "Lost")}
_TONE = {"won": "pill--ok", "lost": "pill--late"}
_PAGE = 50


async def page(view: View) -> None:
    """The address says what is looked for: q, company, status, responsible, attention, cursor."""
    query = view.query
    found = await view.api.get(
        "/api/deals",
        q=query.get("q") or None,
        company=query.get("company") or None,
        status=query.get("status") if query.get("status") in _STATUS else None,
        responsible=query.get("responsible") or None,
        attention=True if query.get("attention") else None,
        cursor=query.get("cursor") or None,
        sort="-at",
        limit=_PAGE,
    )
    title = view.say("Сделки", "Deals")
    entitle(view, f"{query['q']} — {title}" if query.get("q") else title)
    with content():
        with ui.element("div").classes("page-head"):
            heading(title)
            _form(view)
        if not found["items"]:
            _nothing(view)
            return
        with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
            for deal in found["items"]:
                _row(view, deal)
        if found["next"]:
            further = ui_path("/search", **{**query, "cursor": found["next"]})
            ui.link(view.say("Дальше →", "More →"), further)


def _form(view: View) -> None:
    words = ui.input(placeholder=view.say("Название, клиент, контакт", "Title, client, contact"))
    words.set_value(view.query.get("q", ""))
    words.props("outlined dense clearable").classes("search-words")
    words.props["aria-label"] = view.say("Что искать", "What to look for")
    options = {"": view.say("Все", "All")} | {key: view.say(*said) for key, said in _STATUS.items()}
    status = ui.select(
        options, value=view.query.get("status", "") if view.query.get("status") in _STATUS else ""
    )
    status.props("outlined dense").props["aria-label"] = view.say("Состояние", "State")

    def look() -> None:
        kept = {
            name: view.query[name] for name in ("company", "responsible", "attention") if name in view.query
        }
        view.go(ui_path("/search", q=words.value or "", status=status.value or "", **kept))

    words.on("keydown.enter", look)
    status.on_value_change(look)
    ui.button(view.say("Найти", "Search"), on_click=look).props("unelevated no-caps")


def _row(view: View, deal: Mapping[str, Any]) -> None:
    pipeline = next((one for one in view.pipelines if one["pipeline"] == deal["pipeline"]), None)
    with ui.element("div").classes("row found"):
        with ui.element("div").classes("grow stack").style("gap: 1px"):
            ui.link(deal["title"], f"/deals/{deal['id']}").classes("strong wrap")
            about = (
                view.text(pipeline["title"]) if pipeline else "",
                deal["company"] or "",
                view.name(deal["responsible"]),
            )
            ui.label(" · ".join(part for part in about if part)).classes("muted small clip")
        if deal["attention"]:
            ui.icon("error_outline", size="20px").classes("tone-late").tooltip(
                view.say("Нужно внимание", "Needs attention")
            )
        if deal["overdue_tasks"]:
            ui.label(view.say("просрочено", "overdue")).classes("pill pill--late")
        ui.label(view.money(deal["amount"])).classes("strong money nowrap")
        ui.label(view.say(*_STATUS[deal["status"]])).classes(
            f"pill {_TONE.get(deal['status'], 'pill--brand')}"
        )


def _nothing(view: View) -> None:
    with ui.element("div").classes("card empty"):
        ui.icon("search_off", size="36px").props("aria-hidden=true")
        ui.label(
            view.say(
                "Ничего не нашлось. Попробуйте часть названия или имя клиента.",
                "Nothing found. Try a part of the title, or the client's name.",
            )
        )
        ui.link(view.say("Показать все сделки", "Show all deals"), "/search")
