"""Bodies have a size: above it the answer is 413, before anything is done or read to the end."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 128 * 1024
MAX_FILE = 50 * 1024 * 1024
_ENVELOPE = 64 * 1024  # boundaries and part headers around an upload


class BodyLimit:
    """ASGI layer that counts what comes in; the framework turns its error into a problem."""

    def __init__(self, app: ASGIApp, upload_path: str) -> None:
        self._app = app
        self._upload_path = upload_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_FILE + _ENVELOPE if scope["path"] == self._upload_path else MAX_BODY
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)
