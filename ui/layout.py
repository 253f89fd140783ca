"""The frame around every page: where to go, what to search, who is signed in."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from nicegui import ui

from ui.addresses import ui_path
from ui.parts.bell import bell
from ui.parts.organisation.access import own_password
from ui.view import View

_MARK = (
    '<svg viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">'
    '<path d="M3 4h18l-6.6 8.2v6.3L9.6 21v-8.8z"/></svg>'
)


def frame(view: View, here: str) -> None:
    """Draws the top bar. `here`: the path of the page, whose link is marked."""
    with ui.element("header").classes("topbar"):
        ui.link(view.say("К содержанию", "Skip to content"), "#content").classes("skip")
        with ui.link(target="/").classes("brand") as home:
            home.props["aria-label"] = view.say("Воронка: мой день", "Voronka: my day")
            ui.html(_MARK, sanitize=False)
            ui.label(view.say("Воронка", "Voronka")).classes("only-wide")
        _boards(view, here)
        for path, icon, ru, en in (
            ("/", "task_alt", "Мой день", "My day"),
            ("/reports", "insights", "Отчёты", "Reports"),
            ("/organisation", "corporate_fare", "Организация", "Organisation"),
        ):
            _link(path, icon, view.say(ru, en), here == path).classes("only-wide")
        ui.element("div").classes("spacer")
        _search(view)
        bell(view)
        _person(view)
        _phone_menu(view)
    _offline(view)


def _link(path: str, icon: str, text: str, here: bool) -> ui.link:
    with ui.link(target=path).classes("link" + (" here" if here else "")) as link:
        ui.icon(icon, size="20px").props("aria-hidden=true")
        ui.label(text)
    if here:
        link.props("aria-current=page")
    return link


def _boards(view: View, here: str) -> None:
    """The menu of boards, by the part of the company that they belong to."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for pipeline in view.pipelines:
        groups[pipeline["pipeline"].partition(".")[0]].append(pipeline)
    boards = view.say("Доски", "Boards")
    shown = next((one for one in view.pipelines if here == f"/boards/{one['pipeline']}"), None)
    title = view.text(shown["title"]) if shown else boards
    with ui.button(icon="view_kanban").props("flat dense no-caps").classes("boards") as button:
        ui.label(title).classes("clip")
        ui.icon("expand_more", size="18px").props("aria-hidden=true")
        button.props["aria-label"] = f"{boards}: {title}" if shown else boards
        if shown:
            button.classes("link here").props["title"] = title
        with ui.menu().props("auto-close"):
            for number, group in enumerate(groups.values()):
                if number:
                    ui.separator()
                for pipeline in group:
                    item = ui.menu_item(
                        view.text(pipeline["title"]),
                        on_click=lambda path=f"/boards/{pipeline['pipeline']}": view.go(path),
                    )
                    if pipeline is shown:
                        item.classes("here").props("aria-current=page")


def _search(view: View) -> None:
    field = ui.input(placeholder=view.say("Поиск сделок", "Search deals"), value=view.query.get("q", ""))
    field.props("outlined dense clearable debounce=0 type=search").classes("search only-wide")
    field.props["aria-label"] = view.say("Поиск сделок", "Search deals")
    field.on("keydown.enter", lambda: ui.navigate.to(ui_path("/search", q=field.value or "")))
    with field.add_slot("prepend"):
        ui.icon("search", size="18px")


def _person(view: View) -> None:
    button = ui.button(icon="account_circle").props("flat round dense")
    button.props["aria-label"] = view.say("Я и настройки", "Me and settings")
    with button, ui.menu():
        with ui.element("div").classes("stack").style("padding: 12px 16px; max-width: 260px"):
            ui.label(view.me.name).classes("strong")
            ui.label(view.me.position).classes("muted small")
        ui.separator()
        for text, change in (
            ("Русский", {"language": "ru"}),
            ("English", {"language": "en"}),
            (view.say("Светлая тема", "Light theme"), {"theme": "light"}),
            (view.say("Тёмная тема", "Dark theme"), {"theme": "dark"}),
            (view.say("Тема как в системе", "The system's theme"), {"theme": None}),
        ):
            ui.menu_item(text, on_click=lambda change=change: _prefer(view, change))
        ui.separator()
        ui.menu_item(view.say("Сменить пароль…", "Change password…"), on_click=lambda: own_password(view))
        ui.menu_item(view.say("Выйти", "Sign out"), on_click=lambda: ui.run_javascript(_SIGN_OUT))
    with ui.element("form").props("method=post action=/session/end id=sign-out").classes("hidden"):
        pass


_SIGN_OUT = "document.getElementById('sign-out').submit()"


async def _prefer(view: View, change: dict[str, str | None]) -> None:
    if await view.act(view.api.put("/api/me/preferences", change)) is not None:
        ui.navigate.reload()


def _phone_menu(view: View) -> None:
    button = ui.button(icon="menu").props("flat round dense").classes("only-phone")
    button.props["aria-label"] = view.say("Меню", "Menu")
    with button, ui.menu().props("auto-close"):
        for path, ru, en in (
            ("/", "Мой день", "My day"),
            ("/search", "Поиск сделок", "Search deals"),
            ("/reports", "Отчёты", "Reports"),
            ("/organisation", "Организация", "Organisation"),
        ):
            ui.menu_item(view.say(ru, en), on_click=lambda path=path: view.go(path))


def _offline(view: View) -> None:
    """A line that says so while the browser has no connection; the library's own hides behind dialogs."""
    with ui.element("div").classes("offline").props("id=offline role=status"):
        ui.label(
            view.say("Нет связи. Страница обновится сама.", "No connection. The page will update itself.")
        )
    ui.add_body_html(
        "<script>addEventListener('offline',()=>document.getElementById('offline')?.classList.add('shown'));"
        "addEventListener('online',()=>document.getElementById('offline')?.classList.remove('shown'));</script>"
    )
