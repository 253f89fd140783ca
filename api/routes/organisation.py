"""The organisation: who is calling, employees, roles, the working calendar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api import examples
from api.authority import DIRECTOR, must_direct, must_keep_director, with_rights
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError
from api.replanning import CalendarPreset, replan_all
from api.replies import problem_responses
from api.routes.calendar import must_work_sometimes, unknown_zone
from domain.base import Strict, Text
from domain.calendar import WorkingCalendar
from domain.facts import Employee
from store import queries
from store.organisation import UnknownEmployee, lock_organisation, save_calendar, save_roles

router = APIRouter(prefix="/api", tags=["organisation"])
_READ = problem_responses(401, 503)
_WRITE = problem_responses(401, 403, 422, 503)


class Me(Strict):
    """Who the token stands for."""

    id: str
    name: str
    position: str
    email: str
    phone: str
    head: str | None
    roles: tuple[str, ...]
    unread: int


class RolesBody(Strict):
    """Who has which role, all roles at once. A role left out loses its people."""

    roles: dict[str, tuple[str, ...]]
    titles: dict[str, Text] | None = None


@router.get("/me", responses=_READ)
async def me(caller: Reading, deps: World) -> Me:
    """Кто я · Who I am."""
    async with deps.engine.connect() as connection:
        roles = await queries.roles_of(connection, caller.id)
        unread = await queries.count_unread(connection, caller.id)
    known = caller.model_dump(include={"id", "name", "position", "email", "phone", "head"})
    return Me(**known, roles=tuple(roles), unread=unread)


@router.get("/employees", responses=_READ)
async def list_employees(_: Reading, deps: World, active: bool | None = True) -> dict[str, list[Employee]]:
    """Сотрудники · Employees; `active=false`: those who left."""
    async with deps.engine.connect() as connection:
        return {"items": await queries.employees(connection, active=active)}


@router.get("/settings/roles", responses=_READ)
async def get_roles(_: Reading, deps: World) -> dict[str, list[queries.RoleRow]]:
    """Роли и кто их исполняет · Roles and their people."""
    return await _roles(deps)


@router.put("/settings/roles", responses=_WRITE)
async def put_roles(
    body: Annotated[RolesBody, Body(openapi_examples=examples.ROLES)], caller: Acting, deps: World
) -> dict[str, list[queries.RoleRow]]:
    """Назначить роли · Set all roles. Open deals follow from their next step on. Directors only."""
    await must_direct(deps, caller.id)
    try:
        async with deps.engine.begin() as connection:
            organisation = await lock_organisation(connection)
            must_keep_director(organisation, body.roles.get(DIRECTOR, ()), missing=DIRECTOR)
            await save_roles(connection, body.roles, body.titles)
    except UnknownEmployee as error:
        names = ", ".join(error.names)
        raise ProblemError(
            "unknown_employee", f"Нет сотрудников: {names}.", f"There are no employees: {names}."
        ) from None
    return await _roles(deps)


@router.get("/settings/calendar", responses=_READ)
async def get_calendar(_: Reading, deps: World) -> WorkingCalendar:
    """Рабочий календарь · The working calendar."""
    async with deps.engine.connect() as connection:
        return (await queries.load_organisation(connection))[0].calendar


@router.put("/settings/calendar", responses=_WRITE)
async def put_calendar(
    body: Annotated[WorkingCalendar | CalendarPreset, Body(openapi_examples=examples.CALENDAR)],
    caller: Acting,
    deps: World,
) -> WorkingCalendar:
    """Изменить рабочий календарь · Change the working calendar, or take `{"preset": "russia"}`.

    Deals and running approvals plan their agendas anew; each change stands in the timeline of its own.
    """
    await must_direct(deps, caller.id)
    calendar = _whole(body)
    must_work_sometimes(calendar)
    async with deps.engine.begin() as connection:
        await save_calendar(connection, calendar)
    await replan_all(deps, caller)
    return calendar


def _whole(body: WorkingCalendar | CalendarPreset) -> WorkingCalendar:
    if isinstance(body, WorkingCalendar):
        return body
    try:
        return body.calendar()
    except ValueError:
        raise unknown_zone() from None


async def _roles(deps: Deps) -> dict[str, list[queries.RoleRow]]:
    async with deps.engine.connect() as connection:
        return {"items": list(with_rights(await queries.roles(connection)).values())}
