"""Pages for what goes wrong: an address that is none, a mistake of ours. They tell and log nothing personal."""

from __future__ import annotations

import logging
import secrets

from fastapi import Request
from fastapi.responses import PlainTextResponse, Response
from nicegui import Client, ui
from nicegui import app as library

from api.language import preferred
from ui.view import View

_LOG = logging.getLogger(__name__)
_NO_PAGES = ("/_nicegui", "/ui-static/")


def install() -> None:
    """Draws our pages instead of the library's, which are in English, and quote addresses and exceptions."""
    library.add_exception_handler(404, _missing)
    library.add_exception_handler(Exception, _broken)


def tell_mistakes(view: View) -> None:
    """A mistake of ours in a handler is told to whoever waits for it; the log has it already."""

    def tell() -> None:
        with view.client:
            ui.notify(
                view.say(
                    "Что-то сломалось у нас. Обновите страницу и попробуйте ещё раз.",
                    "Something broke on our side. Reload the page and try again.",
                ),
                type="negative",
                position="bottom",
                multi_line=True,
            )

    view.client.on_exception(tell)


async def _missing(request: Request, _: Exception) -> Response:
    if request.url.path.startswith(_NO_PAGES):
        return PlainTextResponse("", 404)
    return _page(
        request,
        404,
        ("Такой страницы нет", "There is no such page"),
        (
            "Проверьте адрес: возможно, ссылка неполная.",
            "Check the address: part of the link may be missing.",
        ),
    )


async def _broken(request: Request, error: Exception) -> Response:
    """The server logs the error itself; the number leads to the line before it."""
    number = secrets.token_hex(6)
    _LOG.error("error %s: %s", number, type(error).__name__)
    return _page(
        request,
        500,
        ("Что-то сломалось у нас", "Something broke on our side"),
        (
            f"Обновите страницу. Если не поможет, сообщите номер ошибки: {number}.",
            f"Reload the page. If that does not help, report the error number: {number}.",
        ),
    )


def _page(request: Request, status: int, title: tuple[str, str], text: tuple[str, str]) -> Response:
    language = preferred(request.headers.get("accept-language"))
    which = 0 if language == "ru" else 1
    page = ui.page("", title=title[which], language="ru" if language == "ru" else "en-US", dark=None)
    with Client(page, request=request) as client:
        with ui.element("div").classes("page").props("id=content"), ui.element("div").classes("card empty"):
            with ui.element("h1"):
                ui.label(title[which])
            ui.label(text[which])
            ui.link(("Вернуться в «Мой день»", "Back to My day")[which], "/")
    return client.build_response(request, status)
