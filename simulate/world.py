"""What exists before a story begins: the demo organisation with the scenario's people, and its companies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.facts import Company, Employee, Organisation
from simulate.acts import Restart
from simulate.engine import Setup, World
from simulate.parsing import InvalidScenario, Problem
from simulate.scenario import Person, Scenario


def build_world(scenario: Scenario, setup: Setup, file: str) -> World:
    """The scenario's world; raises InvalidScenario for a person nobody knows."""
    organisation = _with_people(setup.organisation, scenario.people)
    problems = list(_unknown_people(scenario, organisation))
    if problems:
        raise InvalidScenario(file, problems)
    given = scenario.companies.items()
    companies = tuple(Company(id=id, name=company.name, fields=company.fields()) for id, company in given)
    start = organisation.calendar.at(scenario.start.date(), scenario.start.time())
    restarts = any(isinstance(step.act, Restart) for step in scenario.steps)
    return World(start, organisation, companies, setup.definitions, restarts)


def _with_people(organisation: Organisation, people: Mapping[str, Person]) -> Organisation:
    """The organisation with these people added; roles given for a person replace those they had."""
    employees, roles = dict(organisation.employees), dict(organisation.roles)
    for id, person in people.items():
        known = employees.get(id, Employee(id=id, name=id.capitalize(), email=f"{id}@example.com"))
        given = person.model_dump(exclude={"roles"}, exclude_none=True)
        employees[id] = known.model_copy(update=given)
        if person.roles is not None:
            roles = {role: tuple(one for one in held if one != id) for role, held in roles.items()}
            for role in person.roles:
                roles[role] = tuple(sorted((*roles.get(role, ()), id)))  # the order of the database
    return organisation.model_copy(update={"employees": employees, "roles": roles})


def _unknown_people(scenario: Scenario, organisation: Organisation) -> Iterator[Problem]:
    known = organisation.employees
    for id, person in scenario.people.items():
        if person.head is not None and person.head not in known:
            yield Problem(1, f"the head of `{id}`, `{person.head}`, is nobody of the organisation")
    for step in scenario.steps:
        if step.by is not None and step.by not in known:
            yield Problem(step.line, f"`{step.by}` is nobody of the organisation: {', '.join(known)}")
