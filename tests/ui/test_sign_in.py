"""Signing in: who gets in, how, and who stays out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from sqlalchemy import delete

from api.passwords import hashed
from store import accounts, tables
from tests.api.conftest import World
from tests.ui.browsing import Desk
from tests.ui.conftest import Visit
from tests.ui.stories import call

NOW = datetime.now(UTC)
ORIGIN = {"Origin": "http://test"}


def stranger(world: World) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(world.app), base_url="http://test")


async def test_a_stranger_is_led_to_the_sign_in_page(visit: Visit) -> None:
    async with visit(None) as user:
        await user.open("/")
        await user.should_see("Электронная почта")


async def test_whose_session_has_ended_is_told_so_and_led_back(visit: Visit, world: World) -> None:
    async with visit("sales") as user:
        async with world.engine.begin() as connection:
            await connection.execute(delete(tables.sessions))
        await user.open("/reports?period=year")
        await user.should_see("Сеанс закончился. Войдите снова: откроется та же страница.")


async def test_who_is_signed_in_sees_their_day(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/")
        await user.should_see("Мой день")
    async with visit("sales", "en") as user:
        await user.open("/")
        await user.should_see("My day")


async def test_a_password_lets_in_and_a_wrong_one_does_not(world: World) -> None:
    async with world.engine.begin() as connection:
        await accounts.save_password(connection, "sales", await hashed("верная фраза"), NOW)
    async with stranger(world) as client:
        wrong = await client.post("/session", data={"login": "sales", "password": "x" * 12}, headers=ORIGIN)
        assert "why=wrong" in wrong.headers["location"]
        assert "set-cookie" not in wrong.headers
        right = await client.post(
            "/session",
            data={"login": "sales", "password": "верная фраза", "next": "/reports"},
            headers=ORIGIN,
        )
        assert (right.status_code, right.headers["location"]) == (303, "/reports")
        assert "httponly" in right.headers["set-cookie"].lower()
        assert (await client.get("/api/me")).json()["id"] == "sales"


async def test_nobody_gets_in_by_a_click_where_that_is_not_switched_on(world: World) -> None:
    async with stranger(world) as client:
        answer = await client.post("/session", data={"person": "director"}, headers=ORIGIN)
        assert "why=wrong" in answer.headers["location"]


async def test_a_foreign_page_can_neither_sign_in_nor_act(world: World) -> None:
    async with world.engine.begin() as connection:
        await accounts.save_password(connection, "head", await hashed("верная фраза"), NOW)
    form = {"login": "head", "password": "верная фраза"}
    async with stranger(world) as client:
        foreign = {"Origin": "http://evil.example"}
        assert (await client.post("/session", data=form, headers=foreign)).status_code == 403
        assert (await client.post("/session", data=form, headers=ORIGIN)).status_code == 303
        language = {"language": "en"}
        assert (await client.put("/api/me/preferences", json=language, headers=foreign)).status_code == 403
        assert (await client.put("/api/me/preferences", json=language)).status_code == 403
        assert (await client.put("/api/me/preferences", json=language, headers=ORIGIN)).status_code == 200


async def test_signing_in_leads_to_no_foreign_page(world: World) -> None:
    async with world.engine.begin() as connection:
        await accounts.save_password(connection, "clerk", await hashed("верная фраза"), NOW)
    async with stranger(world) as client:
        for next in ("//evil.example", "https://evil.example", "/\\evil.example"):
            form = {"login": "clerk", "password": "верная фраза", "next": next}
            answer = await client.post("/session", data=form, headers=ORIGIN)
            assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session_at_once(world: World) -> None:
    async with world.engine.begin() as connection:
        await accounts.save_password(connection, "lawyer", await hashed("верная фраза"), NOW)
    async with stranger(world) as client:
        form = {"login": "lawyer", "password": "верная фраза"}
        await client.post("/session", data=form, headers=ORIGIN)
        cookie = dict(client.cookies)
        assert (await client.get("/api/me")).status_code == 200
        await client.post("/session/end", headers=ORIGIN)
        client.cookies.update(cookie)  # as if somebody had kept it
        assert (await client.get("/api/me")).status_code == 401


async def test_guessing_is_slowed_down(world: World) -> None:
    async with stranger(world) as client:
        form = {"login": "nobody@example.com", "password": "x" * 12}
        said = [
            (await client.post("/session", data=form, headers=ORIGIN)).headers["location"] for _ in range(22)
        ]
        assert "why=often" in said[-1]


def test_a_click_lets_into_the_demo_organisation(desk: Callable[..., Desk]) -> None:
    page = desk("sales").page
    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_url("**/sign-in?next=*")
    page.locator("input[name=person][value=head] ~ button").click()
    page.get_by_role("heading", name="Мой день").wait_for()
    assert call(page, "GET", "/api/me")["id"] == "head"
