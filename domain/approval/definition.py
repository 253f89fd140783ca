"""What a pipeline's rule asks of an approval: steps in order, and the documents they decide on. Shapes only."""

from __future__ import annotations

from pydantic import Field

from domain.approval.plan import Mode, StepPlan
from domain.base import Strict, Text
from domain.conditions import Condition
from domain.durations import Duration
from domain.recipients import Recipients


class ApprovalStep(Strict):
    """People who decide at the same time. With `when` the step is left out unless the deal is such at the start."""

    id: str
    title: Text
    approvers: Recipients = Field(min_length=1)
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
    steps: tuple[ApprovalStep, ...] = Field(min_length=1)
    documents: tuple[str, ...] = ()
