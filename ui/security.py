"""What keeps strangers out of open pages.

The UI library takes events from any socket that names a page's `client_id`. So a socket is let in only from our
own pages and with the session that the page was opened with, and events only from sockets that were let in.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client, core
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import SESSION_COOKIE
from api.same_origin import SAFE_METHODS, from_our_pages

_SOCKET_PATH = "/_nicegui_ws"
_GUARDED = ("event", "javascript_response", "ack", "log")
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
_Handler = Callable[..., Awaitable[Any] | Any]


class Guarded:
    """ASGI layer: sockets and calls that change something come from our own pages only; pages load nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        if self._is_foreign(scope):
            await _refuse(scope, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            return not from_our_pages(headers)
        polled = scope["path"].startswith(_SOCKET_PATH)
        return (polled or scope["method"] not in SAFE_METHODS) and not from_our_pages(headers)


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 403, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def guard_sockets() -> None:
    """Puts our checks before the library's handlers of its socket."""
    handlers: dict[str, _Handler] = core.sio.handlers["/"]
    for name in _GUARDED:
        core.sio.on(name, _of_its_page(handlers[name]))
    core.sio.on("handshake", _with_its_session(handlers["handshake"]))
    core.sio.on("connect", _connecting(handlers["connect"]))


def _of_its_page(handler: _Handler) -> _Handler:
    """An event is taken from a socket that shook hands for this page; any other is dropped."""

    def guarded(sid: str, message: dict[str, Any]) -> Any:
        client = Client.instances.get(message.get("client_id", ""))
        if client is None or sid not in client._socket_to_document_id:
            return None
        return handler(sid, message)

    return guarded


def _with_its_session(handler: _Handler) -> _Handler:
    async def guarded(sid: str, data: dict[str, Any]) -> bool:
        if not _same_session(data.get("client_id", ""), core.sio.get_environ(sid) or {}):
            return False
        return bool(await handler(sid, data))

    return guarded


def _connecting(handler: _Handler) -> _Handler:
    """The first request of a socket may already shake hands, by `client_id` in its address."""

    async def guarded(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        client_id = parse_qs(str(environ.get("QUERY_STRING", ""))).get("client_id", [""])[0]
        if client_id and not _same_session(client_id, environ):
            return False
        return await handler(sid, environ, auth)

    return guarded


def _same_session(client_id: str, environ: dict[str, Any]) -> bool:
    """Whether the socket carries the cookie that the page was opened with; none for the sign-in page."""
    client = Client.instances.get(client_id)
    if client is None:
        return True  # the library tells the browser to load the page anew
    cookies: SimpleCookie = SimpleCookie(str(environ.get("HTTP_COOKIE", "")))
    shown = cookies[SESSION_COOKIE].value if SESSION_COOKIE in cookies else None
    return shown == client.request.cookies.get(SESSION_COOKIE)
