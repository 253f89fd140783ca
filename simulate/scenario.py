"""Shapes of a scenario file: one model per verb, as the file spells it. `parsing` reads them, `runner` plays.

Names of deals, people and companies are those of the file; times are naive, the organisation's local time.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.base import Strict
from domain.definition import NoticeKind
from domain.durations import Duration
from simulate.spelling import Deadline, Local, Names

Fields = dict[str, JsonValue]


class Named(Strict):
    """Base of what may be named by `as`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    as_: str | None = Field(default=None, alias="as")


class Person(Strict):
    """An employee added to the demo organisation, or other roles for one who is there."""

    roles: tuple[str, ...] | None = None
    head: str | None = None
    name: str | None = None
    position: str | None = None
    phone: str | None = None
    email: str | None = None


class ClientCompany(BaseModel):
    """A company that exists before the story begins; every key but `name` is a field of it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str

    def fields(self) -> Fields:
        """The company's fields without its name."""
        return dict(self.model_extra or {})


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


class TaskMatch(Strict):
    """What is expected of the newest task of a key; only what is given is compared."""

    status: Literal["open", "finished", "cancelled"] | None = None
    assignee: str | None = None
    creator: str | None = None
    outcome: str | None = None
    conclusion: str | None = None
    deadline: Local | None = None
    spent: Duration | None = None
    checked: list[int] | None = None


class AssignmentMatch(Strict):
    """What is expected of the newest assignment of a key."""

    status: Literal["open", "finished", "cancelled"] | None = None
    assignee: str | None = None
    option: str | None = None


class ApprovalMatch(Strict):
    """What is expected of the deal's newest approval, or of the one with this key; only what is given."""

    key: str | None = None
    status: Literal["pending", "approved", "rejected", "withdrawn"] | None = None
    step: str | None = None
    waits_for: Names | None = None
    by: str | None = None
    comment: str | None = None
    documents: Names | None = None
    deadline: Local | None = None


class DealMatch(Named):
    """What is expected of a deal opened by this one; `as` names it for later steps."""

    pipeline: str | None = None
    stage: str | None = None
    status: Literal["open", "won", "lost"] | None = None
    responsible: str | None = None
    title: str | None = None
    company: str | None = None
    amount: Decimal | None = None
    fields: Fields = {}


class AgendaMatch(Strict):
    """An entry of what is scheduled: local time to the minute, and what it will do."""

    at: Local | None = None
    what: str | None = None


class NoticeMatch(Strict):
    """A notification; what is left out may be anything. `about` is a part of its text or a task's key."""

    to: str | None = None
    kind: NoticeKind | None = None
    about: str | None = None
    times: int | None = Field(default=None, ge=0)


class MessageMatch(Strict):
    """A message sent to a client; `about` is its name in the pipeline or a part of its subject or text."""

    to: str | None = None
    channel: str | None = None
    about: str | None = None
    times: int | None = Field(default=None, ge=0)


class Expect(Strict):
    """`expect`: what must hold now of the current deal. Only keys that are given are checked."""

    stage: str | None = None
    status: Literal["open", "won", "lost"] | None = None
    responsible: str | None = None
    title: str | None = None
    amount: Decimal | None = None
    reason: str | None = None
    fields: Fields = {}
    company: Fields = {}
    open_tasks: tuple[str, ...] | None = None
    tasks: dict[str, TaskMatch] = {}
    assignments: dict[str, AssignmentMatch] | tuple[str, ...] | None = None
    calls: tuple[str, ...] | None = None
    payments: tuple[Literal["paid", "overdue", "due"], ...] | None = None
    approval: Literal["pending", "approved", "rejected", "withdrawn"] | ApprovalMatch | None = None
    deals: tuple[DealMatch, ...] = ()
    no_deals: Literal[True] | None = None
    agenda: tuple[AgendaMatch, ...] = ()
    notified: tuple[NoticeMatch, ...] = ()
    messages: tuple[MessageMatch, ...] = ()
    not_notified: tuple[NoticeMatch, ...] = ()
    attention: bool | None = None


class RefusedWith(Strict):
    """The long form of `refused`: exactly these missing fields, exactly these gates, this code."""

    missing: tuple[str, ...] | None = None
    gates: tuple[str, ...] | None = None
    code: str | None = None


TaskAct = FinishTask | CommentTask | StartTask | StopTask | CheckTask | CreateTask
Act = (
    OpenDeal | Use | FillCard | MoveTo | Undo | ReopenAt | SendMessage | TaskAct | AnswerAssignment | Outside | Claim
    | Decline | OfKind | PrepareDocument | Call | Approval | Pay | Merge | Wait | Until | Restart | Expect
)  # fmt: skip
Refused = bool | str | tuple[str, ...] | RefusedWith


class Step(Strict):
    """One line of the story. `line` is where it stands in the file, from 1."""

    line: int
    verb: str
    act: Act
    deal: str | None = None
    by: str | None = None
    refused: Refused = False


class Scenario(Strict):
    """The whole file."""

    title: str
    start: Local
    organisation: Literal["demo"] = "demo"
    people: dict[str, Person] = {}
    companies: dict[str, ClientCompany] = {}
    steps: tuple[Step, ...]
