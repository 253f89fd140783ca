"""The same client known already: other deals with the same phone or e-mail."""

from __future__ import annotations

from typing import Literal

from domain.base import Lasting


class DuplicateFound(Lasting):
    """Another deal has the same phone or e-mail; `by` says which: `phone`, `email`."""

    type: Literal["duplicate_found"] = "duplicate_found"
    deal: str
    pipeline: str
    title: str
    by: tuple[str, ...] = ()


class Merged(Lasting):
    """This deal is the same as another one, which goes on in its place."""

    type: Literal["merged"] = "merged"
    into: str
    pipeline: str
    title: str
