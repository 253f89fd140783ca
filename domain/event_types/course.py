"""The course of a deal: opened, filled, moved, planned, due."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import JsonValue

from domain.base import Lasting, Text
from domain.deal import AgendaEntry, DealLink, Parent, Status


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


class CompanyMade(Lasting):
    """The deal's client became a company of its own, under this id."""

    type: Literal["company_made"] = "company_made"
    company: str
    name: str


class Moved(Lasting):
    """The deal went to another stage; entries of the old visit's agenda are gone with it.

    `lead`: how many events the same move of a person has brought before this one.
    """

    type: Literal["moved"] = "moved"
    stage: str
    previous: str
    status: Status = "open"
    visit: int
    reason: str | None = None
    comment: str | None = None
    auto: bool = False
    lead: int = 0


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
    rule: str | None = None


class Scheduled(Lasting):
    """An agenda entry was added, or moved to another moment; `was`: from this one, because the calendar changed."""

    type: Literal["scheduled"] = "scheduled"
    entry: AgendaEntry
    was: datetime | None = None


class Fired(Lasting):
    """An agenda entry came due and is off the agenda."""

    type: Literal["fired"] = "fired"
    id: str


class AttentionNeeded(Lasting):
    """The deal cannot go on by itself; `text` says why. Older records have `cause` alone, in English."""

    type: Literal["attention_needed"] = "attention_needed"
    cause: str
    text: Text | None = None


class AttentionCleared(Lasting):
    """A person looked and lets the deal try again: everything, or `only` the effect of this key."""

    type: Literal["attention_cleared"] = "attention_cleared"
    only: str | None = None
