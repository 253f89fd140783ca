"""What a step of a scenario does: one model per verb, as the file spells it."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.base import Strict
from domain.durations import Duration
from simulate.spelling import Deadline, Fields, Local, Named, Names


class OpenDeal(Named):
    """`open`"""

    pipeline: str
    responsible: str | None = None
    title: str | None = None
    company: str | None = None
    contact: dict[str, JsonValue] | str | None = None
    source: str | None = None
    amount: Decimal | None = None
    fields: Fields = {}


class Use(Strict):
    """`deal` alone: makes it the current one."""


class FillCard(Strict):
    """`fill`"""

    values: Fields


class MoveTo(Strict):
    """`move`"""

    to: str
    reason: str | None = None
    comment: str | None = None
    fields: Fields = {}


class Undo(Strict):
    """`undo: move`: takes back the deal's last move by a person, whose event the runner finds."""

    what: Literal["move"]
    seq: int = 1


class ReopenAt(Strict):
    """`reopen`"""

    to: str


class SendMessage(Strict):
    """`send`: one of the stage's one-click messages."""

    message: str


class FinishTask(Strict):
    """`task: {finish: KEY}`; `result: true` marks the comment as the result, a text is such a comment."""

    finish: str
    outcome: str | None = None
    comment: str | None = None
    result: bool | str = False
    file: Names = ()


class CommentTask(Strict):
    """`task: {comment: KEY}`"""

    comment: str
    text: str | None = None
    result: bool = False
    file: Names = ()


class StartTask(Strict):
    """`task: {start: KEY}`"""

    start: str


class StopTask(Strict):
    """`task: {stop: KEY}`"""

    stop: str


class CheckTask(Strict):
    """`task: {check: KEY, item: N}`, items counted from 1."""

    check: str
    item: int = Field(ge=1)
    done: bool = True


class NewTask(Strict):
    """What `task: {create: …}` says of the task; without a key later steps name it by its title."""

    title: str
    assignee: str
    key: str | None = None
    description: str | None = None
    deadline: Deadline | None = None
    co_executors: Names = ()
    observers: Names = ()


class CreateTask(Strict):
    """`task: {create: …}`"""

    create: NewTask


class AnswerAssignment(Strict):
    """`answer`"""

    assignment: str
    option: str
    date: str | None = None
    comment: str | None = None


class Outside(BaseModel):
    """`event`: every key but `type` is the event's detail."""

    model_config = ConfigDict(extra="allow", frozen=True)
    type: str

    def detail(self) -> Fields:
        """What came with the event."""
        return dict(self.model_extra or {})


class Claim(Strict):
    """`claim`; the person who claims is the step's `by`."""


class Decline(Strict):
    """`decline`"""

    reason: str = ""


class OfKind(Strict):
    """`request` or `process`: a kind, and what is said besides."""

    kind: str
    text: str | None = None
    deadline: Deadline | None = None


class PrepareDocument(Strict):
    """`document`: one of the pipeline's documents, by its name."""

    document: str


class Call(Strict):
    """`call`: how the open call went."""

    log: str
    call: str | None = None
    note: str | None = None
    next_at: Local | None = None


class Approval(Strict):
    """`approve`, `reject`, `withdraw` or `delegate`; `step`: the step the person saw."""

    comment: str | None = None
    to: str | None = None
    step: str | None = None
    approver: str | None = None


class Pay(Strict):
    """`pay`: a row of the payment plan, counted from 1, or an amount."""

    row: int | None = None
    amount: Decimal | None = None

    @model_validator(mode="after")
    def _one(self) -> Pay:
        if (self.row is None) == (self.amount is None):
            raise ValueError("`pay` takes {row: N} or {amount: …}")
        return self


class Merge(Strict):
    """`merge`: closes the lead as a duplicate of the deal of that name."""

    into: str


class Wait(Strict):
    """`wait`"""

    duration: Duration


class Until(Strict):
    """`until`"""

    moment: Local


class Restart(Strict):
    """`restart`"""

    what: Literal["worker"]


TaskAct = FinishTask | CommentTask | StartTask | StopTask | CheckTask | CreateTask
Act = (
    OpenDeal | Use | FillCard | MoveTo | Undo | ReopenAt | SendMessage | TaskAct | AnswerAssignment | Outside | Claim
    | Decline | OfKind | PrepareDocument | Call | Approval | Pay | Merge | Wait | Until | Restart
)  # fmt: skip
