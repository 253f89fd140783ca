"""What happened to a deal. Types are only ever added to, and every old event folds for ever.

`FOLDED` events change the deal's state and are kept in Temporal's history and in PostgreSQL; the others are
only told to people and stand in PostgreSQL alone, so that history stays small.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Discriminator, JsonValue, Tag, TypeAdapter

from domain.base import Lasting, Text
from domain.deal import AgendaEntry, ChildResult, DealLink, Parent, Status
from domain.definition import NoticeKind

SYSTEM = "system"  # the actor of what the product does by itself


class Opened(Lasting):
    """The deal exists, in its first stage."""

    type: Literal["opened"] = "opened"
    deal: str
    pipeline: str
    definition: str
    title: str
    stage: str
    responsible: str
    company: str | None = None
    contact: dict[str, JsonValue] | None = None
    source: str | None = None
    amount: Decimal | None = None
    fields: dict[str, JsonValue] = {}
    parent: Parent | None = None
    links: tuple[DealLink, ...] = ()


class Filled(Lasting):
    """Fields of the card were set; None empties a field."""

    type: Literal["filled"] = "filled"
    fields: dict[str, JsonValue]


class Changed(Lasting):
    """The card's head changed; only what is named in the event."""

    type: Literal["changed"] = "changed"
    title: str | None = None
    responsible: str | None = None
    amount: Decimal | None = None
    company: str | None = None
    contact: dict[str, JsonValue] | None = None


class CompanySet(Lasting):
    """Fields of the deal's company were set; the company's own row follows in the same transaction."""

    type: Literal["company_set"] = "company_set"
    company: str
    fields: dict[str, JsonValue]


class Moved(Lasting):
    """The deal went to another stage; entries of the old visit's agenda are gone with it."""

    type: Literal["moved"] = "moved"
    stage: str
    previous: str
    status: Status = "open"
    visit: int
    reason: str | None = None
    comment: str | None = None
    auto: bool = False


class Reopened(Lasting):
    """A closed deal is open again, in an open stage."""

    type: Literal["reopened"] = "reopened"
    stage: str
    previous: str
    visit: int


class MoveBlocked(Lasting):
    """An automatic move waits: fields and gates are missing. It happens by itself once they are there."""

    type: Literal["move_blocked"] = "move_blocked"
    to: str
    reason: str | None = None
    missing: tuple[str, ...] = ()
    gates: tuple[str, ...] = ()


class TaskCreated(Lasting):
    """A task was given to a person."""

    type: Literal["task_created"] = "task_created"
    task: int
    key: str
    assignee: str
    creator: str
    title: str | None = None
    description: str | None = None
    co_executors: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    deadline: datetime | None = None


class TaskReassigned(Lasting):
    """An open task went to another person."""

    type: Literal["task_reassigned"] = "task_reassigned"
    task: int
    assignee: str


class TaskStarted(Lasting):
    """A person's clock runs on the task."""

    type: Literal["task_started"] = "task_started"
    task: int


class TaskStopped(Lasting):
    """The person's clock stopped after so many seconds."""

    type: Literal["task_stopped"] = "task_stopped"
    task: int
    seconds: int


class TaskCommented(Lasting):
    """A comment on a task. Only what the rules need is folded: whether it is the result, and its file."""

    type: Literal["task_commented"] = "task_commented"
    task: int
    result: bool = False
    has_file: bool = False
    text: str | None = None
    files: tuple[dict[str, JsonValue], ...] = ()


class TaskChecked(Lasting):
    """An item of the checklist (from 0) was ticked or unticked."""

    type: Literal["task_checked"] = "task_checked"
    task: int
    item: int
    done: bool = True


class TaskFinished(Lasting):
    """The task is done; `auto` when the product closed it because the deal went on."""

    type: Literal["task_finished"] = "task_finished"
    task: int
    outcome: str | None = None
    conclusion: str | None = None
    auto: bool = False


class TasksCancelled(Lasting):
    """Open tasks that nobody needs any more."""

    type: Literal["tasks_cancelled"] = "tasks_cancelled"
    tasks: tuple[int, ...] = ()
    assignments: tuple[int, ...] = ()


class AssignmentCreated(Lasting):
    """A question was put to a person."""

    type: Literal["assignment_created"] = "assignment_created"
    assignment: int
    key: str
    assignee: str


class AssignmentAnswered(Lasting):
    """The question is answered."""

    type: Literal["assignment_answered"] = "assignment_answered"
    assignment: int
    option: str
    comment: str | None = None


class Scheduled(Lasting):
    """An agenda entry was added, or moved to another moment."""

    type: Literal["scheduled"] = "scheduled"
    entry: AgendaEntry


class Fired(Lasting):
    """An agenda entry came due and is off the agenda."""

    type: Literal["fired"] = "fired"
    id: str


class DealPlanned(Lasting):
    """Another deal is to be opened from this one, under this id."""

    type: Literal["deal_planned"] = "deal_planned"
    key: str
    deal: str
    pipeline: str
    rule: str
    wait: bool
    source_child: str | None = None


class DealStarted(Lasting):
    """The planned deal's workflow runs."""

    type: Literal["deal_started"] = "deal_started"
    key: str


class ChildEnded(Lasting):
    """A child deal this one waits for has ended."""

    type: Literal["child_ended"] = "child_ended"
    result: ChildResult


