"""`Idempotency-Key`: the same key gives the same answer and acts once, across crashes.

The command's id is made of the caller and the key. So when a process dies between acting and answering, the
repeat meets the deal's own ledger and acts no second time; the answer itself is kept here.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.auth import Tokens, authenticate
from api.errors import ProblemError

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
MAX_KEY = 255
PUBLIC_PATHS = ("/api/forms/", "/api/hooks/", "/api/public/")
_NAMESPACE = uuid.UUID("5c1d9a52-6f0c-4a3e-9f0e-6a1b8f1f7d10")
# Answers that say nothing about the command: a repeat is a first try.
_NOT_KEPT = frozenset({401, 408, 413, 429})


@dataclass(frozen=True)
class Kept:
    """The answer that a key already has."""

    status: int
    body: Any


class Answers(Protocol):
    """Where answers are kept, by caller and key."""

    async def claim(self, actor: str, key: str, fingerprint: str) -> Kept | None:
        """The key's answer, or None and the key is this request's; raises the problem of a reused key."""

    async def finish(self, actor: str, key: str, answer: Kept) -> Kept:
        """Keeps the answer and returns the one that counts: of two at once, the first that was kept."""


def command_id(actor: str, key: str) -> str:
    """The id of the command that this caller means by this key."""
    return str(uuid.uuid5(_NAMESPACE, f"{actor}\n{key}"))


def derived(command: str, name: str) -> str:
    """An id that belongs to the command: of the deal it opens, of the company it makes."""
    return str(uuid.uuid5(uuid.UUID(command), name))


class Repeats:
    """ASGI layer: answers a repeated POST or PATCH from what is kept, and keeps the answer to a first one.

    Uploads are left to their route: their body is neither small nor equal from one try to the next. So are
    addresses that strangers use: what acts once there is said by the request itself.
    """

    def __init__(self, app: ASGIApp, answers: Answers, tokens: Tokens) -> None:
        self._app = app
        self._answers = answers
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("POST", "PATCH"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        key = request.headers.get(HEADER)
        if key is None or request.url.path.startswith(PUBLIC_PATHS):
            request.state.command_id = str(uuid.uuid4())
            await self._app(scope, receive, send)
            return
        try:
            response = await self._once(request, key)
        except ProblemError as error:
            response = problems.render(error, problems.language_of(request))
        await (response or self._app)(scope, receive, send)

    async def _once(self, request: Request, key: str) -> Response | None:
        """The answer; None for an upload, which goes on to its route."""
        check_key(key)
        actor = (await authenticate(request, self._tokens)).id
        request.state.command_id = command_id(actor, key)
        if is_upload(request):
            return None
        body = await request.body()
        print_ = fingerprint(request, body)
        return await once(self._answers, actor, key, print_, lambda: _collect(self._app, request, body))


async def once(
    answers: Answers, actor: str, key: str, print_: str, act: Callable[[], Awaitable[Response]]
) -> Response:
    """The kept answer of this key, or that of `act`, which is kept from now on unless it says «try again»."""
    known = await answers.claim(actor, key, print_)
    if known:
        return _replay(known)
    response = await act()
    if response.status_code >= 500 or response.status_code in _NOT_KEPT:
        return response
    ours = Kept(response.status_code, json.loads(bytes(response.body) or b"null"))
    counts = await answers.finish(actor, key, ours)
    return response if counts == ours else _replay(counts)


def check_key(key: str) -> None:
    """Raises the problem of a key that cannot be one."""
    if not (0 < len(key) <= MAX_KEY and key.isprintable()):
        raise ProblemError(
            "invalid_request",
            f"Idempotency-Key: от 1 до {MAX_KEY} печатных символов.",
            f"Idempotency-Key: 1 to {MAX_KEY} printable characters.",
        )


def is_upload(request: Request) -> bool:
    """Whether the body is a file upload."""
    return request.headers.get("content-type", "").startswith("multipart/")


def fingerprint(request: Request, body: bytes) -> str:
    """What a repeat must have in common with the first request: method, address and body."""
    parts = (request.method, request.url.path, request.url.query)
    return hashlib.sha256("\n".join(parts).encode() + b"\n" + body).hexdigest()


def _replay(kept: Kept) -> Response:
    if kept.status == 204:
        return Response(status_code=204, headers={REPLAYED: "true"})
    media_type = problems.MEDIA_TYPE if kept.status >= 400 else "application/json"
    headers = {REPLAYED: "true"}
    if kept.status == 202:
        headers["Preference-Applied"] = "respond-async"
    return JSONResponse(kept.body, kept.status, headers=headers, media_type=media_type)


async def _collect(app: ASGIApp, request: Request, body: bytes) -> Response:
    """The application's whole answer to the request, whose body is read already."""
    start: Message = {}
    chunks: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            chunks.append(message.get("body", b""))

    await app(request.scope, receive, send)
    response = Response(b"".join(chunks), start["status"])
    response.raw_headers = list(start["headers"])
    return response
