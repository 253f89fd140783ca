"""Somebody leaves, what stands on them is seen and handed over; and how people get their passwords."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest_asyncio
from httpx import AsyncClient

from api.auth import token_hash
from store import accounts
from tests.api.conftest import World
from tests.api.helpers import open_quote, problem

GOOD, BETTER = "зелёный чайник у окна", "семь рыжих лис на мосту"


@pytest_asyncio.fixture
async def anna(director: AsyncClient) -> AsyncIterator[str]:
    """The id of an employee of this test's own."""
    made = await director.post(
        "/api/employees", json={"name": f"Анна {uuid.uuid4().hex[:8]}", "head": "head"}
    )
    assert made.status_code == 201, made.text
    yield str(made.json()["id"])


async def signed_in(world: World, employee: str) -> AsyncClient:
    """A browser of the employee."""
    token = f"session-{uuid.uuid4()}"
    async with world.engine.begin() as connection:
        await accounts.open_session(connection, token_hash(token), employee, datetime.now(UTC))
    client = world.client(None)
    client.cookies.set("voronka_session", token)
    client.headers["Origin"] = "http://test"
    return client


async def test_an_id_is_made_of_the_name(director: AsyncClient) -> None:
    name = f"Ёжикова{uuid.uuid4().hex[:6]} Юлия Олеговна"
    made = [(await director.post("/api/employees", json={"name": name})).json()["id"] for _ in range(2)]
    assert made[0].startswith("ezhikova")
    assert made == [made[0], f"{made[0]}2"]


async def test_what_stands_on_somebody_is_said_before_they_leave(
    sales: AsyncClient, director: AsyncClient, anna: str
) -> None:
    card = await open_quote(sales, responsible=anna)
    await sales.post(f"/api/deals/{card['id']}/tasks", json={"title": "Ей", "assignee": anna})
    duties = (await sales.get(f"/api/employees/{anna}/duties")).json()
    counted = {name: duties[name] for name in ("deals", "tasks", "roles", "only_one", "leads")}
    assert counted == {"deals": 1, "tasks": duties["tasks"], "roles": [], "only_one": [], "leads": []}
    assert duties["tasks"] >= 1
    lawyer = (await sales.get("/api/employees/lawyer/duties")).json()
    assert (lawyer["roles"], lawyer["only_one"]) == (["lawyer"], ["lawyer"])
    assert anna in (await sales.get("/api/employees/head/duties")).json()["leads"]
    problem(await sales.get("/api/employees/nobody/duties"), 404, "unknown_employee")
    problem(await sales.get("/api/employees/a%00b/duties"), 404, "unknown_employee")


async def test_deals_are_handed_over(sales: AsyncClient, director: AsyncClient, anna: str) -> None:
    cards = [await open_quote(sales, responsible=anna) for _ in range(2)]
    address = f"/api/employees/{anna}/handover"
    problem(await sales.post(address, json={"to": "sales"}), 403, "not_allowed")
    for wrong in ("nobody", anna):
        problem(await director.post(address, json={"to": wrong}), 422, "unknown_employee")
    assert (await director.post(address, json={"to": "head"})).json() == {"deals": 2}
    now = [(await sales.get(f"/api/deals/{card['id']}")).json()["responsible"] for card in cards]
    assert now == ["head", "head"]
    assert (await sales.get(f"/api/employees/{anna}/duties")).json()["deals"] == 0


async def test_who_left_is_signed_out_for_good(director: AsyncClient, world: World, anna: str) -> None:
    browser = await signed_in(world, anna)
    assert (await browser.get("/api/me")).json()["id"] == anna
    await director.patch(f"/api/employees/{anna}", json={"active": False})
    world.app.state.deps.tokens._known.clear()  # what is remembered for five seconds
    problem(await browser.get("/api/me"), 401, "unauthorized")
    await director.patch(f"/api/employees/{anna}", json={"active": True})
    problem(await browser.get("/api/me"), 401, "unauthorized")


async def test_an_administrator_gives_a_password(
    sales: AsyncClient, director: AsyncClient, world: World, anna: str
) -> None:
    address = f"/api/employees/{anna}"
    problem(await sales.put(f"{address}/password", json={"password": GOOD}), 403, "not_allowed")
    problem(await sales.get(f"{address}/access"), 403, "not_allowed")
    short = problem(
        await director.put(f"{address}/password", json={"password": "короткий"}), 422, "invalid_value"
    )
    assert short["missing"] == ["password"]
    assert (await director.get(f"{address}/access")).json() == {"password_changed_at": None, "sessions": 0}
    browser = await signed_in(world, anna)
    assert (await director.get(f"{address}/access")).json()["sessions"] == 1
    assert (await director.put(f"{address}/password", json={"password": GOOD})).status_code == 204
    access = (await director.get(f"{address}/access")).json()
    assert (access["sessions"], access["password_changed_at"] is None) == (0, False)
    problem(await browser.get("/api/me"), 401, "unauthorized")
    signed = await world.client(None).post(
        "/session", data={"login": anna, "password": GOOD}, headers={"Origin": "http://test"}
    )
    assert signed.headers["location"] == "/"
    problem(
        await director.put("/api/employees/nobody/password", json={"password": GOOD}), 404, "unknown_employee"
    )


async def test_ones_own_password_needs_the_old_one(world: World, anna: str) -> None:
    here, elsewhere = await signed_in(world, anna), await signed_in(world, anna)
    assert (await here.put("/api/me/password", json={"new": GOOD})).status_code == 204
    problem(await elsewhere.get("/api/me"), 401, "unauthorized")
    for wrong in (None, BETTER):
        refused = await here.put("/api/me/password", json={"old": wrong, "new": BETTER})
        assert problem(refused, 422, "invalid_value")["missing"] == ["old"]
    for short in ("", "короткий"):
        refused = await here.put("/api/me/password", json={"old": GOOD, "new": short})
        assert problem(refused, 422, "invalid_value")["missing"] == ["new"]
    missing = problem(await here.put("/api/me/password", json={"old": GOOD}), 422, "invalid_request")
    assert [error["field"] for error in missing["errors"]] == ["new"]
    assert (await here.put("/api/me/password", json={"old": GOOD, "new": BETTER})).status_code == 204
    assert (await here.get("/api/me")).json()["id"] == anna


async def test_guessing_the_old_password_ends_after_twenty_tries(world: World, anna: str) -> None:
    browser = await signed_in(world, anna)
    await browser.put("/api/me/password", json={"new": GOOD})
    soon = datetime.now(UTC) + timedelta(days=1)
    world.app.state.deps = replace(world.app.state.deps, now=lambda: soon)
    for _ in range(20):
        problem(await browser.put("/api/me/password", json={"old": "x", "new": BETTER}), 422, "invalid_value")
    refused = await browser.put("/api/me/password", json={"old": GOOD, "new": BETTER})
    problem(refused, 429, "rate_limited")
    assert int(refused.headers["Retry-After"]) <= 3601
