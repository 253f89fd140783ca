"""Large answers that are asked for again and again: an ETag, so that what is known is not sent, and gzip."""

from __future__ import annotations

import gzip
import hashlib

from fastapi import Request
from fastapi.responses import Response
from pydantic_core import to_json

_SMALL = 1024  # bytes that are not worth packing
_LEVEL = 3  # a third of the time of the usual 9, for a tenth more bytes


def packed(request: Request, value: object) -> Response:
    """The value as JSON; 304 where the client has just this (`If-None-Match`). Others' caches must not keep it."""
    body = to_json(value)
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Cookie, Authorization",
    }
    if etag in _known(request):
        return Response(status_code=304, headers=headers)
    if len(body) > _SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, _LEVEL)
    return Response(body, headers=headers, media_type="application/json")


def _known(request: Request) -> set[str]:
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
