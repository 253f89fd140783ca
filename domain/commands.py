"""What people and other systems ask of a deal. Names are the same as HTTP calls, signals and updates."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue, TypeAdapter

from domain.aside import Aside
from domain.base import Strict, Text, Written
from domain.deal import ApprovalResult, ChildResult, DealLink, Parent


class Open(Strict):
    """Opens the deal. `company` is the company's id."""

    type: Literal["open"] = "open"
    pipeline: str
    responsible: str
    title: str | None = None
    company: str | None = None
    contact: dict[str, JsonValue] | None = None
    source: str | None = None
    amount: Decimal | None = None
    fields: dict[str, JsonValue] = {}
    parent: Parent | None = None
    links: tuple[DealLink, ...] = ()


class Fill(Strict):
    """Changes the card: fields of the pipeline, and the card's head. `company_fields` sets the company's own."""

    type: Literal["fill"] = "fill"
    fields: dict[str, JsonValue] = {}
    title: str | None = None
    responsible: str | None = None
    amount: Decimal | None = None
    company: str | None = None
    contact: dict[str, JsonValue] | None = None
    company_fields: dict[str, JsonValue] = {}


class Move(Strict):
    """Moves to a stage, filling fields first. `expected_stage` is the stage the person saw."""

    type: Literal["move"] = "move"
    to: str
    reason: str | None = None
    comment: str | None = None
    fields: dict[str, JsonValue] = {}
    expected_stage: str | None = None


class UndoMove(Strict):
    """Takes back the person's last move; `seq` is the number of its event, as the card's `undo` names it."""

    type: Literal["undo_move"] = "undo_move"
    seq: int = Field(ge=1, lt=2**31)


class Reopen(Strict):
    """Reopens a closed deal in an open stage."""

    type: Literal["reopen"] = "reopen"
    to: str


class CreateTask(Strict):
    """An ad-hoc task."""

    type: Literal["create_task"] = "create_task"
    title: str
    assignee: str
    description: str | None = None
    deadline: Written | None = None
    key: str | None = None
    co_executors: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()


class StartTask(Strict):
    """Starts the person's clock on a task."""

    type: Literal["start_task"] = "start_task"
    task: int | str


class StopTask(Strict):
    """Stops the person's clock on a task."""

    type: Literal["stop_task"] = "stop_task"
    task: int | str


class CommentTask(Strict):
    """Comments on a task; `result` marks the comment as the task's result. `files` are ids of stored files."""

    type: Literal["comment_task"] = "comment_task"
    task: int | str
    text: str | None = None
    files: tuple[str, ...] = ()
    result: bool = False


class CheckTask(Strict):
    """Ticks (or unticks) an item of a task's checklist, counted from 1."""

    type: Literal["check_task"] = "check_task"
    task: int | str
    item: int
    done: bool = True


class FinishTask(Strict):
    """Finishes a task. A comment with `result`, or a file, counts as the result."""

    type: Literal["finish_task"] = "finish_task"
    task: int | str
    outcome: str | None = None
    comment: str | None = None
    files: tuple[str, ...] = ()
    result: bool = False


class Answer(Strict):
    """Answers an assignment. A `date` without a zone is a time of the organisation."""

    type: Literal["answer"] = "answer"
    assignment: int | str
    option: str
    comment: str | None = None
    date: Written | None = None


class LogCall(Strict):
    """How a call went; without `call`, the open one. `next_at` plans it again."""

    type: Literal["log_call"] = "log_call"
    call: int | str | None = None
    outcome: Literal["reached", "no_answer"]
    note: str | None = None
    next_at: AwareDatetime | None = None


class Comment(Strict):
    """Writes in the deal's timeline."""

    type: Literal["comment"] = "comment"
    text: str
    files: tuple[str, ...] = ()


class Happened(Strict):
    """Something came in from outside: `call.incoming`, `mail.incoming`, `onec.task_done`, …"""

    type: Literal["event"] = "event"
    kind: str
    detail: dict[str, JsonValue] = {}


class SendMessage(Strict):
    """Sends one of the stage's messages to the client."""

    type: Literal["send_message"] = "send_message"
    message: str


class Claim(Strict):
    """Takes a deal that is offered to several people; only a person can."""

    type: Literal["claim"] = "claim"


