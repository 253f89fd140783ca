"""What people, the deal and time ask of an approval. Names are the same as HTTP calls, signals and updates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from domain.approval.plan import Document, StepPlan
from domain.base import Strict, Text


class Start(Strict):
    """Starts the approval; from the deal's workflow. `key` is the deal's name for it."""

    type: Literal["start"] = "start"
    deal: str
    key: str
    title: Text
    documents: tuple[Document, ...] = ()
    steps: tuple[StepPlan, ...] = Field(min_length=1)


class Decide(Strict):
    """Approves, or rejects with a comment. `step` is the step the person saw."""

    type: Literal["decide"] = "decide"
    decision: Literal["approve", "reject"]
    comment: str | None = None
    step: str | None = None


class Delegate(Strict):
    """Passes a voice on to another person: one's own, or as their head that of `approver`."""

    type: Literal["delegate"] = "delegate"
    to: str
    approver: str | None = None
    comment: str | None = None


class Withdraw(Strict):
    """Takes the approval back while it runs."""

    type: Literal["withdraw"] = "withdraw"
    comment: str | None = None


class Replan(Strict):
    """The working calendar has changed: deadline and reminders of the present step are planned anew."""

    type: Literal["replan"] = "replan"


class Reported(Strict):
    """The deal has our end; from this approval's own workflow."""

    type: Literal["reported"] = "reported"


class Refuse(Strict):
    """Records that a signal was refused, so that someone can see it; from this approval's own workflow."""

    type: Literal["refuse"] = "refuse"
    command: str
    code: str
    message: Text


class Tick(Strict):
    """Time passed: fires what is due."""

    type: Literal["tick"] = "tick"


Command = Annotated[
    Start | Decide | Delegate | Withdraw | Replan | Reported | Refuse | Tick, Field(discriminator="type")
]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
PUBLIC = ("decide", "delegate", "withdraw", "replan")
