"""What happened to an approval. Types are only ever added to, and every old event folds for ever.

Timers, notices and refused signals are the deal's own types: they mean the same here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag, TypeAdapter

from domain.approval.plan import Document, StepPlan
from domain.approval.state import Status, Verdict
from domain.base import Lasting, Text
from domain.events import Fired, Notified, ResultReported, Scheduled, SignalRefused, Unknown


class Started(Lasting):
    """The approval exists, with its steps and the documents under approval."""

    type: Literal["started"] = "started"
    approval: str
    deal: str
    key: str
    title: Text
    documents: tuple[Document, ...] = ()
    steps: tuple[StepPlan, ...]


class StepStarted(Lasting):
    """A step's people are known and asked; `seats` are `number: person`."""

    type: Literal["step_started"] = "step_started"
    step: int
    seats: dict[int, str]
    deadline: datetime | None = None


class StepDue(Lasting):
    """The step's deadline moved, because the working calendar changed."""

    type: Literal["step_due"] = "step_due"
    step: int
    deadline: datetime


class Decided(Lasting):
    """A person approved or rejected."""

    type: Literal["decided"] = "decided"
    step: int
    seat: int
    decision: Verdict
    comment: str | None = None


class Delegated(Lasting):
    """A person's voice went to another, who decides from now on."""

    type: Literal["delegated"] = "delegated"
    step: int
    seat: int
    person: str
    to: str
    comment: str | None = None


class StepEnded(Lasting):
    """Enough people have approved, or one has rejected."""

    type: Literal["step_ended"] = "step_ended"
    step: int
    status: Literal["approved", "rejected"]


class Ended(Lasting):
    """The approval is finished; nothing about it changes any more."""

    type: Literal["ended"] = "ended"
    status: Status
    comment: str | None = None


TOLD_ONLY = (Notified, SignalRefused)
_KNOWN = (
    Started, StepStarted, StepDue, Decided, Delegated, StepEnded, Ended,
    Scheduled, Fired, ResultReported, Notified, SignalRefused,
)  # fmt: skip
EVENT_TYPES: dict[str, type[Lasting]] = {model.model_fields["type"].default: model for model in _KNOWN}


def _tag(value: Any) -> str:
    name = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return name if name in EVENT_TYPES else "unknown"


Event = Annotated[
    Annotated[Started, Tag("started")]
    | Annotated[StepStarted, Tag("step_started")]
    | Annotated[StepDue, Tag("step_due")]
    | Annotated[Decided, Tag("decided")]
    | Annotated[Delegated, Tag("delegated")]
    | Annotated[StepEnded, Tag("step_ended")]
    | Annotated[Ended, Tag("ended")]
    | Annotated[Scheduled, Tag("scheduled")]
    | Annotated[Fired, Tag("fired")]
    | Annotated[ResultReported, Tag("result_reported")]
    | Annotated[Notified, Tag("notified")]
    | Annotated[SignalRefused, Tag("signal_refused")]
    | Annotated[Unknown, Tag("unknown")],
    Discriminator(_tag),
]


class Recorded(Lasting):
    """An event as it stands in the approval's record: its number, when, by whom."""

    seq: int
    at: datetime
    by: str
    event: Event

    @property
    def folded(self) -> bool:
        """Whether the event changes the approval's state."""
        return not isinstance(self.event, TOLD_ONLY)


RECORD: TypeAdapter[list[Recorded]] = TypeAdapter(list[Recorded])
