"""Passwords: one's own, and those that a director or an administrator sets for others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Request
from pydantic import Field
from starlette.responses import Response

from api import examples_organisation as examples
from api.auth import SESSION_COOKIE, token_hash
from api.authority import must_direct
from api.deps import Acting, Deps, Reading, World
from api.errors import ProblemError
from api.hourly import Tries, digest
from api.passwords import MOST, hashed, matches
from api.replies import READ, problem_responses
from api.routes.leaving import known_employee
from domain.base import Strict
from store import accounts

router = APIRouter(prefix="/api", tags=["organisation"])
TRIES = 20  # an hour
Secret = Annotated[
    str, Field(max_length=MOST, pattern=r"^[^\x00]*$", json_schema_extra={"format": "password"})
]


class NewPassword(Strict):
    """A password that somebody else is given."""

    password: Secret


class OwnPassword(Strict):
    """`old` is left out by who has none yet."""

    old: Secret | None = None
    new: Secret


class Access(Strict):
    """How somebody gets in: since when they have their password, and how many browsers are signed in."""

    password_changed_at: datetime | None
    sessions: int


@router.get("/employees/{employee_id}/access", responses={**READ, **problem_responses(403)})
async def get_access(employee_id: str, caller: Reading, deps: World) -> Access:
    """Есть ли пароль · Whether they have a password. Of others: directors and administrators."""
    if caller.id != employee_id:
        await must_direct(deps, caller.id)
    await known_employee(deps, employee_id)
    async with deps.engine.connect() as connection:
        changed, sessions = await accounts.access_of(connection, employee_id, deps.now())
    return Access(password_changed_at=changed, sessions=sessions)


@router.put(
    "/employees/{employee_id}/password",
    status_code=204,
    responses=problem_responses(401, 403, 404, 422, 503),
)
async def set_password(
    employee_id: str,
    body: Annotated[NewPassword, Body(openapi_examples=examples.PASSWORD)],
    caller: Acting,
    deps: World,
) -> Response:
    """Задать пароль · Set an employee's password; they are signed out everywhere. Directors and administrators."""
    await must_direct(deps, caller.id)
    await known_employee(deps, employee_id)
    new = await hashed(body.password)
    async with deps.engine.begin() as connection:
        await accounts.save_password(connection, employee_id, new, deps.now())
    return Response(status_code=204)


@router.put("/me/password", status_code=204, responses=problem_responses(401, 422, 429, 503))
async def set_own_password(
    body: Annotated[OwnPassword, Body(openapi_examples=examples.OWN_PASSWORD)],
    request: Request,
    caller: Acting,
    deps: World,
) -> Response:
    """Сменить свой пароль · Change my password. Other browsers are signed out; this one stays signed in."""
    async with deps.engine.connect() as connection:
        known = await accounts.password_hash(connection, caller.id)
    if known is not None:
        await _count_tries(deps, caller.id)
    if known is not None and not await matches(body.old or "", known):
        raise ProblemError(
            "invalid_value",
            "Прежний пароль не подходит.",
            "The old password is not right.",
            missing=["old"],
        )
    new = await hashed(body.new, "new")
    shown = request.headers.get("authorization", "").partition(" ")[2] or request.cookies.get(SESSION_COOKIE)
    keep = token_hash((shown or "").strip())
    async with deps.engine.begin() as connection:
        await accounts.save_password(connection, caller.id, new, deps.now(), keep=keep)
    return Response(status_code=204)


async def _count_tries(deps: Deps, employee: str) -> None:
    """Raises the problem of too many tries: who found a signed-in browser must not find the password by it."""
    tries = Tries(deps.now(), (digest("password", employee),))
    async with deps.engine.begin() as connection:
        may_try = await tries.count(connection, each=TRIES)
    if not may_try:
        raise tries.too_many(
            "Слишком много попыток сменить пароль. Подождите час или попросите администратора.",
            "Too many tries to change the password. Wait an hour, or ask an administrator.",
        )
