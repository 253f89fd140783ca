"""The board's page without a browser: what people do on it goes to the API, and what is refused is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio
from nicegui import ui
from nicegui.testing import User

from api.auth import SESSION_COOKIE
from store.account_tables import sessions
from tests.api.conftest import World
from tests.api.helpers import FILLED, approving, open_quote
from tests.companies import new_inn
from tests.ui.conftest import Visit
from ui.parts.board import Board
from ui.parts.undo_toast import UndoToast

QUOTES = "/boards/fulfilment.quote"
PATIENCE = 600  # tenths of a second: what a busy machine needs is no fault of the page


async def sees(user: User, text: str) -> None:
    await user.should_see(text, retries=PATIENCE)


@pytest_asyncio.fixture
async def sales(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client("sales") as client:
        yield client


async def stage_of(client: httpx.AsyncClient, deal: str) -> str:
    return str((await client.get(f"/api/deals/{deal}")).json()["stage"])


def ask(user: User, card: dict[str, Any], to: str, closed: bool = False) -> None:
    """What the component tells when somebody drops the card on a stage."""
    told = {"id": card["id"], "title": card["title"], "to": to, "from": card["stage"], "closed": closed}
    user.find(kind=Board).trigger("move", told)


async def settled(client: httpx.AsyncClient, card: dict[str, Any], to: str) -> None:
    """Waits until the deal is at the stage."""
    for _ in range(PATIENCE):
        if await stage_of(client, card["id"]) == to:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the deal is not at {to}")


async def test_the_page_is_small_whatever_is_on_the_board(visit: Visit, sales: httpx.AsyncClient) -> None:
    async with visit("sales") as user:
        client = await user.open(QUOTES)
        await user.should_see(kind=Board, retries=PATIENCE)
        assert len(client.elements) < 110  # nearly all of them are the top bar's
        (board,) = user.find(kind=Board).elements
        assert board.props["url"] == "/api/pipelines/fulfilment.quote/board"
        assert board.props["labels"]["add"] == "Добавить сделку"


async def test_an_unknown_pipeline_is_told(visit: Visit) -> None:
    async with visit("sales") as user:
        answer = await user.http_client.get("/boards/none")
        assert (answer.status_code, "Воронки «none» нет." in answer.text) == (404, True)


async def test_a_move_reaches_the_deal(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(QUOTES)
        ask(user, card, "prepare_offer")
        await settled(sales, card, "prepare_offer")


async def test_a_refused_move_asks_and_then_moves(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await open_quote(sales, fields={"contact_name": "Иван", "request": "Много"})
    async with visit("sales", "en") as user:
        await user.open(QUOTES)
        ask(user, card, "prepare_offer")
        await sees(user, "To move to “Prepare the offer”")
        await sees(user, "Contact's phone *")
        await user.should_not_see("Client's request *")
        user.find("Contact's phone *").type("+79990000000")
        user.find("Move").click()
        await settled(sales, card, "prepare_offer")


async def test_a_loss_asks_for_the_reason_on_the_list(visit: Visit, sales: httpx.AsyncClient) -> None:
    opened = await sales.post("/api/deals", json={"pipeline": "sales_1c.sale", "title": "Станок"})
    card = opened.json()
    async with visit("sales") as user:
        await user.open("/boards/sales_1c.sale")
        ask(user, card, "lost")
        await sees(user, "Ушли к конкурентам")
        (reasons,) = user.find(kind=ui.radio).elements
        reasons.set_value("other")
        user.find("Закрыть сделку").click()
        await sees(user, "Для причины «Другое» напишите комментарий.")
        user.find("Комментарий").type("Передумали")
        user.find("Закрыть сделку").click()
        await settled(sales, card, "lost")
    closed = (await sales.get(f"/api/deals/{card['id']}")).json()
    assert (closed["reason"], closed["reason_comment"]) == ("other", "Передумали")


async def test_a_gate_is_told_and_nothing_is_asked(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await approving(sales)
    async with visit("sales") as user:
        await user.open(QUOTES)
        ask(user, card, "agree_with_client")
        await sees(user, "КП ещё не согласовано")
        await sees(user, "Понятно")
        await user.should_not_see("Перевести")


async def test_a_missing_company_is_made_on_the_spot(visit: Visit, sales: httpx.AsyncClient) -> None:
    fields = {"goods": "Коробки", "expected_date": "2026-12-01", "warehouse_employee": "warehouse"}
    opened = await sales.post("/api/deals", json={"pipeline": "fulfilment.receiving", "fields": fields})
    card, inn = opened.json(), new_inn()
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.receiving")
        ask(user, card, "send_to_warehouse")
        await sees(user, "Новая компания")
        user.find("Новая компания").click()
        user.find("Название компании").type("ООО «Новая»")
        user.find("ИНН (если известен)").type(inn)
        user.find("Создать компанию").click()
        await sees(user, f"ООО «Новая» · {inn}")
        user.find("Перевести").click()
        await settled(sales, card, "send_to_warehouse")
    company = (await sales.get(f"/api/deals/{card['id']}")).json()["company"]
    assert (company["name"], company["fields"]["inn"]) == ("ООО «Новая»", inn)


async def test_a_file_is_asked_for_where_one_is_due(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(QUOTES)
        ask(user, card, "approve_offer")
        await sees(user, "Приложить файл")
        await sees(user, "Дорохова Анна Сергеевна")  # the role that the definition suggests


async def test_a_closed_deal_is_reopened_where_it_is_dropped(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    lost = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "refused", "reason": "Дорого"})
    async with visit("sales") as user:
        await user.open(QUOTES)
        ask(user, lost.json(), "prepare_offer", closed=True)
        await settled(sales, card, "prepare_offer")


async def test_a_quick_deal_is_opened_for_who_added_it(
    visit: Visit, world: World, sales: httpx.AsyncClient
) -> None:
    async with visit("head") as user:
        await user.open(QUOTES)
        user.find(kind=Board).trigger("add", {"title": "Быстрая сделка", "amount": "1500.5"})
        found: list[dict[str, Any]] = []
        while not found:
            await asyncio.sleep(0.02)
            found = (await sales.get("/api/deals", params={"q": "Быстрая сделка"})).json()["items"]
        assert (found[0]["responsible"], found[0]["amount"]) == ("head", "1500.50")


async def test_an_undo_goes_to_the_api(visit: Visit, sales: httpx.AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    moved = (await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})).json()
    async with visit("sales") as user:
        await user.open(QUOTES)
        user.find(kind=UndoToast).trigger("undo", {"deal": card["id"], "seq": moved["undo"]["seq"]})
        await settled(sales, card, "new")


async def test_a_page_of_somebody_signed_out_does_nothing(
    visit: Visit, world: World, sales: httpx.AsyncClient
) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("metrologist") as user:
        await user.open(QUOTES)
        async with world.engine.begin() as connection:
            await connection.execute(sessions.delete().where(sessions.c.employee_id == "metrologist"))
        world.app.state.deps.tokens.forget(
            user.http_client.cookies[SESSION_COOKIE]
        )  # what is remembered, too
        ask(user, card, "prepare_offer")
        await sees(user, "Электронная почта")
    assert await stage_of(sales, card["id"]) == "new"
