"""Whether a browser sent a request from our own pages: cookies come along with requests of foreign pages too."""

from __future__ import annotations

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def from_our_pages(headers: Headers) -> bool:
    """By Origin where there is one, which every POST and every WebSocket of a browser has; else by fetch metadata."""
    origin = headers.get("origin")
    if origin is not None:
        host = headers.get("host")
        return bool(host) and origin.partition("://")[2] == host
    return headers.get("sec-fetch-site") in ("same-origin", "none")
