"""What happens to a deal's approvals, as the deal's own record tells it."""

from __future__ import annotations

from typing import Literal

from domain.approval.plan import ApprovalPlan
from domain.base import Lasting
from domain.deal import ApprovalResult


class ApprovalPlanned(Lasting):
    """An approval is to be started from this deal, under this id."""

    type: Literal["approval_planned"] = "approval_planned"
    key: str
    name: str
    approval: str
    plan: ApprovalPlan


class ApprovalStarted(Lasting):
    """The planned approval's workflow runs."""

    type: Literal["approval_started"] = "approval_started"
    key: str


class ApprovalRecalled(Lasting):
    """The deal is lost: the approval is to be withdrawn."""

    type: Literal["approval_recalled"] = "approval_recalled"
    key: str


class RecallSent(Lasting):
    """The approval has been told so."""

    type: Literal["recall_sent"] = "recall_sent"
    key: str


class ApprovalEnded(Lasting):
    """An approval is finished: approved, rejected or withdrawn."""

    type: Literal["approval_ended"] = "approval_ended"
    result: ApprovalResult
