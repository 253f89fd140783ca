"""What a scenario expects: of the current deal, and of a refusal. Only what is given is compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from domain.base import Strict
from domain.definition import NoticeKind
from domain.durations import Duration
from simulate.spelling import Fields, Local, Named, Names


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


Refused = bool | str | tuple[str, ...] | RefusedWith
