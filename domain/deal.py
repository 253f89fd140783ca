"""Idea 2, the deal: one serialisable state from which everything about the deal follows.

Each field is changed by `domain.evolve` alone. Moments are aware UTC datetimes; money is Decimal.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import JsonValue

from domain.base import Lasting

Status = Literal["open", "won", "lost"]
TaskStatus = Literal["open", "finished", "cancelled"]


class Task(Lasting):
    """One task of the deal; `number` is unique in the deal. Texts of rule tasks stand in the definition."""

    number: int
    key: str
    status: TaskStatus = "open"
    title: str | None = None
    description: str | None = None
    assignee: str
    creator: str
    co_executors: tuple[str, ...] = ()
    observers: tuple[str, ...] = ()
    deadline: datetime | None = None
    stage: str
    visit: int
    created_at: datetime
    finished_at: datetime | None = None
    finished_by: str | None = None
    outcome: str | None = None
    conclusion: str | None = None
    has_result: bool = False
    has_result_file: bool = False
    checked: tuple[int, ...] = ()
    running: dict[str, datetime] = {}
    seconds: int = 0


class Assignment(Lasting):
    """A question put to one person; open until one of its options is chosen."""

    number: int
    key: str
    assignee: str
    stage: str
    visit: int
    created_at: datetime
    status: TaskStatus = "open"
    option: str | None = None
    answered_by: str | None = None


class AgendaEntry(Lasting):
    """Something that fires at `due` if nobody acts. `base` is the moment its duration counts from."""

    id: str
    due: datetime
    base: datetime
    what: str
    visit: int
    rule: str | None = None
    task: int | None = None
    assignment: int | None = None
    keep: bool = False


class DealLink(Lasting):
    """Another deal of the same chain."""

    deal: str
    pipeline: str
    kind: str


class ChildResult(Lasting):
    """What a finished child deal reports to its parent."""

    key: str
    deal: str
    status: Status
    stage: str
    company: str | None = None
    contact: dict[str, JsonValue] | None = None
    amount: Decimal | None = None
    fields: dict[str, JsonValue] = {}


class Child(Lasting):
    """A deal opened from this one. `rule` is the path of its `open`; `links` are further deals of the chain."""

    key: str
    deal: str
    pipeline: str
    rule: str
    wait: bool
    source_child: str | None = None
    started: bool = False
    result: ChildResult | None = None


class Parent(Lasting):
    """The deal that opened this one; `key` is the parent's name for it, `wait` whether it waits for the end."""

    deal: str
    pipeline: str
    key: str
    wait: bool


class Effect(Lasting):
    """Something to do in the outside world, until it is done. The key never changes, whatever restarts."""

    key: str
    kind: str
    name: str
    attempts: int = 0
    cause: str | None = None


class PendingMove(Lasting):
    """An automatic move that waits for what is missing."""

    to: str
    reason: str | None = None


class Deal(Lasting):
    """The whole state. `seq` is the number of the last event; `visit` counts the stages entered."""

    id: str
    pipeline: str
    definition: str
    title: str
    stage: str
    status: Status = "open"
    seq: int = 0
    visit: int = 1
    moved_at: datetime
    opened_at: datetime
    at: datetime
    responsible: str
    creator: str
    company: str | None = None
    contact: dict[str, JsonValue] | None = None
    source: str | None = None
    amount: Decimal | None = None
    reason: str | None = None
    reason_comment: str | None = None
    fields: dict[str, JsonValue] = {}
    tasks: dict[int, Task] = {}
    assignments: dict[int, Assignment] = {}
    agenda: dict[str, AgendaEntry] = {}
    children: dict[str, Child] = {}
    effects: dict[str, Effect] = {}
    parent: Parent | None = None
    links: tuple[DealLink, ...] = ()
    pending_move: PendingMove | None = None
    report_due: bool = False
    attention: str | None = None
    counter: int = 0

    def latest_task(self, key: str) -> Task | None:
        """The newest task of this key, whatever its status."""
        numbers = [number for number, task in self.tasks.items() if task.key == key]
        return self.tasks[max(numbers)] if numbers else None

    def latest_assignment(self, key: str) -> Assignment | None:
        """The newest assignment of this key."""
        numbers = [number for number, entry in self.assignments.items() if entry.key == key]
        return self.assignments[max(numbers)] if numbers else None

    def open_tasks(self) -> list[Task]:
        """Tasks that someone still has to finish, oldest first."""
        return [task for task in self.tasks.values() if task.status == "open"]

    def next_due(self) -> datetime | None:
        """The earliest moment at which something fires, or None."""
        return min((entry.due for entry in self.agenda.values()), default=None)

    def is_quiet(self) -> bool:
        """Whether the deal is closed and waits for nothing any more: its workflow may end."""
        return (
            self.status != "open"
            and not self.agenda
            and not self.effects
            and not self.report_due
            and all(child.started and (child.result or not child.wait) for child in self.children.values())
        )
