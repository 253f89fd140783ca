"""Goods looked up in 1C: the web process asks the bundled double over HTTP, as it would ask the company's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio
from httpx import AsyncClient

import web
from settings import Settings
from tests.api.conftest import World
from tests.api.helpers import problem
from tests.onec.double import PASSWORD, USER, Double

ADDRESS = "/api/onec/nomenclature"


@pytest.fixture(scope="module")
def double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    made = Double(tmp_path_factory.mktemp("goods"))
    made.start()
    yield made
    made.kill()


@pytest_asyncio.fixture
async def trader(world: World, double: Double) -> AsyncIterator[AsyncClient]:
    """A manager of a company that has a 1C."""
    double.well()
    settings = Settings(onec_url=double.url, onec_user=USER, onec_password=PASSWORD)
    async with web.find_goods(settings) as goods, world.client("sales") as client:
        known = world.app.state.deps
        world.app.state.deps = replace(known, goods=goods)
        yield client
        world.app.state.deps = known


async def test_goods_are_found_by_a_part_of_their_title_or_code(trader: AsyncClient) -> None:
    found = await trader.get(ADDRESS, params={"q": "манометр"})
    assert found.status_code == 200
    first, second = found.json()["items"]
    code = {"code": "00-00000101", "title": "Манометр МП-100, 0–1,6 МПа", "unit": "шт"}
    assert first == code | {"price": None, "vat": "22"}
    assert second["code"] == "00-00000105"
    assert (await trader.get(ADDRESS, params={"q": "00000101"})).json()["items"] == [first]
    assert len((await trader.get(ADDRESS, params={"q": "00-", "limit": 2})).json()["items"]) == 2
    assert (await trader.get(ADDRESS, params={"q": "' or true or '"})).json()["items"] == []


@pytest.mark.parametrize(
    ("mode", "cause"),
    [("refuse", "onec_unavailable"), ("html", "onec_bad_answer"), ("auth", "onec_denied")],
)
async def test_a_1c_that_does_not_tell_is_a_problem_that_says_what_to_do(
    trader: AsyncClient, double: Double, mode: str, cause: str
) -> None:
    double.fault(mode)
    refused = await trader.get(ADDRESS, params={"q": "манометр"}, headers={"Accept-Language": "ru"})
    told = problem(refused, 503, "onec_unavailable")
    assert (told["cause"], refused.headers["Retry-After"]) == (cause, "30")
    assert "впишите товар вручную" in told["detail"]


async def test_nobody_waits_for_1c_longer_than_the_limit(
    trader: AsyncClient, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "GOODS_SECONDS", 0.2)
    double.fault("hang")
    async with asyncio.timeout(9):  # a request to 1C may take ten
        refused = await trader.get(ADDRESS, params={"q": "манометр"})
    assert problem(refused, 503, "onec_unavailable")["cause"] == "onec_unavailable"


async def test_where_there_is_no_1c_the_search_says_so(world: World, sales: AsyncClient) -> None:
    async with web.find_goods(Settings(onec_url=None)) as goods:
        assert goods is None
    told = problem(await sales.get(ADDRESS, params={"q": "манометр"}), 503, "onec_unavailable")
    assert (told["cause"], "ONEC_URL" in told["detail"]) == ("onec_not_configured", True)
    problem(await sales.get(ADDRESS, params={"q": ""}), 422, "invalid_request")
    problem(await world.client(None).get(ADDRESS, params={"q": "x"}), 401, "unauthorized")
