"""Who gets in: a token, for as long as its employee works here."""

import pytest
from httpx import AsyncClient

from api.auth import TTL_SECONDS, Tokens, token_hash
from api.errors import ProblemError
from domain.facts import Employee
from store.organisation import save_employee
from store.writes import add_token
from tests.api.conftest import World
from tests.api.helpers import problem


async def test_me(sales: AsyncClient) -> None:
    me = (await sales.get("/api/me")).json()
    assert (me["id"], me["roles"], me["head"]) == ("sales", ["sales"], "head")


async def test_no_token_or_a_wrong_one(world: World) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic sales-token"}):
        async with world.client(None, **headers) as client:
            for answer in (
                await client.get("/api/me"),
                await client.post("/api/deals", json={}, headers={"Idempotency-Key": "k"}),
                await client.get("/api/files/x"),
            ):
                problem(answer, 401, "unauthorized")
                assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_only_health_and_descriptions_are_open_to_all(world: World) -> None:
    async with world.client(None) as client:
        document = (await client.get("/api/openapi.json")).json()
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                open_to_all = operation["tags"][-1] in ("health", "problems", "public")
                assert ("security" in operation) is not open_to_all, f"{method} {path}"


async def test_a_dismissed_employee_is_out(world: World) -> None:
    employee = Employee(id="temp", name="Временный")
    async with world.engine.begin() as connection:
        await save_employee(connection, employee.model_copy(update={"active": False}))
        await add_token(connection, token_hash("temp-token"), "temp", "test")
    async with world.client("temp") as client:
        problem(await client.get("/api/me"), 401, "unauthorized")


async def test_a_token_is_remembered_for_a_few_seconds_only() -> None:
    asked: list[str] = []
    now = 100.0
    known: Employee | None = Employee(id="ann", name="Анна")

    async def lookup(key: str) -> Employee | None:
        asked.append(key)
        return known

    tokens = Tokens(lookup, clock=lambda: now)
    assert (await tokens.employee("secret")).id == "ann"
    now += TTL_SECONDS - 0.1
    await tokens.employee("secret")
    assert asked == [token_hash("secret")]
    now += 0.2
    known = None
    with pytest.raises(ProblemError, match="unauthorized"):
        await tokens.employee("secret")
