"""Misbehaviour on demand. A fault is matched by method and address, and used up after `times` requests.

Before anything happens: slow (`seconds`, then as usual), unavailable (503), refuse (the connection is closed),
auth (401), busy (429), lock (500 with 1C's message), redirect, forget (what is written loses the requisites of
`values`, as code of a configuration may do).
After it happened: hang (no answer ever), drop (cut off within the answer), drip (a byte every 0.1 s), die (the
process kills itself), html, xml, empty, truncated, cp1251, huge, not_packed, error_page (404 of a web server),
values (`values` replace requisites of these names in the answer), rows (the answer's `value` becomes `rows`).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onec_double.odata import ROOT

_HTML = "<!DOCTYPE html><html><body><h1>Обслуживание базы</h1></body></html>"
_LOCK = "Конфликт блокировок при выполнении транзакции"
_HUGE = 12_000_000  # bytes


class Fault(BaseModel):
    """One rule. `address` is a part of the decoded address; `times` null means until it is cleared."""

    model_config = ConfigDict(extra="forbid")
    mode: Literal[
        "slow", "unavailable", "refuse", "auth", "busy", "lock", "redirect", "forget", "hang", "drop", "drip", "die",
        "html", "xml", "empty", "truncated", "cp1251", "huge", "not_packed", "error_page", "values", "rows",
    ]  # fmt: skip
    times: int | None = Field(default=1, ge=1)
    methods: tuple[str, ...] = ("GET", "POST", "PATCH")
    address: str = ""
    seconds: float = Field(default=0, ge=0)
    values: dict[str, Any] = {}
    rows: Any = None


class Faults:
    """ASGI middleware over the OData interface; the control interface is never touched."""

    def __init__(self, app: ASGIApp) -> None:
        self.rules: list[Fault] = []
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request, well or badly."""
        fault = self._take(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.mode == "forget":
            await self._app(scope, await _forgetting(receive, fault), send)
        elif fault.mode in _BEFORE:
            status, headers, body = _BEFORE[fault.mode]
            await _answer(send, status, headers, body)
        elif fault.mode == "refuse":
            await _cut(send, b"")
        else:
            await self._after(fault, scope, receive, send)

    def _take(self, scope: Scope) -> Fault | None:
        path = unquote(scope["path"]) + "?" + unquote(scope["query_string"].decode("latin-1"))
        if not path.startswith(ROOT):
            return None
        for fault in self.rules:
            if scope["method"] in fault.methods and fault.address in path:
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self.rules.remove(fault)
                return fault
        return None

    async def _after(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        status = messages[0]["status"]
        body = b"".join(message.get("body", b"") for message in messages[1:])
        if fault.mode == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if fault.mode == "hang":
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.mode == "drip":
            await _drip(send, body)
        elif fault.mode == "drop":
            await _cut(send, body[: len(body) // 2])
        else:
            await _answer(send, *_rubbish(fault, status, body))


async def _forgetting(receive: Receive, fault: Fault) -> Receive:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    kept = {name: value for name, value in json.loads(body or b"{}").items() if name not in fault.values}

    async def changed() -> Message:
        return {"type": "http.request", "body": json.dumps(kept).encode(), "more_body": False}

    return changed


Answer = tuple[int, dict[str, str], bytes]
_BEFORE: dict[str, Answer] = {
    "unavailable": (503, {"content-type": "text/html"}, _HTML.encode()),
    "busy": (429, {"retry-after": "1"}, b""),
    "auth": (401, {"www-authenticate": "Basic"}, b""),
    "redirect": (302, {"location": "/login"}, b""),
    "lock": (
        500,
        {"content-type": "application/json"},
        json.dumps({"odata.error": {"code": "-1", "message": {"lang": "ru", "value": _LOCK}}}).encode(),
    ),
}


def _rubbish(fault: Fault, status: int, body: bytes) -> Answer:
    plain = {"content-type": "application/json;charset=utf-8"}
    if fault.mode == "html":
        return 200, {"content-type": "text/html;charset=utf-8"}, _HTML.encode()
    if fault.mode == "error_page":
        return 404, {"content-type": "text/html;charset=utf-8"}, _HTML.encode()
    if fault.mode == "xml":
        return status, {"content-type": "application/atom+xml"}, b'<?xml version="1.0"?><feed/>'
    if fault.mode == "not_packed":
        return status, {**plain, "content-encoding": "gzip"}, body
    if fault.mode == "huge":
        return status, plain, b'{"value": [' + b" " * _HUGE + b"]}"
    if fault.mode in ("values", "rows"):
        answer = json.loads(body)
        answer = {**answer, "value": fault.rows} if fault.mode == "rows" else _replaced(answer, fault.values)
        return status, plain, json.dumps(answer, ensure_ascii=False).encode()
    changed = {
        "empty": b"",
        "truncated": body[: len(body) // 2],
        "cp1251": body.decode().encode("cp1251", "ignore"),
    }
    return status, plain, changed[fault.mode]


def _replaced(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_replaced(part, values) for part in value]
    if isinstance(value, dict):
        return {
            name: values[name] if name in values else _replaced(part, values) for name, part in value.items()
        }
    return value


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    named.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})


async def _cut(send: Send, body: bytes) -> None:
    """Promises more than it sends and ends: the server then closes the connection."""
    headers = [(b"content-length", str(len(body) + 1000).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _drip(send: Send, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for at in range(len(body)):
        await send({"type": "http.response.body", "body": body[at : at + 1], "more_body": at + 1 < len(body)})
        await asyncio.sleep(0.1)
