"""Shapes of a scenario file: the people and companies of a story, and its steps. `parsing` reads them, `runner` plays.

Names of deals, people and companies are those of the file; times are naive, the organisation's local time.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.base import Strict
from simulate.acts import Act
from simulate.expected import Expect, Refused
from simulate.spelling import Fields, Local


class Person(Strict):
    """An employee added to the demo organisation, or other roles for one who is there."""

    roles: tuple[str, ...] | None = None
    head: str | None = None
    name: str | None = None
    position: str | None = None
    phone: str | None = None
    email: str | None = None


class ClientCompany(BaseModel):
    """A company that exists before the story begins; every key but `name` is a field of it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: str

    def fields(self) -> Fields:
        """The company's fields without its name."""
        return dict(self.model_extra or {})


class Step(Strict):
    """One line of the story. `line` is where it stands in the file, from 1."""

    line: int
    verb: str
    act: Act | Expect
    deal: str | None = None
    by: str | None = None
    refused: Refused = False


class Scenario(Strict):
    """The whole file."""

    title: str
    start: Local
    organisation: Literal["demo"] = "demo"
    people: dict[str, Person] = {}
    companies: dict[str, ClientCompany] = {}
    steps: tuple[Step, ...]
