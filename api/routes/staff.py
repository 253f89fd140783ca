"""Employees and the company's own requisites, as a director or an administrator changes them.

Open deals follow from their next step on: recipients become people only when a decision is made.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field, JsonValue, StrictBool

from api import examples_intake as examples
from api.authority import DIRECTOR, must_direct, must_keep_director
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError, unknown_employee
from api.replies import READ, problem_responses
from domain.base import Strict
from domain.command_json import storable
from domain.documents.own_requisites import RequisitesProblem, requisites_problems
from domain.facts import Employee, Organisation
from domain.slugs import free, slug
from store import queries
from store.accounts import close_sessions
from store.organisation import add_employee as insert_employee
from store.organisation import lock_organisation, save_details, save_employee

router = APIRouter(prefix="/api", tags=["organisation"])
_WRITE = problem_responses(401, 403, 404, 409, 413, 422, 503)
Line = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]


class EmployeeBody(Strict):
    """A new employee. The id is for good: tasks and the record name people by it. Left out, it is made of the name."""

    id: Id | None = None
    name: Name
    position: Line = ""
    phone: Line = ""
    email: Line = ""
    head: str | None = None


class EmployeeChange(Strict):
    """What to change of an employee; `active: false`: has left. `head: null`: has nobody above."""

    name: Name | None = None
    position: Line | None = None
    phone: Line | None = None
    email: Line | None = None
    head: str | None = None
    active: StrictBool | None = None


class Details(Strict):
    """The organisation's own name and requisites, as invoices and contracts show them."""

    name: Name
    requisites: dict[str, JsonValue]


@router.post("/employees", status_code=201, responses=_WRITE)
async def add_employee(
    body: Annotated[EmployeeBody, Body(openapi_examples=examples.EMPLOYEE)], caller: Acting, deps: World
) -> Employee:
    """Принять сотрудника · Add an employee. Directors and administrators."""
    await must_direct(deps, caller.id)
    organisation = await _organisation(deps)
    id = body.id or free(slug(body.name, words=2, otherwise="employee"), organisation.employees)
    wanted = Employee.model_validate({**body.model_dump(), "id": id})
    _check(organisation, wanted)
    async with deps.engine.begin() as connection:
        if await insert_employee(connection, wanted):
            return wanted
    known = _known(await _organisation(deps), id)
    if known != wanted:  # else it is the same request once more
        raise ProblemError(
            "invalid_value",
            f"Сотрудник с id «{id}» уже есть.",
            f"There is an employee “{id}” already.",
            status=409,
            missing=["id"],
        )
    return known


@router.get("/employees/{employee_id}", responses=READ)
async def get_employee(employee_id: str, _: Reading, deps: World) -> Employee:
    """Сотрудник · An employee."""
    return _known(await _organisation(deps), employee_id)


@router.patch("/employees/{employee_id}", responses=_WRITE)
async def change_employee(
    employee_id: str,
    body: Annotated[EmployeeChange, Body(openapi_examples=examples.EMPLOYEE_CHANGE)],
    caller: Acting,
    deps: World,
) -> Employee:
    """Изменить или уволить · Change an employee, or with `active: false` let them go."""
    await must_direct(deps, caller.id)
    async with deps.engine.begin() as connection:
        changed = _changed(await lock_organisation(connection), employee_id, body)
        await save_employee(connection, changed)
        if not changed.active:
            await close_sessions(connection, employee_id)
    return changed


@router.get("/settings/requisites", responses=problem_responses(401, 503))
async def get_requisites(_: Reading, deps: World) -> Details:
    """Реквизиты своей компании · The organisation's own name and requisites."""
    organisation = await _organisation(deps)
    return Details(name=organisation.name, requisites=organisation.requisites)


@router.put("/settings/requisites", responses=_WRITE)
async def put_requisites(
    body: Annotated[Details, Body(openapi_examples=examples.REQUISITES)], caller: Acting, deps: World
) -> Details:
    """Изменить реквизиты · Change them. Documents made from now on have the new ones."""
    await must_direct(deps, caller.id)
    _must_be_storable(body.model_dump())
    if wrong := [one for one in requisites_problems(body.name, body.requisites) if one.wrong]:
        raise ProblemError(
            "invalid_value",
            " ".join(one.message.ru for one in wrong),
            " ".join(one.message.en for one in wrong),
            missing=[one.field for one in wrong],
        )
    async with deps.engine.begin() as connection:
        await save_details(connection, body.name, body.requisites)
    return body


@router.post("/settings/requisites/check", responses=_WRITE)
async def check_requisites(
    body: Annotated[Details, Body(openapi_examples=examples.REQUISITES)], _: Acting
) -> dict[str, list[RequisitesProblem]]:
    """Проверить реквизиты · What is wrong with them, and what an invoice lacks. Nothing is kept."""
    return {"items": requisites_problems(body.name, body.requisites)}


async def _organisation(deps: Deps) -> Organisation:
    async with deps.engine.connect() as connection:
        return (await queries.load_organisation(connection))[0]


def _changed(organisation: Organisation, employee_id: str, body: EmployeeChange) -> Employee:
    """The employee as they are to be; raises the problem of what may not be."""
    given = {name: getattr(body, name) for name in body.model_fields_set}
    changes = {name: value for name, value in given.items() if value is not None or name == "head"}
    changed = _known(organisation, employee_id).model_copy(update=changes)
    directors = organisation.roles.get(DIRECTOR, ())
    if not changed.active and employee_id in directors:
        must_keep_director(organisation, [one for one in directors if one != employee_id], missing="active")
    _check(organisation, changed)
    return changed


def _known(organisation: Organisation, employee: str) -> Employee:
    found = organisation.employees.get(employee)
    if found is None:
        raise unknown_employee(employee)
    return found


def _check(organisation: Organisation, employee: Employee) -> None:
    _must_be_storable(employee.model_dump())
    _check_head(organisation, employee)


def _check_head(organisation: Organisation, employee: Employee) -> None:
    """The head works here, and the chain of heads does not come back."""
    people = {**organisation.employees, employee.id: employee}
    above, seen = employee.head, {employee.id}
    if above is not None and (above not in people or not people[above].active):
        raise ProblemError(
            "unknown_employee", f"Сотрудника {above} нет.", f"There is no employee {above}.", missing=["head"]
        )
    while above is not None and above in people:
        if above in seen:
            raise ProblemError(
                "invalid_value",
                "Цепочка руководителей замыкается.",
                "The chain of heads comes back to its start.",
                missing=["head"],
            )
        seen.add(above)
        above = people[above].head


def _must_be_storable(data: object) -> None:
    if not storable(data):
        raise ProblemError("invalid_request", "В тексте есть нулевой байт.", "A text holds a zero byte.")
