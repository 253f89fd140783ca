"""What somebody does who talks to the pages without a browser: requests and sockets with any header they like."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

import aiohttp
import httpx
import socketio

from api.auth import SESSION_COOKIE
from ui.security import UPLOADS

_ESCAPED = {"&lt;": "<", "&gt;": ">", "&#96;": "`", "&#36;": "$", "&amp;": "&"}
FOREIGN = "http://evil.example"


class Person:
    """Somebody who has signed in, in a browser of their own; None: nobody."""

    def __init__(self, url: str, id: str | None) -> None:
        self.url = url
        self.cookies: dict[str, str] = {}
        if id:
            answer = self.request("POST", "/session", data={"person": id})
            assert answer.status_code == 303
            self.set_cookie = answer.headers["set-cookie"]
            self.cookies = dict(answer.cookies)

    def request(self, method: str, path: str, **given: Any) -> httpx.Response:
        """What their browser would send, with whatever is given besides."""
        headers = {"Origin": self.url, "Accept-Language": "ru", **given.pop("headers", {})}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return httpx.request(
            method, f"{self.url}{path}", headers=headers, timeout=60, trust_env=False, **given
        )

    @property
    def session(self) -> str:
        """The secret of their browser."""
        return self.cookies[SESSION_COOKIE]

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the API; fails where it is refused."""
        answer = self.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def language(self) -> str | None:
        """What they chose, or what somebody chose for them."""
        found: str | None = self.api("GET", "/api/me/preferences")["language"]
        return found

    def open(self, path: str = "/") -> OpenPage:
        """The page as its HTML tells it."""
        answer = self.request("GET", path)
        assert answer.status_code == 200, answer.text[:500]
        return OpenPage(answer.text)


class OpenPage:
    """An open page: its id, and what on it can be clicked."""

    def __init__(self, html: str) -> None:
        found = re.search(r"'client_id': '([0-9a-f-]{36})'", html)
        drawn = re.search(r"parseElements\(String\.raw`(.*?)`\)", html, re.DOTALL)
        assert found
        assert drawn
        self.id = found[1]
        self.tab = str(uuid.uuid4())
        text = drawn[1]
        for escaped, plain in _ESCAPED.items():
            text = text.replace(escaped, plain)
        self._elements: dict[str, Any] = json.loads(text)

    @property
    def hello(self) -> dict[str, str]:
        """What the browser says first on its socket."""
        return {"client_id": self.id, "tab_id": self.tab, "document_id": str(uuid.uuid4())}

    def click(self, text: str) -> dict[str, Any]:
        """The event of a click on the menu entry with this text."""
        for id, element in self._elements.items():
            if text in self._texts(element):
                for event in element.get("events", ()):
                    if event["type"] == "click":
                        return {
                            "id": int(id), "client_id": self.id, "listener_id": event["listener_id"], "args": ["{}"],
                        }  # fmt: skip
        raise AssertionError(f"nothing says {text}")

    def uploads(self) -> list[str]:
        """Addresses that take files."""
        urls = [element.get("props", {}).get("url", "") for element in self._elements.values()]
        return [url for url in urls if str(url).startswith(UPLOADS)]

    def _texts(self, element: Mapping[str, Any]) -> list[str]:
        below = [self._elements[str(child)] for child in element.get("children", ())]
        return [element.get("text", ""), *(one.get("text", "") for one in below)]


class _Whole:
    """A session whose answers are read to their end. The library leaves some unread, and with them open connections."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    async def get(self, *given: Any, **named: Any) -> aiohttp.ClientResponse:
        return await self._read(self._session.get(*given, **named))

    async def post(self, *given: Any, **named: Any) -> aiohttp.ClientResponse:
        return await self._read(self._session.post(*given, **named))

    async def _read(self, asked: Awaitable[aiohttp.ClientResponse]) -> aiohttp.ClientResponse:
        answer = await asked
        await answer.read()
        return answer


class _Client(socketio.AsyncClient):  # type: ignore[misc]
    """Leaves once it has said goodbye. The library's own waits on, over twenty seconds, for the end of the long poll
    that the server holds, though nothing comes any more."""

    async def disconnect(self) -> None:
        reading = None
        if self.transport() == "polling" and self.eio.state == "connected":
            reading, self.eio.read_loop_task = self.eio.read_loop_task, self.eio.write_loop_task
        await super().disconnect()
        if reading:
            reading.cancel()
            await asyncio.wait({reading})


class Socket:
    """An open socket. `heard`: what the server said on it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.client = _Client(reconnection=False, http_session=_Whole(session))
        self.heard: list[tuple[str, Any]] = []
        self.client.on("*", self._hear)

    async def _hear(self, event: str, *told: Any) -> None:
        self.heard.append((event, told))

    async def send(self, event: str, message: Any) -> None:
        """An event of the page."""
        await self.client.emit(event, message)

    async def shake_hands(self, page: OpenPage) -> bool:
        """Whether the server takes this socket for one of the page."""
        return await self.client.call("handshake", page.hello) is True


@contextlib.asynccontextmanager
async def socket(
    url: str,
    *,
    cookies: Mapping[str, str] | None = None,
    origin: str | None = None,
    transport: str = "websocket",
    page: OpenPage | None = None,
) -> AsyncIterator[Socket]:
    """A socket, of the page if given; raises socketio's ConnectionError where the server does not let it in."""
    headers = {"Origin": origin or url}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    query = {**page.hello, "next_message_id": "0", "implicit_handshake": "true"} if page else {}
    async with aiohttp.ClientSession(headers=headers, cookie_jar=aiohttp.DummyCookieJar()) as session:
        opened = Socket(session)
        try:
            await opened.client.connect(
                str(httpx.URL(url, params=query)),
                transports=[transport],
                socketio_path="/_nicegui_ws/socket.io",
            )
            yield opened
        finally:
            await opened.client.disconnect()
