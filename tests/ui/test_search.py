"""Search, the pipeline's page, and addresses that lead nowhere."""

from __future__ import annotations

import asyncio
import uuid

import httpx
import pytest
from nicegui import ui

from tests.api.conftest import World, sales
from tests.api.helpers import FILLED, open_quote
from tests.ui.conftest import Visit
from tests.ui.hands import choose, press, sees, sees_no, write
from ui.pages import search
from ui.parts.flow import Flow

__all__ = ["sales"]


async def test_deals_are_found_by_words_and_state(sales: httpx.AsyncClient, visit: Visit) -> None:
    word = uuid.uuid4().hex[:8]
    open_ = await open_quote(sales, title=f"{word} первая", amount="1000")
    lost = await open_quote(sales, title=f"{word} вторая", fields=FILLED)
    await sales.post(f"/api/deals/{lost['id']}/move", json={"to": "refused", "reason": "Дорого"})
    async with visit("sales") as user:
        await user.open(f"/search?q={word}")
        await sees(user, open_["title"], lost["title"], "Заявка на просчет заказа", "1 000 ₽", "Неудача")
        choose(user, "lost", ui.select)
        await sees_no(user, open_["title"])
        await sees(user, lost["title"])
        write(user, "Что искать", f"{word} первая", ui.input)
        choose(user, "", ui.select)
        await sees(user, open_["title"])
        assert user.back_history[-1].startswith("/search?q=")
    async with visit("sales", "en") as user:
        await user.open(f"/search?q={word}&status=lost")
        await sees(user, "Lost", "Quote", lost["title"])
        await sees_no(user, open_["title"])


async def test_a_client_s_deals_are_found_page_by_page(
    sales: httpx.AsyncClient, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_PAGE", 2)
    word = uuid.uuid4().hex[:8]
    for number in range(3):
        await open_quote(sales, title=f"{word} {number}")
    async with visit("sales") as user:
        await user.open(f"/search?q={word}")
        await sees(user, f"{word} 2", f"{word} 1")
        await sees_no(user, f"{word} 0")
        press(user, "Дальше →", ui.link)
        await sees(user, f"{word} 0")
        await sees_no(user, f"{word} 2")
        await sees_no(user, "Дальше →")


async def test_nothing_found_is_told_with_a_way_on(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/search?q=нетТакого")
        await sees(user, "Ничего не нашлось", "Показать все сделки")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", ("Заключить договор с новым клиентом", "Проверить контрагента", "Успех", "Неудача", "Версии")),
        ("en", ("Contract with a new client", "Check the counterparty", "Won", "Lost", "Versions")),
    ],
)
async def test_a_pipeline_is_told_in_words(visit: Visit, language: str, said: tuple[str, ...]) -> None:
    async with visit("sales", language) as user:
        await user.open("/pipelines/fulfilment.contract")
        await sees(user, *said)
        (flow,) = user.find(kind=Flow).elements
        assert said[1] in [stage["title"] for stage in flow.props["stages"]]
        await sees_no(user, "check_counterparty")


async def test_the_diagram_counts_deals_as_they_come(sales: httpx.AsyncClient, visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/pipelines/fulfilment.quote")

        def standing() -> int:
            (flow,) = user.find(kind=Flow).elements
            return int(flow.props["stages"][0]["deals"])

        before = standing()
        await open_quote(sales)
        for _ in range(100):
            if standing() > before:
                return
            await asyncio.sleep(0.1)
        raise AssertionError("the diagram has not heard of the new deal")


async def test_a_version_is_shown_by_its_address(visit: Visit, sales: httpx.AsyncClient) -> None:
    found = (await sales.get("/api/pipelines/fulfilment.quote")).json()
    async with visit("sales") as user:
        await user.open(f"/pipelines/fulfilment.quote?version={found['version']}")
        await sees(user, "показана", "для новых сделок")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/pipelines/none", "Воронки «none» нет."),
        ("/pipelines/fulfilment.quote?version=none", "Вернуться"),
        ("/deals/x", "Сделки x нет."),
    ],
)
async def test_an_unknown_address_is_told_kindly(visit: Visit, path: str, said: str, world: World) -> None:
    async with visit("sales") as user:
        answer = await user.http_client.get(path)
        assert (answer.status_code, said in answer.text) == (404, True), answer.text[-600:]
