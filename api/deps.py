"""What routes need, handed to them: nothing here is global, all of it is made in `web.py` (or by a test)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncEngine

from api.auth import Tokens, authenticate
from api.gateway import Gateway
from api.goods import FindGoods
from api.idempotency import Answers
from domain.facts import Employee
from store.definitions import DefinitionCache
from store.files import FileStore
from store.organisation import OrganisationCache
from store.queries.paging import MAX_LIMIT

_BEARER = HTTPBearer(auto_error=False, description="Токен сотрудника или интеграции · An employee's token")


@dataclass(frozen=True)
class Deps:
    """The world of the application. `reads`: the engine for single reads; `now` gives aware UTC moments.

    `demo`: people of the demo organisation sign in without a password. `sends_by`: names of the channels that the
    worker is set up to send messages by. `goods`: looks goods up in 1C, where there is one.
    """

    engine: AsyncEngine
    reads: AsyncEngine
    gateway: Gateway
    files: FileStore
    definitions: DefinitionCache
    organisations: OrganisationCache
    tokens: Tokens
    answers: Answers
    now: Callable[[], datetime]
    demo: bool = False
    sends_by: tuple[str, ...] = ()
    goods: FindGoods | None = None


@dataclass(frozen=True)
class Caller:
    """Who calls, under which command id, and whether they wait for the decision."""

    employee: Employee
    command_id: str
    wait: bool

    @property
    def id(self) -> str:
        """The employee's id."""
        return self.employee.id


def _world(request: Request) -> Deps:
    deps: Deps = request.app.state.deps
    return deps


World = Annotated[Deps, Depends(_world)]


async def _caller(
    request: Request,
    deps: World,
    _: Annotated[object, Depends(_BEARER)],
    prefer: Annotated[
        str | None,
        Header(description="`respond-async`: 202 at once; a refusal then stands in the timeline"),
    ] = None,
    idempotency_key: Annotated[
        str | None, Header(description="One key, one action, one answer", max_length=255)
    ] = None,
) -> Caller:
    employee = await authenticate(request, deps.tokens)
    wait = "respond-async" not in (prefer or "").lower()
    return Caller(employee, getattr(request.state, "command_id", ""), wait)


async def _employee(request: Request, deps: World, _: Annotated[object, Depends(_BEARER)]) -> Employee:
    return await authenticate(request, deps.tokens)


Acting = Annotated[Caller, Depends(_caller)]  # for calls that change something
Reading = Annotated[Employee, Depends(_employee)]  # for calls that only read
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT)]  # how many rows of a list at once
