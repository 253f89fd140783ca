"""An organisation as a YAML file, such as the demo organisation: read at the first start, into an empty
database.

- `name`, `requisites: {inn: "...", ...}`
- `calendar: russia`, or `{preset: russia, timezone: ...}`, or hours and days in full
- `roles: {sales: {ru: ..., en: ...}}`: every role has a title
- `employees: {ann: {name: ..., position: ..., phone: ..., email: ..., head: bob, roles: [sales]}}`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, JsonValue, ValidationError

from domain.base import Strict, Text
from domain.calendar import WorkingCalendar
from domain.facts import Employee, Organisation
from domain.holidays_ru import russian_calendar

_PRESET = "russia"


class InvalidOrganisation(Exception):
    """Everything that is wrong with the file, a sentence each."""

    def __init__(self, file: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))


def _read_calendar(value: Any) -> Any:
    """`russia` and `{preset: russia, timezone: ...}` mean the calendar that comes with the product."""
    settings = {"preset": value} if isinstance(value, str) else value
    if not isinstance(settings, dict) or "preset" not in settings:
        return value
    if settings["preset"] != _PRESET or set(settings) - {"preset", "timezone"}:
        raise ValueError(f"the only preset is `{_PRESET}`, with nothing but `timezone` beside it")
    return russian_calendar(str(settings.get("timezone", "Europe/Moscow")))


class _Person(Strict):
    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    head: str | None = None
    active: bool = True
    roles: tuple[str, ...] = ()


class _File(Strict):
    name: str
    requisites: dict[str, JsonValue] = Field(default_factory=dict)
    calendar: Annotated[WorkingCalendar, BeforeValidator(_read_calendar)]
    roles: dict[str, Text] = Field(default_factory=dict)
    employees: dict[str, _Person]


def parse_organisation(text: str, file: str) -> Organisation:
    """The organisation of the file's text. Raises InvalidOrganisation with all that is wrong."""
    try:
        read = _File.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise InvalidOrganisation(file, [f"not valid YAML: {error}"]) from None
    except ValidationError as error:
        raise InvalidOrganisation(file, [_sentence(problem) for problem in error.errors()]) from None
    if problems := list(_contradictions(read)):
        raise InvalidOrganisation(file, problems)
    roles: dict[str, list[str]] = defaultdict(list)
    for id, person in read.employees.items():
        for role in person.roles:
            roles[role].append(id)
    return Organisation(
        name=read.name,
        employees={
            id: Employee(id=id, **person.model_dump(exclude={"roles"}))
            for id, person in read.employees.items()
        },
        roles={role: tuple(people) for role, people in roles.items()},
        role_titles=read.roles,
        calendar=read.calendar,
        requisites=read.requisites,
    )


def _sentence(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "the file"
    return f"{place}: {problem['msg']}"


def _contradictions(read: _File) -> Iterator[str]:
    for id, person in read.employees.items():
        if person.head is not None and person.head not in read.employees:
            yield f"employees.{id}.head: there is no employee `{person.head}`"
        elif _leads_to_itself(read, id):
            yield f"employees.{id}.head: the chain of heads comes back to `{id}`"
        for role in person.roles:
            if role not in read.roles:
                yield f"employees.{id}.roles: there is no role `{role}`; give it a title in `roles`"


def _leads_to_itself(read: _File, id: str) -> bool:
    seen: set[str] = set()
    above = read.employees[id].head
    while above in read.employees and above not in seen:
        if above == id:
            return True
        seen.add(above)
        above = read.employees[above].head
    return False
