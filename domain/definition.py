"""Idea 1, the definition: a pipeline as data. Stages, fields, rules, tasks and timers of one validated YAML file.

These are shapes only. `domain.loading` reads and checks them; `domain.decide` obeys them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal

from pydantic import Field

from domain.actions import (
    ACTIONS,
    AssignmentRule,
    Attempts,
    CallRule,
    ChecklistItem,
    Gate,
    MoveAction,
    NoticeKind,
    Notify,
    OnLeave,
    OpenDeal,
    Option,
    Outcome,
    Remind,
    Rule,
    Rules,
    TaskComment,
    TaskRule,
    Unlogged,
)
from domain.base import Strict, Text
from domain.conditions import Condition
from domain.intake import Intake
from domain.recipients import Recipient, Recipients
from domain.work_parts import Claim, DocumentRule, ProcessRule, WorkRequest

__all__ = [
    "ACTIONS",
    "AssignmentRule",
    "Attempts",
    "CallRule",
    "ChecklistItem",
    "Claim",
    "DocumentRule",
    "FieldSpec",
    "FieldType",
    "Gate",
    "MessageTemplate",
    "MoveAction",
    "NoticeKind",
    "Notify",
    "OnLeave",
    "OpenDeal",
    "Option",
    "Outcome",
    "Pipeline",
    "ProcessRule",
    "Recipient",
    "Recipients",
    "Remind",
    "Rule",
    "Rules",
    "Stage",
    "StageKind",
    "TaskComment",
    "TaskRule",
    "Unlogged",
    "WorkRequest",
    "as_mapping",
]

FieldType = Literal[
    "text",
    "number",
    "money",
    "bool",
    "date",
    "datetime",
    "employee",
    "file",
    "files",
    "choice",
    "payment_plan",
    "lines",
]
StageKind = Literal["open", "won", "lost"]
REQUEST = "request_"  # the key of a requested task is this and the request's kind


class FieldSpec(Strict):
    """One field of the deal's card."""

    type: FieldType
    title: Text
    options: dict[str, Text] = {}
    suggest: Recipient | None = None


class MessageTemplate(Strict):
    """A message to the client or to people, by one click or by a rule; `attach` names file fields that travel along."""

    title: Text
    to: Recipient = "client"
    subject: Text
    text: Text
    attach: tuple[str, ...] = ()


class Stage(Strict):
    """One column of the board. `exit`: filled before a forward move out; `entry`: filled to come in at all.

    `optional`: fields that people are offered here, and that hold nothing up. `enter_when` must hold to come in.
    `exit_when`: exit fields that are asked for only while their condition holds.
    `is_reason`: the lost stage itself says why, no further reason is asked.
    """

    title: Text
    kind: StageKind = "open"
    hint: Text | None = None
    entry: tuple[str, ...] = ()
    exit: tuple[str, ...] = ()
    exit_when: dict[str, Condition] = {}
    optional: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    enter_when: tuple[Gate, ...] = ()
    rules: Rules = ()
    when_task: dict[str, dict[str, Rules]] = {}
    when_assignment: dict[str, dict[str, Rules]] = {}
    when_call: dict[str, dict[str, Rules]] = {}
    when_approval: dict[str, dict[str, Rules]] = {}
    when_event: dict[str, Rules] = {}
    messages: dict[str, MessageTemplate] = {}
    reasons: dict[str, Text] = {}
    reason_field: str | None = None
    claim: Claim | None = None
    is_reason: bool = False


class Pipeline(Strict):
    """A whole definition. Stages keep their order: forward means further down, lost stages stand aside.

    `duplicates`: tell the responsible of a client who is known already; the lost stage `duplicate` ends a merge.
    `intake`: the public form that opens deals.
    """

    pipeline: str
    title: Text
    fields: dict[str, FieldSpec] = {}
    stages: dict[str, Stage] = Field(min_length=1)
    requests: dict[str, WorkRequest] = {}
    processes: dict[str, ProcessRule] = {}
    messages: dict[str, MessageTemplate] = {}
    documents: dict[str, DocumentRule] = {}
    duplicates: bool = False
    intake: Intake | None = None

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
                ("when_call", stage.when_call),
                ("when_approval", stage.when_approval),
            ):
                for key, by_outcome in handlers.items():
                    for outcome, rules in by_outcome.items():
                        yield from _nested(f"{name}.{kind}.{key}.{outcome}", rules)
            for event, rules in stage.when_event.items():
                yield from _nested(f"{name}.when_event.{event}", rules)

    # Decisions look rules up many times, and a definition never changes: each index is made once.

    @cached_property
    def _rule_lists(self) -> dict[str, Rules]:
        return dict(self.rule_sets())

    @cached_property
    def _tasks(self) -> dict[str, TaskRule]:
        return {rule.task.id: rule.task for rule in self._backwards() if rule.task}

    @cached_property
    def _calls(self) -> dict[str, CallRule]:
        return {rule.call.id: rule.call for rule in self._backwards() if rule.call}

    @cached_property
    def _assignments(self) -> dict[str, AssignmentRule]:
        return {rule.assign.id: rule.assign for rule in self._backwards() if rule.assign}

    def _backwards(self) -> Iterator[Rule]:
        """All rules, the last first: of two with one id the first is the one that counts."""
        return reversed([rule for rules in self._rule_lists.values() for rule in rules])

    def rule(self, path: str) -> Rule:
        """The rule at `LIST.INDEX`, as agenda entries name it; KeyError if the definition has none."""
        rules, _, index = path.rpartition(".")
        return self._rule_lists[rules][int(index)]

    def task_rule(self, key: str) -> TaskRule | None:
        """The rule that makes tasks of this key, or None for an ad-hoc task."""
        return self._tasks.get(key) or self._requested(key)

    def _requested(self, key: str) -> TaskRule | None:
        kind = key.removeprefix(REQUEST)
        asked = self.requests.get(kind) if kind != key else None
        if asked is None:
            return None
        return TaskRule(
            id=key,
            title=asked.title,
            description=asked.description,
            assignee=asked.assignee,
            deadline=asked.deadline,
            mirror=asked.mirror,
        )

    def call_rule(self, key: str) -> CallRule | None:
        """The rule that plans calls of this key."""
        return self._calls.get(key)

    def assignment_rule(self, key: str) -> AssignmentRule | None:
        """The rule that makes assignments of this key."""
        return self._assignments.get(key)

    def templates(self) -> Iterator[tuple[str | None, str, MessageTemplate]]:
        """Every message as (stage, name, template): first those of the whole pipeline, whose stage is None."""
        for name, template in self.messages.items():
            yield None, name, template
        for id, stage in self.stages.items():
            for name, template in stage.messages.items():
                yield id, name, template

    def message_title(self, name: str) -> Text | None:
        """What people call the first message of this name, or None where there is none."""
        return next((template.title for _, known, template in self.templates() if known == name), None)


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
