"""Addresses of pages."""

from __future__ import annotations

from urllib.parse import urlencode

SIGN_IN = "/sign-in"


def ui_path(path: str, **query: str) -> str:
    """An address with its query, escaped."""
    given = {name: value for name, value in query.items() if value}
    return f"{path}?{urlencode(given)}" if given else path


def sign_in_again(path: str, query: str) -> str:
    """Where somebody whose session has ended signs in; the page of this path and query opens again then."""
    return ui_path(SIGN_IN, next=f"{path}?{query}" if query else path, why="ended")
