"""The UI as an ASGI application: pages, their guard, and what they are fed by."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from nicegui import app as library
from nicegui import ui
from starlette.types import ASGIApp

from api.auth import SESSION_COOKIE
from api.language import preferred
from ui import errors, sign_in, theme
from ui.addresses import SIGN_IN, sign_in_again, ui_path
from ui.api_client import Api, Json, Problem, local_client
from ui.layout import frame
from ui.live import Change, Live
from ui.naming import told_apart
from ui.parts.elements import entitle
from ui.security import Guarded, guard_sockets
from ui.site_map import PAGES, Page
from ui.speech import Language, Speech
from ui.view import Person, View

_RECONNECT_SECONDS = 20.0
_BUILD_SECONDS = 15.0
People = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class World:
    """What the pages need of their process.

    `api`: the application to call. `changes`: deals that change, for ever. `people`: id, name and position of
    whoever may enter without a password; None: nobody may. `operator_url`: Temporal Web, if there is one.
    """

    api: ASGIApp
    changes: Callable[[], AsyncIterator[Change]]
    people: Callable[[], Awaitable[People]] | None = None
    operator_url: str | None = None


@dataclass(frozen=True)
class _Site:
    world: World
    http: httpx.AsyncClient
    live: Live


def create_ui(world: World) -> ASGIApp:
    """The UI's application. The library behind it is one for the whole process: call it once."""
    outer = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    register(world)
    ui.run_with(
        outer,
        title="Воронка",
        reconnect_timeout=_RECONNECT_SECONDS,
        show_welcome_message=False,
        tailwind=False,
    )
    guard_sockets()
    return Guarded(outer)


def register(world: World) -> None:
    """Tells the library about every page, and what begins and ends with the process."""
    site = _Site(world, local_client(world.api), Live(world.changes))
    theme.install()
    errors.install()
    library.on_startup(site.live.start)
    library.on_shutdown(_closing(site))
    _register_sign_in(site)
    for path, draw in PAGES.items():
        _register(site, path, draw)


def _closing(site: _Site) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        await site.live.stop()
        with contextlib.suppress(RuntimeError):
            await site.http.aclose()

    return close


def _register(site: _Site, path: str, draw: Page) -> None:
    async def shown(request: Request) -> Response | None:
        view = await _open(site, request)
        if isinstance(view, Response):
            return view
        errors.tell_mistakes(view)
        frame(view, request.url.path)
        try:
            await draw(view, **request.path_params)
        except Problem as problem:
            _draw_problem(view, problem)
        return None

    ui.page(path, response_timeout=_BUILD_SECONDS)(shown)


def _register_sign_in(site: _Site) -> None:
    async def shown(request: Request) -> None:
        speech = Speech(preferred(request.headers.get("accept-language")), ZoneInfo("UTC"))
        _set_page(speech.lang, None, speech.say("Вход — Воронка", "Sign in — Voronka"))
        people = await site.world.people() if site.world.people else None
        query = request.query_params
        sign_in.draw(speech, people, query.get("next", "/"), query.get("why", ""))

    ui.page(SIGN_IN, response_timeout=_BUILD_SECONDS)(shown)


async def _open(site: _Site, request: Request) -> View | Response:
    """The view of whoever is signed in, or the way to the sign-in page."""
    session = request.cookies.get(SESSION_COOKIE)
    if not session:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(ui_path(SIGN_IN, next=back), 303)
    language = preferred(request.headers.get("accept-language"))
    first = Api(site.http, session, language)
    try:
        me, chosen, calendar, people, left, pipelines = await asyncio.gather(
            *map(first.get, ("/api/me", "/api/me/preferences", "/api/settings/calendar", "/api/employees")),
            first.get("/api/employees", active="false"),
            first.get("/api/pipelines"),
        )
    except Problem as problem:
        if problem.status == 401:
            return RedirectResponse(sign_in_again(request.url.path, request.url.query), 303)
        raise
    language = chosen["language"] or language
    _set_page(language, chosen["theme"], "Воронка" if language == "ru" else "Voronka")
    return View(
        lang=language,
        zone=ZoneInfo(calendar["timezone"]),
        me=Person(me["id"], me["name"], me["position"], tuple(me["roles"])),
        api=Api(site.http, session, language),
        live=site.live,
        client=ui.context.client,
        query=dict(request.query_params),
        people={one["id"]: one["name"] for one in [*left["items"], *people["items"]]},
        pipelines=told_apart(_listed(pipelines)),
        operator_url=site.world.operator_url,
    )


def _listed(pipelines: Json) -> list[dict[str, Any]]:
    return list(pipelines["items"] if isinstance(pipelines, dict) else pipelines)


def _set_page(language: Language, theme_: str | None, title: str) -> None:
    """Language and theme belong to the person; the library keeps them by page, so this one gets a page of its own."""
    client = ui.context.client
    client.page = copy.copy(client.page)
    client.page.language = "ru" if language == "ru" else "en-US"
    client.page.dark = {"light": False, "dark": True}.get(theme_ or "")
    client.title = title


def _draw_problem(view: View, problem: Problem) -> None:
    title = str(problem.data.get("title") or view.say("Не получилось", "That did not work"))
    entitle(view, title)
    ui.context.client.status_code = problem.status
    with ui.element("div").classes("page").props("id=content"), ui.element("div").classes("card empty"):
        with ui.element("h1"):
            ui.label(title)
        ui.label(problem.detail)
        ui.link(view.say("Вернуться в «Мой день»", "Back to My day"), "/")
