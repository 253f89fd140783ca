"""A deal claimed by one of several people, doubles of tasks in 1C, payments, and timers that are needed no more."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from domain.base import Lasting


class ClaimOffered(Lasting):
    """These people were asked who takes the deal."""

    type: Literal["claim_offered"] = "claim_offered"
    asked: tuple[str, ...]


class Claimed(Lasting):
    """The person takes the deal."""

    type: Literal["claimed"] = "claimed"


class ClaimDeclined(Lasting):
    """The person does not take the deal."""

    type: Literal["claim_declined"] = "claim_declined"
    reason: str


class ClaimUnanswered(Lasting):
    """Nobody took the deal in time, or everyone declined; those who decide then were told."""

    type: Literal["claim_unanswered"] = "claim_unanswered"


class TaskMirrored(Lasting):
    """The task has a double in 1C. `state` and `number` are as 1C says; `closed`: the double needs nothing more."""

    type: Literal["task_mirrored"] = "task_mirrored"
    task: int
    state: str | None = None
    number: str | None = None
    closed: bool | None = None


class ControlStarted(Lasting):
    """The payment plan in this field is watched from now on."""

    type: Literal["control_started"] = "control_started"
    field: str


class PaymentRecorded(Lasting):
    """Money came: so much, for these rows of the plan (from 1). The plan itself follows as `filled`."""

    type: Literal["payment_recorded"] = "payment_recorded"
    field: str
    rows: tuple[int, ...]
    amount: Decimal | None = None


class AgendaCleared(Lasting):
    """These entries of the agenda are needed no more."""

    type: Literal["agenda_cleared"] = "agenda_cleared"
    entries: tuple[str, ...]
