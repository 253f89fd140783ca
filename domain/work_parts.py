"""What a pipeline offers besides its rules: a deal to claim, work to ask for and processes to start at any stage.

Shapes only, part of the definition.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.base import Strict, Text
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


class ProcessRule(Strict):
    """Another deal that people may start at any stage, several of a kind too. `deadline`: when it is late."""

    title: Text
    pipeline: str
    deadline: Duration | None = None
