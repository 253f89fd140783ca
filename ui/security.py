"""What keeps strangers out of open pages.

The UI library takes events from any socket that names a page's `client_id`. So a socket is let in only from our
own pages and with the session that the page was opened with, and events only from sockets that were let in. The
addresses that take a page's uploads are guarded in the same way. Private parts of the library are used here:
tests/ui/test_security.py fails when they change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client, core
from socketio.exceptions import ConnectionRefusedError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import SESSION_COOKIE
from api.same_origin import SAFE_METHODS, from_our_pages
from ui.redrawn import with_late_presses

_SOCKET_PATH = "/_nicegui_ws"
MOST_BYTES = 51 * 1024 * 1024  # a file of the 50 MB that the API takes, and what is around it
UPLOADS = "/_nicegui/client/"  # then the page's client id
# The library compiles its templates in the browser, which needs eval; nothing comes from a foreign host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOAD_ANEW = "Implicit handshake failed"  # the library's own words: its page then loads anew
_Handler = Callable[..., Awaitable[Any] | Any]


class Guarded:
    """ASGI layer: sockets and calls that change something come from our own pages only; pages load nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if _is_foreign(scope) or _is_anothers_upload(scope):
            await _refuse(scope, send, 403)
            return
        if _is_too_large(scope):
            await _refuse(scope, send, 413)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)


def _is_foreign(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if scope["type"] == "websocket":
        return not from_our_pages(headers)
    polled = scope["path"].startswith(_SOCKET_PATH)
    return (polled or scope["method"] not in SAFE_METHODS) and not from_our_pages(headers)


def _is_anothers_upload(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(UPLOADS) and not _same_session(path.split("/")[3], scope)


def _is_too_large(scope: Scope) -> bool:
    """By what the request says of itself: the server reads no more. Browsers send nothing of unknown length."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdecimal() or int(length) > MOST_BYTES


async def _refuse(scope: Scope, send: Send, status: int) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def guard_sockets() -> None:
    """Puts our checks before the library's handlers of its socket."""
    handlers: dict[str, _Handler] = core.sio.handlers["/"]
    core.sio.on("event", _of_its_page(with_late_presses(handlers["event"])))
    for name in ("javascript_response", "ack"):
        core.sio.on(name, _of_its_page(handlers[name]))
    core.sio.on("log", _unheard)
    core.sio.on("handshake", _with_its_session(handlers["handshake"]))
    core.sio.on("connect", _connecting(handlers["connect"]))


def _of_its_page(handler: _Handler) -> _Handler:
    """An event is taken from a socket that shook hands for this page; any other is dropped."""

    def guarded(sid: str, message: Any) -> Any:
        client = _client(message)
        if client is None or sid not in client._socket_to_document_id:
            return None
        return handler(sid, message)

    return guarded


def _unheard(_sid: str, _message: Any) -> None:
    """What a browser complains of would stand in our log in its own words: anybody's, and personal ones."""


def _with_its_session(handler: _Handler) -> _Handler:
    async def guarded(sid: str, data: Any) -> bool:
        client = _client(data)
        if client is None or not _same_session(client.id, _request_of(core.sio.get_environ(sid))):
            return False
        return bool(await handler(sid, data))

    return guarded


def _connecting(handler: _Handler) -> _Handler:
    """The first request of a socket may already shake hands, by `client_id` in its address."""

    async def guarded(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        client_id = parse_qs(str(environ.get("QUERY_STRING", ""))).get("client_id", [""])[0]
        if client_id in Client.instances and not _same_session(client_id, _request_of(environ)):
            raise ConnectionRefusedError(_LOAD_ANEW)
        return await handler(sid, environ, auth)

    return guarded


def _client(message: Any) -> Client | None:
    """The page that a message names, if there is one: strangers may send anything."""
    named = message.get("client_id") if isinstance(message, dict) else None
    return Client.instances.get(named) if isinstance(named, str) else None


def _request_of(environ: dict[str, Any] | None) -> Scope:
    """The request that a socket began with."""
    return (environ or {}).get("asgi.scope") or {"type": "http", "headers": []}


def _same_session(client_id: str, scope: Scope) -> bool:
    """Whether the request carries the cookie that the page was opened with; none for the sign-in page."""
    client = Client.instances.get(client_id)
    if client is None:
        return False
    shown = HTTPConnection(scope).cookies.get(SESSION_COOKIE)
    return shown == client.request.cookies.get(SESSION_COOKIE)
