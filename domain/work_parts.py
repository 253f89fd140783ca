"""What a pipeline offers besides its rules: a deal to claim, work to ask for and processes to start at any stage.

Shapes only, part of the definition.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from domain.base import Strict, Text
from domain.documents.vat import VatRate
from domain.durations import Duration
from domain.recipients import Recipient, Recipients

Mirror = Literal["onec"]
PullKind = Literal["onec_offer"]
ONE_WORKING_DAY = Duration.parse("1wd")


class Claim(Strict):
    """A deal for whoever takes it first: `by` are asked; the winner is responsible, and the deal goes `to`.

    Nobody `within` that time, or everyone declined: `unanswered` are told, once.
    """

    by: Recipients = Field(min_length=1)
    to: str
    within: Duration
    unanswered: Recipients = ("head",)


class WorkRequest(Strict):
    """Work that people may ask for at any stage; it becomes a task of key `request_KIND`. `mirror`: in 1C as well."""

    title: Text
    description: Text | None = None
    assignee: Recipient
    deadline: Duration = ONE_WORKING_DAY
    mirror: Mirror | None = None


def _as_rate(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class DocumentLine(Strict):
    """The one line of a document whose deal has no lines of its own: the deal's amount, under this title."""

    title: Text
    unit: str = Field(default="усл.", max_length=20)
    vat: Annotated[VatRate, BeforeValidator(_as_rate)] = "none"


class DocumentRule(Strict):
    """A document made from the card and both sides' requisites, by one click or by a rule; it lands in `field`.

    `stages`: where people are offered it (everywhere in an open deal if none). `needs`: filled before it is made.
    Its lines are those of the field `lines`, else one line of the deal's amount as `line` says. `data`: what the
    template gets of the card, by its name there. `numbers`: whose numbers it counts with (its template's if unsaid).
    """

    title: Text
    template: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    template_file: str | None = None
    field: str
    stages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lines: str | None = None
    line: DocumentLine | None = None
    vat_included: bool = True
    data: dict[str, str] = {}
    numbers: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,40}$")


class ProcessRule(Strict):
    """Another deal that people may start at any stage, several of a kind too. `deadline`: when it is late."""

    title: Text
    pipeline: str
    deadline: Duration | None = None
