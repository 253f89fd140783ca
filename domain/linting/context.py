"""What the checks share: the names a file declares, what is known around it, references that must resolve."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.problems import Node, Report, suggest

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
Handles = Literal["stage", "task", "assignment", "call", "event", "approval"]
_PEOPLE = ("responsible", "head", "creator", "assignee")
# What a card has besides the pipeline's own fields, as `entry`, `exit` and `optional` may name it.
CARD = ("company", "contact", "client", "amount")


@dataclass(frozen=True)
class Surroundings:
    """What exists outside the file; None where it is not known, and is not checked.

    `templates`: those that documents are made from. `opens`: which pipelines each pipeline opens as soon as a deal
    of it starts.
    """

    roles: Collection[str] | None = None
    pipelines: Collection[str] | None = None
    templates: Collection[str] | None = None
    opens: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RuleAt:
    """A rule, its stage, and what it handles: the stage itself, or the end of a task or an assignment."""

    node: Node
    stage: str
    handles: Handles
    list: Node


class Names:
    """Everything the file declares, by name. Spoilt parts are left out; the shape check reports them."""

    def __init__(self, root: Node) -> None:
        self.stages = dict(root.entries("stages"))
        self.fields = dict(root.entries("fields"))
        self.rules = [rule for name, stage in self.stages.items() for rule in _rules_of(name, stage)]
        self.tasks = self._made_by("task")
        self.assignments = self._made_by("assign")
        self.calls = self._made_by("call")
        self.requests = dict(root.entries("requests"))
        for kind, node in self.requests.items():
            self.tasks.setdefault(f"request_{kind}", []).append(node)
        self.approvals = self._made_by("approve")

    def _made_by(self, action: str) -> dict[str, list[Node]]:
        made: dict[str, list[Node]] = {}
        for rule in self.rules:
            node = rule.node.get(action)
            if node and (name := node.text("id")):
                made.setdefault(name, []).append(node)
        return made

    def kind(self, stage: str) -> str:
        """`open`, `won` or `lost`."""
        return self.stages[stage].text("kind") or "open"

    def type_of(self, name: str) -> str | None:
        """The type of a field, or None."""
        return self.fields[name].text("type") if name in self.fields else None

    def options_of(self, name: str) -> list[str]:
        """The options of a choice field."""
        return [option for option, _ in self.fields[name].entries("options")]

    def outcomes_of(self, task: str) -> list[str]:
        """The outcomes declared for tasks of this key."""
        found: list[str] = []
        for node in self.tasks.get(task, []):
            found += [name for name, _ in node.entries("outcomes")] or [
                name for name, _ in node.texts("outcomes")
            ]
        return list(dict.fromkeys(found))

    def answers_of(self, assignment: str) -> list[str]:
        """The options of assignments of this key."""
        nodes = self.assignments.get(assignment, [])
        return list(dict.fromkeys(name for node in nodes for name, _ in node.entries("options")))


def _rules_of(stage: str, node: Node) -> Iterator[RuleAt]:
    yield from _nested(node, "rules", stage, "stage")
    kinds: tuple[tuple[str, Handles], ...] = (
        ("when_task", "task"),
        ("when_assignment", "assignment"),
        ("when_call", "call"),
        ("when_approval", "approval"),
    )
    for key, handles in kinds:
        for _, by_outcome in node.entries(key):
            for outcome, _ in by_outcome.items():
                yield from _nested(by_outcome, outcome, stage, handles)
    events = node.get("when_event")
    if events:
        for event, _ in events.items():
            yield from _nested(events, event, stage, "event")


def _nested(owner: Node, key: str, stage: str, handles: Handles) -> Iterator[RuleAt]:
    for rule in owner.elements(key):
        yield RuleAt(rule, stage, handles, owner)
        opened = rule.get("open")
        if opened:
            yield from _nested(opened, "on_won", stage, handles)
            yield from _nested(opened, "on_lost", stage, handles)


@dataclass
class Lint:
    """One check of one file."""

    root: Node
    report: Report
    around: Surroundings
    names: Names = field(init=False)
    used: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.names = Names(self.root)

    def stage(self, node: Node | None) -> str | None:
        """The stage that the node names, or None with an error."""
        name = node.value if node else None
        if not node or not isinstance(name, str):
            return None
        if name in self.names.stages:
            return name
        self.report.error(
            node, "unknown_stage", f"There is no stage `{name}`. {suggest(name, self.names.stages)}"
        )
        return None

    def field(self, name: str, node: Node, types: Collection[str] = (), what: str = "") -> bool:
        """Whether `name` is a field, of one of `types` if given; if not, an error. `what` needs the type."""
        if name not in self.names.fields:
            help_ = suggest(name, self.names.fields)
            self.report.error(node, "unknown_field", f"There is no field `{name}` in this pipeline. {help_}")
            return False
        self.used.add(name)
        found = self.names.type_of(name)
        if types and found and found not in types:
            wanted = " or ".join(f"`{one}`" for one in types)
            message = f"{what} needs a field of type {wanted}; `{name}` is of type `{found}`."
            self.report.error(node, "wrong_field_type", message)
            return False
        return True

    def card_field(self, name: str, node: Node, extra: Collection[str] = CARD) -> None:
        """Checks a name of the card: a field, one of `extra`, `company.ATTRIBUTE` or `contact.ATTRIBUTE`."""
        first, dot, rest = name.partition(".")
        if name in extra or (first in ("company", "contact") and dot and NAME.fullmatch(rest)):
            return
        if name not in self.names.fields:
            known = [*self.names.fields, *extra, "company.inn"]
            message = f"The card has no `{name}`. {suggest(name, known)}"
            self.report.error(node, "unknown_field", message)
        self.used.add(name)

    def recipients(self, owner: Node, key: str, extra: Collection[str] = ()) -> None:
        """Checks the recipients under `key`; `extra` are words that mean someone only there."""
        for name, node in owner.texts(key):
            self._recipient(name, node, {"responsible", "head", "creator", *extra})

    def _recipient(self, name: str, node: Node, words: Collection[str]) -> None:
        kind, colon, rest = name.partition(":")
        if not colon and name in words:
            return
        if colon and kind == "field":
            self.field(rest, node, ("employee",), f"`{name}`")
        elif colon and kind == "role" and NAME.fullmatch(rest):
            if self.around.roles is not None and rest not in self.around.roles:
                message = f"The organisation has no role `{rest}`. {suggest(rest, self.around.roles)}"
                self.report.error(node, "unknown_role", message)
        else:
            self.report.error(node, "bad_recipient", self._recipient_sentence(name, words))

    def _recipient_sentence(self, name: str, words: Collection[str]) -> str:
        if name == "client":
            return "`client` gets messages (`messages:`), not notices or tasks. Name someone who works here."
        if name == "assignee":
            return (
                "`assignee` is the person of a task or an assignment, and there is none here. Name another."
            )
        roles = [f"role:{role}" for role in self.around.roles or ()]
        employees = [f"field:{one}" for one in self.names.fields if self.names.type_of(one) == "employee"]
        if name in (self.around.roles or ()):
            return f"`{name}` is a role: write `role:{name}`."
        if self.names.type_of(name) == "employee":
            return f"`{name}` is a field: write `field:{name}`."
        known = [
            *(word for word in (*_PEOPLE, "client") if word in words),
            *employees,
            *roles,
            "role:NAME",
            "field:NAME",
        ]
        return f"`{name}` is not a recipient. {suggest(name, known)}"
