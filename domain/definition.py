"""Idea 1, the definition: a pipeline as data. Stages, fields, rules, tasks and timers of one validated YAML file.

These are shapes only. `domain.loading` reads and checks them; `domain.decide` obeys them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue

from domain.base import Strict, Text
from domain.conditions import Condition
from domain.durations import Duration

FieldType = Literal[
    "text", "number", "money", "bool", "date", "datetime", "employee", "file", "files", "choice"
]
StageKind = Literal["open", "won", "lost"]
OnLeave = Literal["cancel", "keep"]
NoticeKind = Literal["task", "task_finished", "reminder", "overdue", "control", "assignment", "info"]
Recipient = (
    str  # `responsible`, `head`, `creator`, `assignee`, `role:X`, `field:Y`, `client`, or an employee's id
)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _as_outcomes(value: object) -> object:
    """`[passed, failed]` is short for outcomes without settings of their own."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    return value


def _as_move(value: object) -> object:
    return {"to": value} if isinstance(value, str) else value


Recipients = Annotated[tuple[Recipient, ...], BeforeValidator(_as_list)]


class FieldSpec(Strict):
    """One field of the deal's card."""

    type: FieldType
    title: Text
    options: dict[str, Text] = {}
    suggest: Recipient | None = None


class Outcome(Strict):
    """One of the ways a task with outcomes can end; `comment: required` asks why."""

    title: Text | None = None
    comment: Literal["optional", "required"] = "optional"


class Remind(Strict):
    """Repeats a reminder while its task or assignment is open."""

    every: Duration
    to: Recipients = ("assignee",)
    text: Text | None = None


class TaskRule(Strict):
    """A task the product makes. `id` is the task's key: the latest task of a key is the one conditions read."""

    id: str
    title: Text
    description: Text | None = None
    assignee: Recipient = "responsible"
    creator: Recipient = "responsible"
    co_executors: Recipients = ()
    observers: Recipients = ()
    deadline: Duration | None = None
    deadline_field: str | None = None
    result: Literal["none", "required", "file"] = "none"
    result_field: str | None = None
    outcomes: Annotated[dict[str, Outcome], BeforeValidator(_as_outcomes)] = {}
    time_tracking: bool = False
    checklist: tuple[Text, ...] = ()
    finish_on_forward: bool = False
    remind: Remind | None = None
    report_finish_to: Recipients = ()
    report_results_to: Recipients = ()


class AssignmentRule(Strict):
    """A question put to a person, answered with exactly one of its options."""

    id: str
    title: Text
    assignee: Recipient = "responsible"
    options: dict[str, Text]
    remind: Remind | None = None


class Notify(Strict):
    """A notice to people of the organisation."""

    to: Recipients
    text: Text
    kind: NoticeKind = "info"


class MoveAction(Strict):
    """A move made by itself. `reason: conclusion` takes the finished task's comment as the reason of the loss."""

    to: str
    reason: str | None = None


class OpenDeal(Strict):
    """Another deal opened from this one with all its fields; with `wait`, its end comes back here."""

    id: str
    pipeline: str
    wait: bool = False
    on_won: tuple[Rule, ...] = ()
    on_lost: tuple[Rule, ...] = ()


class Rule(Strict):
    """One robot: exactly one action, and when it acts (`after`, `working`, `every`, `when`, `on_leave`)."""

    task: TaskRule | None = None
    assign: AssignmentRule | None = None
    notify: Notify | None = None
    move: Annotated[MoveAction | None, BeforeValidator(_as_move)] = None
    set: dict[str, JsonValue] | None = None
    open: OpenDeal | None = None
    after: Duration | None = None
    every: Duration | None = None
    working: bool = False
    when: Condition | None = None
    on_leave: OnLeave = "cancel"

    def actions(self) -> list[str]:
        """The names of the actions given; a valid rule has exactly one."""
        return [name for name in ACTIONS if getattr(self, name) is not None]


ACTIONS = ("task", "assign", "notify", "move", "set", "open")
Rules = tuple[Rule, ...]


class Gate(Strict):
    """A condition that must hold for a forward move out of the stage, with its own message."""

    id: str
    when: Condition
    message: Text


class MessageTemplate(Strict):
    """A message sent to the client by one click; `attach` names file fields that travel with it."""

    title: Text
    to: Recipient = "client"
    subject: Text
    text: Text
    attach: tuple[str, ...] = ()


class Stage(Strict):
    """One column of the board. `exit`: filled before a forward move out; `entry`: filled to come in at all.

    `optional`: fields that people are offered here, and that hold nothing up.
    """

    title: Text
    kind: StageKind = "open"
    hint: Text | None = None
    entry: tuple[str, ...] = ()
    exit: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    rules: Rules = ()
    when_task: dict[str, dict[str, Rules]] = {}
    when_assignment: dict[str, dict[str, Rules]] = {}
    messages: dict[str, MessageTemplate] = {}
    reasons: dict[str, Text] = {}
    reason_field: str | None = None


class Pipeline(Strict):
    """A whole definition. Stages keep their order: forward means further down, lost stages stand aside."""

    pipeline: str
    title: Text
    fields: dict[str, FieldSpec] = {}
    stages: dict[str, Stage] = Field(min_length=1)

    @property
    def first_stage(self) -> str:
        """Where a new deal starts."""
        return next(iter(self.stages))

    def order(self, stage: str) -> int:
        """The stage's place in the pipeline, from 0."""
        return list(self.stages).index(stage)

    def content_hash(self) -> str:
        """The name of this version: 16 hex digits of the SHA-256 of its canonical JSON."""
        canonical = self.model_dump_json(by_alias=True, exclude_defaults=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def rule_sets(self) -> Iterator[tuple[str, Rules]]:
        """Every list of rules with its path: `check.rules`, `check.when_task.check.passed`, `agreed.rules.0.on_won`."""
        for name, stage in self.stages.items():
            yield from _nested(f"{name}.rules", stage.rules)
            for kind, handlers in (
                ("when_task", stage.when_task),
                ("when_assignment", stage.when_assignment),
            ):
                for key, by_outcome in handlers.items():
                    for outcome, rules in by_outcome.items():
                        yield from _nested(f"{name}.{kind}.{key}.{outcome}", rules)

    def rule(self, path: str) -> Rule:
        """The rule at `LIST.INDEX`, as agenda entries name it; KeyError if the definition has none."""
        rules, _, index = path.rpartition(".")
        return dict(self.rule_sets())[rules][int(index)]

    def task_rule(self, key: str) -> TaskRule | None:
        """The rule that makes tasks of this key, or None for an ad-hoc task."""
        made = (rule.task for _, rules in self.rule_sets() for rule in rules if rule.task)
        return next((task for task in made if task.id == key), None)

    def assignment_rule(self, key: str) -> AssignmentRule | None:
        """The rule that makes assignments of this key."""
        made = (rule.assign for _, rules in self.rule_sets() for rule in rules if rule.assign)
        return next((assign for assign in made if assign.id == key), None)


def _nested(path: str, rules: Rules) -> Iterator[tuple[str, Rules]]:
    yield path, rules
    for index, rule in enumerate(rules):
        if rule.open:
            yield from _nested(f"{path}.{index}.on_won", rule.open.on_won)
            yield from _nested(f"{path}.{index}.on_lost", rule.open.on_lost)


def as_mapping(pipeline: Pipeline) -> dict[str, Any]:
    """The definition as JSON-able data, for the store and the API."""
    data: dict[str, Any] = pipeline.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return data


OpenDeal.model_rebuild()
