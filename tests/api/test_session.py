"""How many attempts to sign in there are, and against whom they count."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import delete

from api.auth import DEMO_SESSION, Tokens
from api.errors import ProblemError
from api.passwords import hashed
from api.routes import session
from domain.facts import Employee
from store import accounts, tables
from tests.api.conftest import World

ORIGIN = {"Origin": "http://test"}
PHRASE = "верная фраза"


@pytest_asyncio.fixture
async def entrance(world: World) -> AsyncIterator[World]:
    """`sales` and `head` have a password, and nobody has tried to sign in yet."""
    async with world.engine.begin() as connection:
        await connection.execute(delete(tables.form_hits))
        for person in ("sales", "head"):
            await accounts.save_password(connection, person, await hashed(PHRASE), datetime.now(UTC))
    yield world
    async with world.engine.begin() as connection:
        await connection.execute(delete(tables.form_hits))
        await connection.execute(delete(tables.passwords))


async def attempt(world: World, login: str, password: str, address: str = "192.0.2.1") -> str:
    """Where the attempt leads to."""
    transport = httpx.ASGITransport(world.app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        form = {"login": login, "password": password}
        return (await client.post("/session", data=form, headers=ORIGIN)).headers["location"]


async def test_a_whole_office_signs_in_from_one_address(
    entrance: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "EACH", 2)
    for _ in range(session.EACH + 1):
        assert await attempt(entrance, "sales", PHRASE) == "/"


async def test_spaces_around_a_name_make_no_other_name_of_it(
    entrance: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "EACH", 3)
    for number in range(session.EACH):
        spaces = " " * (number)
        said = await attempt(entrance, f"{spaces}Sales{spaces}", "wrong phrase", f"192.0.2.{number}")
        assert "why=wrong" in said
    assert "why=often" in await attempt(entrance, "sales ", "wrong phrase", "198.51.100.1")


async def test_one_address_keeps_nobody_else_out(entrance: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "EACH", 2)
    monkeypatch.setattr(session, "ALL", 4)
    for _ in range(8):
        await attempt(entrance, "nobody", "wrong phrase")
    assert await attempt(entrance, "head", PHRASE, "198.51.100.1") == "/"


async def test_guessing_from_many_addresses_is_slowed_down_too(
    entrance: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ALL", 3)
    said = [
        await attempt(entrance, f"nobody{number}", "wrong phrase", f"192.0.2.{number}") for number in range(4)
    ]
    assert ["why=often" in one for one in said] == [False, False, False, True]


async def test_a_session_without_a_password_ends_with_the_demo() -> None:
    async def found(_: str) -> Employee:
        return Employee(id="sales", name="Мария", position="", phone="", email="")

    token = f"{DEMO_SESSION}x"
    assert (await Tokens(found, demo=True).employee(token)).id == "sales"
    with pytest.raises(ProblemError):
        await Tokens(found).employee(token)
