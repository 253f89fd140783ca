"""Signing in and out: plain forms that browsers send, so that a cookie can be set before any page is drawn."""

from __future__ import annotations

import secrets
from datetime import UTC
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from api.auth import DEMO_SESSION, SESSION_COOKIE, token_hash
from api.deps import Deps, World
from api.errors import ProblemError
from api.hourly import Tries, address_of, digest
from api.passwords import matches
from api.same_origin import from_our_pages
from store import accounts, queries

router = APIRouter(prefix="/session", include_in_schema=False)
SIGN_IN = "/sign-in"
EACH, ALL = 20, 600  # failed attempts an hour: for one name or address, and in all
_WHAT = "sign-in"
_SECURE = "https"


@router.post("")
async def sign_in(
    request: Request,
    deps: World,
    login: Annotated[str, Form(max_length=300)] = "",
    password: Annotated[str, Form(max_length=300)] = "",
    person: Annotated[str, Form(max_length=300)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> RedirectResponse:
    """Войти · Sign in by e-mail address and password; in a demo organisation by a person's id alone."""
    _must_be_ours(request)
    back, login = _inside(next), login.strip()
    who = digest(_WHAT, address_of(request)), digest(_WHAT, login.lower() or person)
    tries = Tries(deps.now(), who, together=_WHAT)
    async with deps.engine.begin() as connection:
        may_try = await tries.count(connection, each=ALL if deps.demo else EACH, everybody=ALL)
    if not may_try:
        return _again("often", back)
    employee = await _person(deps, person) if person else await _by_password(deps, login, password)
    if employee is None:
        return _again("wrong", back)
    token = (DEMO_SESSION if person else "session_") + secrets.token_urlsafe(32)
    async with deps.engine.begin() as connection:
        # A whole office signs in from one address: only those who failed count against it.
        await tries.take_back(connection)
        expires = await accounts.open_session(connection, token_hash(token), employee, deps.now())
    answer = RedirectResponse(back, 303)
    answer.set_cookie(
        SESSION_COOKIE,
        token,
        expires=expires.astimezone(UTC),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == _SECURE or request.headers.get("x-forwarded-proto") == _SECURE,
    )
    return answer


@router.post("/end")
async def sign_out(request: Request, deps: World) -> RedirectResponse:
    """Выйти · Sign out of this browser."""
    _must_be_ours(request)
    if token := request.cookies.get(SESSION_COOKIE):
        async with deps.engine.begin() as connection:
            await accounts.close_session(connection, token_hash(token))
        deps.tokens.forget(token)
    answer = RedirectResponse(SIGN_IN, 303)
    answer.delete_cookie(SESSION_COOKIE)
    return answer


def _must_be_ours(request: Request) -> None:
    """A foreign page must not sign anybody in, or out."""
    if not from_our_pages(request.headers):
        raise ProblemError(
            "not_allowed",
            "Форма пришла не со страницы Воронки. Откройте страницу входа и войдите там.",
            "The form does not come from Voronka's page. Open the sign-in page and sign in there.",
        )


async def _person(deps: Deps, person: str) -> str | None:
    """The active employee of this id, where nobody needs a password."""
    if not deps.demo:
        return None
    async with deps.reads.connect() as connection:
        employee = await queries.employee(connection, person)
    return employee.id if employee and employee.active else None


async def _by_password(deps: Deps, login: str, password: str) -> str | None:
    async with deps.reads.connect() as connection:
        found = await accounts.find_by_login(connection, login)
    employee, hash = found or (None, None)
    return employee if await matches(password, hash) else None


def _inside(path: str) -> str:
    """The path to go on to, if it is one of ours: a link must lead nobody to a foreign page after signing in."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else "/"


def _again(why: str, back: str) -> RedirectResponse:
    return RedirectResponse(f"{SIGN_IN}?why={why}&next={quote(back, safe='')}", 303)