class ResultReported(Lasting):
    """The parent has this deal's end."""

    type: Literal["result_reported"] = "result_reported"


class EffectPlanned(Lasting):
    """Something is to be done outside; `name` says which template or call."""

    type: Literal["effect_planned"] = "effect_planned"
    key: str
    kind: str
    name: str
    detail: dict[str, JsonValue] = {}


class EffectDone(Lasting):
    """It was done."""

    type: Literal["effect_done"] = "effect_done"
    key: str


class EffectFailed(Lasting):
    """It did not succeed for hours; a person has to look and may retry."""

    type: Literal["effect_failed"] = "effect_failed"
    key: str
    cause: str


class AttentionNeeded(Lasting):
    """The deal cannot go on by itself; `cause` says why in words."""

    type: Literal["attention_needed"] = "attention_needed"
    cause: str


class AttentionCleared(Lasting):
    """A person looked and lets the deal try again."""

    type: Literal["attention_cleared"] = "attention_cleared"


class Notified(Lasting):
    """A person was told something."""

    type: Literal["notified"] = "notified"
    to: str
    kind: NoticeKind
    text: Text
    task: int | None = None


class Commented(Lasting):
    """A person wrote in the deal's timeline."""

    type: Literal["commented"] = "commented"
    text: str
    files: tuple[dict[str, JsonValue], ...] = ()


class SignalRefused(Lasting):
    """A command sent without waiting was refused; nothing changed."""

    type: Literal["signal_refused"] = "signal_refused"
    command: str
    code: str
    message: Text


class HappenedOutside(Lasting):
    """Something came in from outside: a call, a mail, a payment, word from 1C."""

    type: Literal["happened_outside"] = "happened_outside"
    kind: str
    detail: dict[str, JsonValue] = {}


class Unknown(Lasting):
    """An event of a newer version of the product: kept in the record, and folded as «nothing»."""

    type: str = "unknown"


TOLD_ONLY = (Notified, Commented, SignalRefused, HappenedOutside)
_KNOWN = (
    Opened, Filled, Changed, CompanySet, Moved, Reopened, MoveBlocked,
    TaskCreated, TaskReassigned, TaskStarted, TaskStopped, TaskCommented, TaskChecked, TaskFinished, TasksCancelled,
    AssignmentCreated, AssignmentAnswered, Scheduled, Fired,
    DealPlanned, DealStarted, ChildEnded, ResultReported, EffectPlanned, EffectDone, EffectFailed,
    AttentionNeeded, AttentionCleared, Notified, Commented, SignalRefused, HappenedOutside,
)  # fmt: skip
EVENT_TYPES: dict[str, type[Lasting]] = {model.model_fields["type"].default: model for model in _KNOWN}


def _tag(value: Any) -> str:
    name = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return name if name in EVENT_TYPES else "unknown"


Event = Annotated[
    Annotated[Opened, Tag("opened")]
    | Annotated[Filled, Tag("filled")]
    | Annotated[Changed, Tag("changed")]
    | Annotated[CompanySet, Tag("company_set")]
    | Annotated[Moved, Tag("moved")]
    | Annotated[Reopened, Tag("reopened")]
    | Annotated[MoveBlocked, Tag("move_blocked")]
    | Annotated[TaskCreated, Tag("task_created")]
    | Annotated[TaskReassigned, Tag("task_reassigned")]
    | Annotated[TaskStarted, Tag("task_started")]
    | Annotated[TaskStopped, Tag("task_stopped")]
    | Annotated[TaskCommented, Tag("task_commented")]
    | Annotated[TaskChecked, Tag("task_checked")]
    | Annotated[TaskFinished, Tag("task_finished")]
    | Annotated[TasksCancelled, Tag("tasks_cancelled")]
    | Annotated[AssignmentCreated, Tag("assignment_created")]
    | Annotated[AssignmentAnswered, Tag("assignment_answered")]
    | Annotated[Scheduled, Tag("scheduled")]
    | Annotated[Fired, Tag("fired")]
    | Annotated[DealPlanned, Tag("deal_planned")]
    | Annotated[DealStarted, Tag("deal_started")]
    | Annotated[ChildEnded, Tag("child_ended")]
    | Annotated[ResultReported, Tag("result_reported")]
    | Annotated[EffectPlanned, Tag("effect_planned")]
    | Annotated[EffectDone, Tag("effect_done")]
    | Annotated[EffectFailed, Tag("effect_failed")]
    | Annotated[AttentionNeeded, Tag("attention_needed")]
    | Annotated[AttentionCleared, Tag("attention_cleared")]
    | Annotated[Notified, Tag("notified")]
    | Annotated[Commented, Tag("commented")]
    | Annotated[SignalRefused, Tag("signal_refused")]
    | Annotated[HappenedOutside, Tag("happened_outside")]
    | Annotated[Unknown, Tag("unknown")],
    Discriminator(_tag),
]


class Recorded(Lasting):
    """An event as it stands in the record: its number in the deal, when, by whom."""

    seq: int
    at: datetime
    by: str
    event: Event

    @property
    def folded(self) -> bool:
        """Whether the event changes the deal's state."""
        return not isinstance(self.event, TOLD_ONLY)


RECORD: TypeAdapter[list[Recorded]] = TypeAdapter(list[Recorded])
