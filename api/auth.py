"""Who is calling: a bearer token stands for an employee (or an integration that acts as one).

A browser that somebody signed in with sends a cookie instead. Foreign pages can make it do so, too; so a call
that changes something has to come from our own pages.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable

from fastapi import Request

from api.errors import ProblemError
from api.same_origin import SAFE_METHODS, from_our_pages
from domain.facts import Employee

SESSION_COOKIE = "voronka_session"
DEMO_SESSION = "demo_"  # what sessions begin with that nobody needed a password for

TTL_SECONDS = 5.0  # how long a revoked token or a dismissed employee may still get in
_MOST = 10_000

Lookup = Callable[[str], Awaitable[Employee | None]]


def token_hash(token: str) -> str:
    """How a token stands in the database: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """Employees by token, remembered for a few seconds, so that most calls ask no database."""

    def __init__(
        self, lookup: Lookup, clock: Callable[[], float] = time.monotonic, *, demo: bool = False
    ) -> None:
        """`demo`: sessions that were opened without a password let in; they do not once that is over."""
        self._lookup = lookup
        self._demo = demo
        self._clock = clock
        self._known: dict[str, tuple[float, Employee]] = {}

    async def employee(self, token: str) -> Employee:
        """The active employee of this token; raises the problem of an unknown one."""
        if token.startswith(DEMO_SESSION) and not self._demo:
            raise unauthorized()
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

    def forget(self, token: str) -> None:
        """The token lets nobody in any more; the next call asks the database."""
        self._known.pop(token_hash(token), None)


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
    employee = await tokens.employee(_token(request))
    request.state.employee = employee
    return employee


def _token(request: Request) -> str:
    """What the call shows of its caller; raises the problem of one that shows nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    session = request.cookies.get(SESSION_COOKIE)
    if scheme or not session:
        raise unauthorized()
    if request.method not in SAFE_METHODS and not from_our_pages(request.headers):
        raise ProblemError(
            "not_allowed",
            "Запрос пришёл не со страниц Воронки.",
            "The call does not come from Voronka's own pages.",
        )
    return session
