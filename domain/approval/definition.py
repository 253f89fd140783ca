"""What a pipeline's rule asks of an approval: steps in order, and the documents they decide on. Shapes only."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator

from domain.approval.plan import Mode, StepPlan
from domain.base import Strict, Text
from domain.conditions import Condition
from domain.durations import Duration
from domain.recipients import Recipients

T = TypeVar("T")


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise ValueError("is empty: nobody would decide")
    return values


class ApprovalStep(Strict):
    """People who decide at the same time. With `when` the step is left out unless the deal is such at the start."""

    id: str
    title: Text
    approvers: Annotated[Recipients, AfterValidator(_some)]
    mode: Mode = "all"
    deadline: Duration | None = None
    when: Condition | None = None

    def plan(self) -> StepPlan:
        """What the approval keeps of the step."""
        return StepPlan(
            id=self.id, title=self.title, approvers=self.approvers, mode=self.mode, deadline=self.deadline
        )


class ApprovalRule(Strict):
    """An approval to start. `id` is its name in the pipeline; `documents` are file fields of the card."""

    id: str
    title: Text
    steps: Annotated[tuple[ApprovalStep, ...], AfterValidator(_some)]
    documents: tuple[str, ...] = ()
