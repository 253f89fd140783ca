"""Of two calls at once that would together leave nobody in charge, the second is refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from store.organisation import load_organisation, save_organisation
from tests.api.conftest import World
from tests.api.helpers import problem

_WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()""")
Call = tuple[str, str, dict[str, Any]]  # method, path, body
LET_GO = {"active": False}
ONLY_HEAD = ("PATCH", "/api/settings/roles/director", {"employees": ["head"]})


@pytest_asyncio.fixture
async def two_directors(engine: AsyncEngine) -> AsyncIterator[None]:
    """`director` and `head` direct; afterwards everything is as it was."""
    async with engine.begin() as connection:
        before, _ = await load_organisation(connection)
        roles = {**before.roles, "director": ("director", "head")}
        await save_organisation(connection, before.model_copy(update={"roles": roles}))
    yield
    async with engine.begin() as connection:
        await save_organisation(connection, before)


@pytest.mark.usefixtures("two_directors")
@pytest.mark.parametrize(
    "others",
    [
        ("PATCH", "/api/employees/director", LET_GO),
        ONLY_HEAD,
        ("PUT", "/api/settings/roles", {"roles": {"director": ["head"]}}),
    ],
    ids=["each lets the other go", "the role is handed over", "all roles are set"],
)
async def test_two_calls_at_once_do_not_remove_the_last_director(
    world: World, engine: AsyncEngine, others: Call
) -> None:
    let_go = ("PATCH", "/api/employees/head", LET_GO)
    answers = await at_once(world, engine, {"director": let_go, "head": others})
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    [refused] = [answer for answer in answers if answer.status_code == 422]
    assert "director has to remain" in problem(refused, 422, "invalid_value")["detail"]
    async with engine.connect() as connection:
        organisation, _ = await load_organisation(connection)
    assert any(organisation.employees[one].active for one in organisation.roles["director"])


@pytest.mark.usefixtures("two_directors")
async def test_two_changes_of_one_employee_at_once_both_count(world: World, engine: AsyncEngine) -> None:
    clerk = "/api/employees/clerk"
    calls: dict[str, Call] = {
        "director": ("PATCH", clerk, LET_GO),
        "head": ("PATCH", clerk, {"phone": "+79990001122"}),
    }
    answers = await at_once(world, engine, calls)
    assert [answer.status_code for answer in answers] == [200, 200]
    async with engine.connect() as connection:
        organisation, _ = await load_organisation(connection)
    changed = organisation.employees["clerk"]
    assert (changed.active, changed.phone) == (False, "+79990001122")


@pytest.mark.usefixtures("two_directors")
async def test_two_roles_of_one_id_at_once_are_one_role_and_a_refusal(
    world: World, engine: AsyncEngine
) -> None:
    title = {"ru": "Дежурный", "en": "On duty"}
    bodies = [{"id": "on_duty", "title": title, "employees": [one]} for one in ("sales", "clerk")]
    calls = {
        who: ("POST", "/api/settings/roles", body)
        for who, body in zip(("director", "head"), bodies, strict=True)
    }
    answers = await at_once(world, engine, calls)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    async with world.client("director") as client:
        assert (await client.delete("/api/settings/roles/on_duty")).status_code == 204


async def at_once(world: World, engine: AsyncEngine, calls: dict[str, Call]) -> list[Any]:
    """The answers to each person's call; both calls have begun before either may change anything."""
    async with engine.connect() as holding:
        await holding.execute(text("SELECT version FROM organisation FOR UPDATE"))
        begun = [asyncio.create_task(call(world, who, *what)) for who, what in calls.items()]
        async with engine.connect() as looking:
            async with asyncio.timeout(60):
                while await looking.scalar(_WAITING) != len(calls):
                    await asyncio.sleep(0.01)
                    await looking.rollback()
        await holding.rollback()
    return await asyncio.gather(*begun)


async def call(world: World, who: str, method: str, path: str, body: dict[str, Any]) -> Any:
    async with world.client(who, **{"Accept-Language": "en"}) as client:
        return await client.request(method, path, json=body)
