"""Who is calling: a bearer token stands for an employee (or an integration that acts as one)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable

from fastapi import Request

from api.errors import ProblemError
from domain.facts import Employee

TTL_SECONDS = 5.0  # how long a revoked token or a dismissed employee may still get in
_MOST = 10_000

Lookup = Callable[[str], Awaitable[Employee | None]]


def token_hash(token: str) -> str:
    """How a token stands in the database: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """Employees by token, remembered for a few seconds, so that most calls ask no database."""

    def __init__(self, lookup: Lookup, clock: Callable[[], float] = time.monotonic) -> None:
        self._lookup = lookup
        self._clock = clock
        self._known: dict[str, tuple[float, Employee]] = {}

    async def employee(self, token: str) -> Employee:
        """The active employee of this token; raises the problem of an unknown one."""
        key = token_hash(token)
        until, employee = self._known.get(key, (0.0, None))
        if employee is None or self._clock() >= until:
            self._known.pop(key, None)
            employee = await self._lookup(key)
            if employee is None or not employee.active:
                raise unauthorized()
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = (self._clock() + TTL_SECONDS, employee)
        return employee


def unauthorized() -> ProblemError:
    """The call carries no token that lets it in."""
    return ProblemError(
        "unauthorized",
        "Передайте действующий токен: Authorization: Bearer ТОКЕН.",
        "Send a valid token: Authorization: Bearer TOKEN.",
        headers={"WWW-Authenticate": 'Bearer realm="voronka"'},
    )


async def authenticate(request: Request, tokens: Tokens) -> Employee:
    """The caller; found once a request, whoever asks first."""
    known = getattr(request.state, "employee", None)
    if isinstance(known, Employee):
        return known
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise unauthorized()
    employee = await tokens.employee(token.strip())
    request.state.employee = employee
    return employee
