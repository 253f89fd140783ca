"""A signal that a fault in the program has kept from being done: kept, so that it can be tried again."""

from __future__ import annotations

from pydantic import JsonValue

from domain.base import Lasting


class Aside(Lasting):
    """The signal as it came, under its own id. `cause` is the error; `again`: somebody has asked to try it again."""

    id: str
    command: str
    body: dict[str, JsonValue] = {}
    cause: str
    again: bool = False
