"""What a decision may know besides the deal: the organisation, the companies and files concerned."""

from __future__ import annotations

from pydantic import JsonValue

from domain.base import Lasting, Text
from domain.calendar import WorkingCalendar
from domain.conditions import is_filled
from domain.past import PastMove


class Employee(Lasting):
    """A person of the organisation. `head` is another employee's id."""

    id: str
    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    head: str | None = None
    active: bool = True


class Organisation(Lasting):
    """Who works here, in which roles, and when."""

    name: str
    employees: dict[str, Employee]
    roles: dict[str, tuple[str, ...]]
    role_titles: dict[str, Text] = {}
    calendar: WorkingCalendar
    requisites: dict[str, JsonValue] = {}


class Company(Lasting):
    """A client's company; `fields` holds inn, contract_signed and whatever the pipelines set."""

    id: str
    name: str
    fields: dict[str, JsonValue] = {}

    def value(self, name: str) -> JsonValue:
        """The company's field, its name included; None where it has none."""
        return self.name if name == "name" else self.fields.get(name)

    def has(self, name: str) -> bool:
        """Whether the field is filled."""
        return is_filled(self.value(name))


class FileRef(Lasting):
    """A stored file as fields and comments carry it."""

    id: str
    name: str


class KnownDeal(Lasting):
    """Another deal; `matched`: what it has in common with the one decided on, `phone` or `email`."""

    id: str
    pipeline: str
    title: str
    responsible: str
    status: str
    matched: tuple[str, ...] = ()


class Facts(Lasting):
    """Everything a decision reads besides definition, deal, command and moment.

    `duplicates`: deals not lost with a phone or e-mail that the command brings, oldest first. `deals`: those the
    command names. `load`: open tasks by employee, of roles with several people. `past`: the move to be undone.
    """

    organisation: Organisation
    companies: dict[str, Company] = {}
    files: dict[str, FileRef] = {}
    duplicates: tuple[KnownDeal, ...] = ()
    deals: dict[str, KnownDeal] = {}
    load: dict[str, int] = {}
    past: PastMove | None = None
