"""Roles one by one: a new one, its title, its people, its end. Open deals follow from their next step on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from api import examples_organisation as examples
from api.authority import DIRECTOR, NEEDED, must_direct, must_keep_director, with_rights
from api.deps import Acting, Deps, World
from api.errors import ProblemError, not_found
from api.replies import problem_responses
from domain.base import Strict, Text
from domain.command_json import storable
from domain.definition import Pipeline, as_mapping
from domain.slugs import free, slug
from store import queries
from store.organisation import UnknownEmployee, drop_role, lock_organisation, save_role

router = APIRouter(prefix="/api/settings/roles", tags=["organisation"])
_WRITE = problem_responses(401, 403, 404, 409, 413, 422, 503)
RoleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]


class Title(Strict):
    """A role's title in both languages."""

    ru: Line
    en: Line


class NewRole(Strict):
    """A new role; without an id it gets one made of its title."""

    title: Title
    id: RoleId | None = None
    employees: tuple[str, ...] = ()


class RoleChange(Strict):
    """What to change of a role; `employees`: everybody who has it from now on."""

    title: Title | None = None
    employees: tuple[str, ...] | None = None


@router.post("", status_code=201, responses=_WRITE)
async def add_role(
    body: Annotated[NewRole, Body(openapi_examples=examples.ROLE)], caller: Acting, deps: World
) -> queries.RoleRow:
    """Новая роль · A new role. Directors and administrators."""
    await must_direct(deps, caller.id)
    async with deps.engine.begin() as connection:
        await lock_organisation(connection)
        known = await _roles(connection)
        if body.id in known:
            raise ProblemError(
                "invalid_value",
                f"Роль «{body.id}» уже есть.",
                f"There is a role “{body.id}” already.",
                status=409,
                missing=["id"],
            )
        role = body.id or free(slug(body.title.en, words=4, otherwise="role"), known)
        return await _save(connection, role, body.title, body.employees)


@router.patch("/{role}", responses=_WRITE)
async def change_role(
    role: str,
    body: Annotated[RoleChange, Body(openapi_examples=examples.ROLE_CHANGE)],
    caller: Acting,
    deps: World,
) -> queries.RoleRow:
    """Название роли и кто её исполняет · A role's title and people. Directors and administrators."""
    await must_direct(deps, caller.id)
    async with deps.engine.begin() as connection:
        organisation = await lock_organisation(connection)
        _known(await _roles(connection), role)
        if role == DIRECTOR and body.employees is not None:
            must_keep_director(organisation, body.employees, missing="employees")
        return await _save(connection, role, body.title, body.employees)


@router.delete("/{role}", status_code=204, responses=_WRITE)
async def remove_role(role: str, caller: Acting, deps: World) -> Response:
    """Убрать роль · Remove a role that no pipeline names, nor an open deal's own version of one. Directors and
    administrators."""
    await must_direct(deps, caller.id)
    async with deps.engine.connect() as connection:
        known = _known(await _roles(connection), role)
    if why := NEEDED.get(role):
        raise _needed(known.title, why)
    if named := await _named_by(deps, role):
        ru = ", ".join(f"«{title.ru}»" for title in named)
        en = ", ".join(f"“{title.en}”" for title in named)
        raise _needed(known.title, Text(ru=f"её называют воронки {ru}", en=f"pipelines name it: {en}"))
    async with deps.engine.begin() as connection:
        await drop_role(connection, role)
    return Response(status_code=204)


async def _save(
    connection: AsyncConnection, role: str, title: Title | None, people: Iterable[str] | None
) -> queries.RoleRow:
    said = Text(ru=title.ru.strip(), en=title.en.strip()) if title else None
    if not storable([said.model_dump() if said else None, list(people or ())]):
        raise ProblemError("invalid_request", "В тексте есть нулевой байт.", "A text holds a zero byte.")
    try:
        await save_role(connection, role, said, people)
    except UnknownEmployee as error:
        names = ", ".join(error.names)
        raise ProblemError(
            "unknown_employee",
            f"Нет сотрудников: {names}.",
            f"There are no employees: {names}.",
            missing=["employees"],
        ) from None
    return (await _roles(connection))[role]


async def _roles(connection: AsyncConnection) -> dict[str, queries.RoleRow]:
    return with_rights(await queries.roles(connection))


def _known(roles: dict[str, queries.RoleRow], role: str) -> queries.RoleRow:
    if role not in roles:
        raise not_found("not_found", f"Роли {role} нет.", f"There is no role {role}.")
    return roles[role]


def _needed(title: Text, why: Text) -> ProblemError:
    return ProblemError(
        "invalid_value",
        f"Роль «{title.ru}» нужна: {why.ru}. Уберите из неё людей, если исполнять её некому.",
        f"The role “{title.en}” is needed: {why.en}. Take its people out if nobody is to have it.",
        status=409,
    )


async def _named_by(deps: Deps, role: str) -> list[Text]:
    """Titles of the pipelines that name the role, in the current version or in one that open deals run by."""
    async with deps.engine.connect() as connection:
        versions = await queries.list_versions(connection)
        in_use = await queries.versions_in_use(connection)
        wanted = [one.hash for one in versions if one.current or one.hash in in_use]
        found = [await deps.definitions.get(hash, connection) for hash in wanted]
    titles = {pipeline.pipeline: pipeline.title for pipeline in found if names_role(pipeline, role)}
    return list(titles.values())


def names_role(pipeline: Pipeline, role: str) -> bool:
    """Whether the definition has the recipient `role:X` anywhere."""
    return _holds(as_mapping(pipeline), f"role:{role}")


def _holds(value: Any, wanted: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(one, wanted) for one in value.values())
    if isinstance(value, list | tuple):
        return any(_holds(one, wanted) for one in value)
    return bool(value == wanted)
