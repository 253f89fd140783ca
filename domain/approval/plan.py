"""A step of an approval as it was planned: what the approval keeps of its definition for as long as it lasts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, JsonValue

from domain.base import Lasting, Text
from domain.durations import Duration


def _as_mode(value: object) -> object:
    number = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    if not number and value not in ("all", "any"):
        raise ValueError("takes `all`, `any`, or how many of those asked have to approve, such as 2")
    return value


Mode = Annotated[Literal["all", "any"] | int, BeforeValidator(_as_mode)]
Document = dict[str, JsonValue]  # {"id": …, "name": …}, a stored file


class StepPlan(Lasting):
    """Who is asked, when the step begins (recipients), and how many of them have to approve."""

    id: str
    title: Text
    approvers: tuple[str, ...]
    mode: Mode = "all"
    deadline: Duration | None = None

    def quorum(self, asked: int) -> int:
        """How many of so many people asked have to approve."""
        if self.mode == "all":
            return asked
        return 1 if self.mode == "any" else min(self.mode, asked)


class ApprovalPlan(Lasting):
    """An approval about to be started: its title, its documents, and the steps that apply to the deal."""

    title: Text
    documents: tuple[Document, ...] = ()
    steps: tuple[StepPlan, ...]
