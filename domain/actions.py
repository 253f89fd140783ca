"""The actions of rules: what a robot of a stage can do, and when. A rule has exactly one action.

Shapes only, part of the definition; `domain.definition` hands every name of this module on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, JsonValue, SerializerFunctionWrapHandler, model_serializer

from domain.approval.definition import ApprovalRule
from domain.base import Strict, Text
from domain.conditions import Condition
from domain.durations import Duration
from domain.recipients import Recipient, Recipients
from domain.work_parts import Mirror, PullKind

OnLeave = Literal["cancel", "keep"]
NoticeKind = Literal["task", "task_finished", "reminder", "overdue", "control", "assignment", "info"]


def _as_outcomes(value: object) -> object:
    """`[passed, failed]` is short for outcomes without settings of their own."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    return value


def _as_move(value: object) -> object:
    return {"to": value} if isinstance(value, str) else value


class Outcome(Strict):
    """One of the ways a task with outcomes can end; `comment: required` asks why."""

    title: Text | None = None
    comment: Literal["optional", "required"] = "optional"


class Remind(Strict):
    """Repeats a reminder while its task or assignment is open."""

    every: Duration
    to: Recipients = ("assignee",)
    text: Text | None = None


class Gate(Strict):
    """A condition that must hold for a move out of the stage, into it, or for a task's end; with its message."""

    id: str
    when: Condition
    message: Text


def _as_item(value: object) -> object:
    plain = isinstance(value, Mapping) and not {"text", "needs", "tell"} & set(value)
    return {"text": value} if plain or isinstance(value, Text) else value


class ChecklistItem(Strict):
    """A line to tick. `needs`: card fields filled before it is ticked; `tell`: who hears that it is."""

    text: Text
    needs: tuple[str, ...] = ()
    tell: Recipients = ()

    @model_serializer(mode="wrap")
    def _short(self, write: SerializerFunctionWrapHandler) -> Any:
        """A line without more stays a plain text, as definitions have always been kept (and hashed)."""
        return write(self) if self.needs or self.tell else self.text.model_dump()


class TaskRule(Strict):
    """A task the product makes. `id` is the task's key: the latest task of a key is the one conditions read.

    `each` makes one task of the key for each of these recipients, instead of one for the assignee.
    """

    id: str
    title: Text
    description: Text | None = None
    assignee: Recipient = "responsible"
    each: Recipients = ()
    creator: Recipient = "responsible"
    co_executors: Recipients = ()
    observers: Recipients = ()
    deadline: Duration | None = None
    deadline_field: str | None = None
    result: Literal["none", "required", "file"] = "none"
    result_field: str | None = None
    interim_field: str | None = None
    finish_when: tuple[Gate, ...] = ()
    needs: tuple[str, ...] = ()
    outcomes: Annotated[dict[str, Outcome], BeforeValidator(_as_outcomes)] = {}
    time_tracking: bool = False
    mirror: Mirror | None = None
    checklist: tuple[Annotated[ChecklistItem, BeforeValidator(_as_item)], ...] = ()
    finish_on_forward: bool = False
    remind: Remind | None = None
    report_finish_to: Recipients = ()
    report_results_to: Recipients = ()


def _as_option(value: object) -> object:
    plain = isinstance(value, Mapping) and "title" not in value
    return {"title": value} if plain or isinstance(value, Text) else value


class Option(Strict):
    """One answer to a question; `comment: required` asks why, `date` asks when (`default_date` from now if unsaid)."""

    title: Text
    comment: Literal["optional", "required"] = "optional"
    date: Literal["none", "optional", "required"] = "none"
    default_date: Duration | None = None

    @model_serializer(mode="wrap")
    def _short(self, write: SerializerFunctionWrapHandler) -> Any:
        """An answer without more stays a plain text, as definitions have always been kept (and hashed)."""
        plain = self.comment == "optional" and self.date == "none" and self.default_date is None
        return self.title.model_dump() if plain else write(self)


class AssignmentRule(Strict):
    """A question put to a person, answered with exactly one of its options."""

    id: str
    title: Text
    assignee: Recipient = "responsible"
    options: dict[str, Annotated[Option, BeforeValidator(_as_option)]]
    remind: Remind | None = None


class Unlogged(Strict):
    """Who hears that a call has not been logged so long after it was due."""

    after: Duration
    working: bool = False
    tell: Recipients = ("head",)
    text: Text | None = None


class Attempts(Strict):
    """A call tried again at these times after the deal opened; the deal stands in `waiting` in between.

    The first attempt is at once. After the last one without an answer the deal goes to `exhausted`.
    """

    after: tuple[Duration, ...]
    waiting: str
    exhausted: str


class CallRule(Strict):
    """A call on a person's list: for now, or `at` the moment of a date field or of the `answer` that sets it off.

    `ask`: the assignment that is put to its person (again) when the call is due.
    """

    id: str
    title: Text
    assignee: Recipient = "responsible"
    at: str | None = None
    ask: str | None = None
    remind_before: Duration | None = None
    unlogged: Unlogged | None = None
    attempts: Attempts | None = None


class Notify(Strict):
    """A notice to people of the organisation."""

    to: Recipients
    text: Text
    kind: NoticeKind = "info"


class TaskComment(Strict):
    """A comment written in the open task of this key; its assignee is told."""

    task: str
    text: Text


class MoveAction(Strict):
    """A move made by itself. `reason: conclusion` takes the finished task's comment as the reason of the loss."""

    to: str
    reason: str | None = None


class OpenDeal(Strict):
    """Another deal opened from this one with all its fields; with `wait`, its end comes back here.

    `without`: fields (and `amount`) that stay behind.
    """

    id: str
    pipeline: str
    wait: bool = False
    without: tuple[str, ...] = ()
    on_won: tuple[Rule, ...] = ()
    on_lost: tuple[Rule, ...] = ()


class Rule(Strict):
    """One robot: exactly one action, and when it acts (`after`, `working`, `every`, `when`, `on_leave`).

    `at` is a date field whose day or moment it acts at, `before` so much earlier. `set` takes `{after: 2wd}` too.
    """

    task: TaskRule | None = None
    assign: AssignmentRule | None = None
    notify: Notify | None = None
    move: Annotated[MoveAction | None, BeforeValidator(_as_move)] = None
    set: dict[str, JsonValue] | None = None
    open: OpenDeal | None = None
    again: str | None = None
    comment_task: TaskComment | None = None
    approve: ApprovalRule | None = None
    call: CallRule | None = None
    make_company: str | None = None
    send: str | None = None
    control_payments: str | None = None
    pull: PullKind | None = None
    document: str | None = None
    after: Duration | None = None
    every: Duration | None = None
    at: str | None = None
    before: Duration | None = None
    working: bool = False
    when: Condition | None = None
    on_leave: OnLeave = "cancel"

    def actions(self) -> list[str]:
        """The names of the actions given; a valid rule has exactly one."""
        return [name for name in ACTIONS if getattr(self, name) is not None]

    @property
    def delayed(self) -> bool:
        """Whether it waits for its time on the agenda."""
        return self.after is not None or self.every is not None or self.at is not None

    @property
    def standing(self) -> bool:
        """Whether it is a move looked at again whenever something changes, as long as the deal stands there."""
        return self.move is not None and self.when is not None and not self.delayed


ACTIONS = (
    "task", "assign", "notify", "move", "set", "open", "again", "comment_task", "call", "approve", "make_company",
    "send", "control_payments", "pull", "document",
)  # fmt: skip
Rules = tuple[Rule, ...]


OpenDeal.model_rebuild()
