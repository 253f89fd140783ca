"""RFC 9457 problems: every answer that is not a success, in the client's language."""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from typing import Any

import sqlalchemy.exc
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.discreet_logs import places
from api.errors import ProblemError, UnavailableError, unstorable
from api.language import preferred
from api.problem_kinds import CODE_OF_STATUS, KINDS
from domain.base import Language
from store.queries import InvalidCursor

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("voronka.api")
# What browsers get of the API is nobody else's, and is what it says it is.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-cache"}
SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `missing`: field ids; `gates`: conditions; `stage`: where the deal stands.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/api/problems/missing_fields"]},
        "title": {"type": "string", "examples": ["Не заполнены обязательные поля"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "examples": ["Заполните: Телефон, Запрос."]},
        "code": {"type": "string", "examples": ["missing_fields"]},
        "missing": {"type": "array", "items": {"type": "string"}},
        "gates": {"type": "array", "items": {"type": "object"}},
        "stage": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
# What SQLAlchemy and asyncpg raise when the database is away, starting, or too slow.
_DATABASE_AWAY = (sqlalchemy.exc.DBAPIError, sqlalchemy.exc.TimeoutError, ConnectionError, TimeoutError)
# pydantic's sentences are English; these are the mistakes that people make by hand.
_RUSSIAN = {
    "missing": "обязательное поле",
    "extra_forbidden": "такого поля в запросе нет",
    "string_type": "нужна строка",
    "int_parsing": "нужно целое число",
    "int_type": "нужно целое число",
    "bool_parsing": "нужно true или false",
    "decimal_parsing": "нужно число",
    "decimal_type": "нужно число",
    "dict_type": "нужен объект",
    "tuple_type": "нужен список",
    "datetime_parsing": "нужны дата и время по ISO 8601",
    "datetime_from_date_parsing": "нужны дата и время по ISO 8601",
    "json_invalid": "это не JSON",
}


def render(error: ProblemError, language: Language) -> JSONResponse:
    """The answer to a call that failed with `error`."""
    kind = KINDS[error.code]
    status = error.status or kind.status
    body: dict[str, Any] = {
        "type": f"/api/problems/{error.code}",
        "title": kind.title.in_language(language),
        "status": status,
        "detail": error.detail.in_language(language),
        "code": error.code,
        **error.members,
    }
    headers = {"Content-Language": language, **error.headers}
    return JSONResponse(body, status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for error in (ProblemError, InvalidCursor, *_DATABASE_AWAY):
        app.add_exception_handler(error, _foreseen)


def language_of(request: Request) -> Language:
    """The language of the answer's sentences."""
    return preferred(request.headers.get("accept-language"))


async def _foreseen(request: Request, error: Exception) -> JSONResponse:
    problem = _as_problem(error)
    if problem is None:
        raise error
    return render(problem, language_of(request))


def _as_problem(error: Exception) -> ProblemError | None:
    """The problem that the error is or stands for; None for one that nobody foresaw."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, InvalidCursor):
        return ProblemError(
            "invalid_request",
            "Курсор не от этого списка: начните с первой страницы.",
            "The cursor is not of this list: start at the first page.",
        )
    if isinstance(error, sqlalchemy.exc.DBAPIError) and _is_unstorable(error):
        return unstorable()
    if isinstance(error, _DATABASE_AWAY) and _is_away(error):
        _LOG.warning("database unavailable: %s", type(error).__name__)
        return UnavailableError()
    return None


def _is_unstorable(error: sqlalchemy.exc.DBAPIError) -> bool:
    """Whether a value cannot be kept at all: a zero byte, half a character, a number out of range."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return state.startswith("22") or isinstance(error, sqlalchemy.exc.DataError)


def _is_away(error: Exception) -> bool:
    """Whether the database cannot be reached; a statement that it refuses is our own mistake."""
    if not isinstance(error, sqlalchemy.exc.DBAPIError):
        return True
    return error.connection_invalidated or isinstance(
        error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError
    )


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """A body or parameter of the wrong shape; the value itself is not repeated, it may be personal."""
    assert isinstance(error, RequestValidationError)
    language = language_of(request)
    errors = [_field_error(part, language) for part in error.errors()]
    names = ", ".join(dict.fromkeys(part["field"] for part in errors))
    return render(
        ProblemError("invalid_request", f"Исправьте: {names}.", f"Correct: {names}.", errors=errors), language
    )


def _field_error(part: dict[str, Any], language: Language) -> dict[str, str]:
    place = [str(step) for step in part["loc"] if step not in ("body", "query", "path", "header")]
    message = _RUSSIAN.get(part["type"], part["msg"]) if language == "ru" else part["msg"]
    return {"field": ".".join(place) or "body", "message": str(message)}


async def _http(request: Request, error: Exception) -> JSONResponse:
    """What the framework itself refuses: unknown paths and methods, unreadable bodies."""
    assert isinstance(error, HTTPException)
    code = CODE_OF_STATUS.get(error.status_code, "malformed_request")
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = _allowed(request)  # the framework names the methods of one route alone
    title = KINDS[code].title
    phrase = HTTPStatus(error.status_code).phrase
    said = error.detail if error.detail != phrase else title.en
    problem = ProblemError(code, title.ru, said, status=error.status_code, headers=headers)
    return render(problem, language_of(request))


def _allowed(request: Request) -> str:
    """Every method of the address."""
    methods: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return ", ".join(sorted(methods))


class Guard:
    """The outermost layer: an error that nobody foresaw becomes a 500 with an id that is in the log.

    Only places and types are logged: messages of exceptions quote values, and values are personal data.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            problem = _as_problem(error) or _internal(error)
            if started:
                raise ConnectionAbortedError("the answer broke off") from None
            await render(problem, language_of(Request(scope)))(scope, receive, watched)


def _internal(error: Exception) -> ProblemError:
    """A problem that tells nothing but a number, under which the log tells where it happened."""
    number = secrets.token_hex(6)
    _LOG.error("error %s: %s at %s", number, type(error).__name__, places(error))
    return ProblemError(
        "internal_error",
        f"Что-то сломалось у нас. Номер ошибки: {number}.",
        f"Something broke on our side. Error number: {number}.",
        error=number,
    )