class Decline(Strict):
    """Does not take it, and says why."""

    type: Literal["decline"] = "decline"
    reason: str = ""


class Request(Strict):
    """Asks for work of this kind; `text` says what. A `deadline` without a zone is a time of the organisation."""

    type: Literal["request"] = "request"
    kind: str
    text: str | None = None
    deadline: Written | None = None


class StartProcess(Strict):
    """Starts a process of this kind: another deal, whose end comes back here."""

    type: Literal["process"] = "process"
    kind: str
    deadline: Written | None = None


class PrepareDocument(Strict):
    """Has one of the pipeline's documents made; again, as another version of it."""

    type: Literal["document"] = "document"
    document: str


class Pay(Strict):
    """Money came: for a row of the payment plan (from 1), or an amount for the first unpaid rows."""

    type: Literal["pay"] = "pay"
    row: int | None = None
    amount: Decimal | None = None


class Merge(Strict):
    """Closes the deal as a duplicate of another one, named by its id."""

    type: Literal["merge"] = "merge"
    into: str


class Replan(Strict):
    """The working calendar has changed: what is planned by it is planned anew."""

    type: Literal["replan"] = "replan"


class ChildDone(Strict):
    """A child deal's end, from its workflow."""

    type: Literal["child_done"] = "child_done"
    result: ChildResult


class ChildStarted(Strict):
    """The planned deal's workflow runs; from this deal's own workflow."""

    type: Literal["child_started"] = "child_started"
    key: str


class ApprovalDone(Strict):
    """An approval's end, from its workflow."""

    type: Literal["approval_done"] = "approval_done"
    result: ApprovalResult


class ApprovalStarted(Strict):
    """The planned approval's workflow runs; from this deal's own workflow."""

    type: Literal["approval_started"] = "approval_started"
    key: str


class RecallSent(Strict):
    """The approval has been told to end, for the deal is lost; from this deal's own workflow."""

    type: Literal["recall_sent"] = "recall_sent"
    key: str


class Reported(Strict):
    """The parent has our end; from this deal's own workflow."""

    type: Literal["reported"] = "reported"


class EffectResult(Strict):
    """How an outside effect went; from this deal's own workflow. Without a cause it is done; `result` came of it.

    `code` is the type of the failure. A result `{late: {cause, code}}`: it is not done yet, and is tried on.
    """

    type: Literal["effect_result"] = "effect_result"
    key: str
    cause: str | None = None
    code: str = ""
    result: dict[str, JsonValue] = {}


class Retry(Strict):
    """Tries again what needed attention."""

    type: Literal["retry"] = "retry"


class Refuse(Strict):
    """Records that a signal was refused, so that someone can see it; from this deal's own workflow."""

    type: Literal["refuse"] = "refuse"
    command: str
    code: str
    message: Text


class SetAside(Strict):
    """Keeps a signal that our own fault keeps from being done; from this deal's own workflow."""

    type: Literal["set_aside"] = "set_aside"
    signal: Aside


class TakeUp(Strict):
    """A signal that was set aside has been done, or refused; from this deal's own workflow."""

    type: Literal["take_up"] = "take_up"
    id: str


class Tick(Strict):
    """Time passed: fires what is due."""

    type: Literal["tick"] = "tick"


Command = Annotated[
    Open | Fill | Move | Reopen | CreateTask | StartTask | StopTask | CommentTask | CheckTask | FinishTask
    | Answer | LogCall | Comment | Happened | SendMessage | ChildDone | ChildStarted | Reported | EffectResult
    | Claim | Decline | Request | StartProcess | Pay | Retry | Refuse | Tick | ApprovalDone | ApprovalStarted
    | RecallSent | SetAside | TakeUp | Merge | Replan | PrepareDocument | UndoMove,
    Field(discriminator="type"),
]  # fmt: skip
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
PUBLIC = (
    "fill", "move", "reopen", "create_task", "start_task", "stop_task", "comment_task", "check_task", "finish_task",
    "answer", "log_call", "comment", "event", "send_message", "retry",
    "claim", "decline", "request", "process", "pay", "merge", "replan", "document", "undo_move",
)  # fmt: skip
