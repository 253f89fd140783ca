"""A move taken back."""

from __future__ import annotations

from typing import Literal

from domain.base import Lasting
from domain.patches import Patch


class MoveUndone(Lasting):
    """The person's move with this number is undone: the deal is back at `stage`, as it was there.

    `first` to `last` are the events that the move had brought, `previous` is the stage left now, and `back` what
    differs from the state before, as `domain.patches` spells it.
    """

    type: Literal["move_undone"] = "move_undone"
    move: int
    first: int
    last: int
    stage: str
    previous: str
    back: Patch
