"""Idea 2, the deal: one serialisable state from which everything about the deal follows.

Each field is changed by `domain.evolve` alone. Moments are aware UTC datetimes; money is Decimal.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import JsonValue

from domain.approval.plan import ApprovalPlan
from domain.aside import Aside
from domain.base import Lasting, Said
from domain.durations import Duration

Status = Literal["open", "won", "lost"]
TaskStatus = Literal["open", "finished", "cancelled"]
ApprovalEnd = Literal["approved", "rejected", "withdrawn"]


class Task(Lasting):
    """One task of the deal; `number` is unique in the deal. Texts of rule tasks stand in the definition.

    `within`: the time that a request's deadline was counted by, where nobody named a moment.
    """

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
    within: Duration | None = None
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


class Call(Lasting):
    """A call on a person's list; open until it is logged."""

    number: int
    key: str
    assignee: str
    due: datetime
    visit: int
    status: TaskStatus = "open"
    outcome: str | None = None
    note: str | None = None
    logged_by: str | None = None
    logged_at: datetime | None = None


class AgendaEntry(Lasting):
    """Something that fires at `due` if nobody acts. `base` is the moment its duration counts from.

    An entry planned by a date field names it in `anchor`; `dated` is the field's value it was planned by. `span`:
    the duration itself, where no rule says it. `source_child`: the child whose end set the entry's rule off.
    """

    id: str
    due: datetime
    base: datetime
    what: str
    visit: int
    rule: str | None = None
    task: int | None = None
    assignment: int | None = None
    call: int | None = None
    claim: bool = False
    payment: str | None = None
    row: int | None = None
    child: str | None = None
    move: str | None = None
    keep: bool = False
    anchor: str | None = None
    dated: str | None = None
    span: Duration | None = None
    source_child: str | None = None


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
    """A deal opened from this one. `rule` is the path of its `open`; `without`: fields that stay behind.

    `title`: what it is opened with, however either is renamed since; None for its pipeline's own.
    """

    key: str
    deal: str
    pipeline: str
    rule: str
    wait: bool
    source_child: str | None = None
    without: tuple[str, ...] = ()
    title: str | None = None
    started: bool = False
    result: ChildResult | None = None


class Parent(Lasting):
    """The deal that opened this one; `key` is the parent's name for it, `wait` whether it waits for the end."""

    deal: str
    pipeline: str
    key: str
    wait: bool


class Effect(Lasting):
    """Something to do in the outside world, until it is done. The key never changes, whatever restarts.

    `cause`: why it was given up; a person has to look. `trouble`: what the card says of it, also while it is still
    tried (then `code` is the type of its failure). `again`: how often a person asked to try it at once while it was.
    `yields`: its result is not put where somebody has put something else meanwhile.
    """

    key: str
    kind: str
    name: str
    yields: bool = False
    attempts: int = 0
    cause: str | None = None
    trouble: Said | None = None
    code: str = ""
    again: int = 0


class ApprovalResult(Lasting):
    """What a finished approval reports to its deal."""

    key: str
    status: ApprovalEnd
    by: str
    at: datetime
    comment: str | None = None


class DealApproval(Lasting):
    """An approval of this deal. `name` is the rule's id, `key` tells its rounds apart, `approval` its own id.

    `plan` is kept until its workflow runs; `recall`: it is to be withdrawn, because the deal is lost.
    """

    key: str
    name: str
    approval: str
    plan: ApprovalPlan | None = None
    recall: bool = False
    result: ApprovalResult | None = None

    @property
    def status(self) -> Literal["pending", "approved", "rejected", "withdrawn"]:
        """How it stands, as conditions read it."""
        return self.result.status if self.result else "pending"


class DealClaim(Lasting):
    """A deal offered to these people in this visit; `by` took it. `declined`: who did not, and why."""

    visit: int
    asked: tuple[str, ...]
    declined: dict[str, str] = {}
    by: str | None = None
    at: datetime | None = None
    unanswered: bool = False


class TaskMirror(Lasting):
    """A task's double in 1C, with its state and number there where they are known."""

    closed: bool = False
    state: str | None = None
    number: str | None = None


class PendingMove(Lasting):
    """An automatic move that waits for what is missing. `rule` is the path of the standing move it comes from."""

    to: str
    reason: str | None = None
    rule: str | None = None


class Deal(Lasting):
    """The whole state. `seq` is the number of the last event; `visit` counts the stages entered.

    `anchored`: timers that follow a date field, by entry id, as last planned, fired since or waiting for a date.
    """

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
    calls: dict[int, Call] = {}
    agenda: dict[str, AgendaEntry] = {}
    anchored: dict[str, AgendaEntry] = {}
    children: dict[str, Child] = {}
    approvals: dict[str, DealApproval] = {}
    effects: dict[str, Effect] = {}
    claim: DealClaim | None = None
    mirrored: dict[int, TaskMirror] = {}
    controlled: tuple[str, ...] = ()
    parent: Parent | None = None
    links: tuple[DealLink, ...] = ()
    duplicates: tuple[DealLink, ...] = ()
    pending_move: PendingMove | None = None
    report_due: bool = False
    attention: Said | None = None
    aside: dict[str, Aside] = {}
    counter: int = 0

    def latest_task(self, key: str) -> Task | None:
        """The newest task of this key, whatever its status."""
        numbers = [number for number, task in self.tasks.items() if task.key == key]
        return self.tasks[max(numbers)] if numbers else None

    def latest_assignment(self, key: str) -> Assignment | None:
        """The newest assignment of this key."""
        numbers = [number for number, entry in self.assignments.items() if entry.key == key]
        return self.assignments[max(numbers)] if numbers else None

    def latest_call(self, key: str) -> Call | None:
        """The newest call of this key."""
        numbers = [number for number, call in self.calls.items() if call.key == key]
        return self.calls[max(numbers)] if numbers else None

    def latest_approval(self, name: str | None = None) -> DealApproval | None:
        """The newest approval of this name, or of any."""
        rounds = [one for one in self.approvals.values() if name in (None, one.name)]
        return rounds[-1] if rounds else None

    def open_tasks(self, key: str | None = None) -> list[Task]:
        """Tasks that someone still has to finish, oldest first; of one key, or all."""
        return [t for t in self.tasks.values() if t.status == "open" and key in (None, t.key)]

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
            and not self.aside
            and all(child.started and (child.result or not child.wait) for child in self.children.values())
            and all(approval.result and not approval.recall for approval in self.approvals.values())
        )
