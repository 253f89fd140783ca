"""The dialog that asks for what a move lacks, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction

from tests.api.conftest import World, sales
from tests.api.helpers import FILLED, open_quote
from tests.ui.conftest import Visit
from tests.ui.hands import named, press, sees, sees_no, write
from tests.ui.test_fields import view_of
from ui.api_client import Api, Problem, local_client
from ui.parts.moving import Done, ask_to_move

__all__ = ["sales"]
LACKING = {name: value for name, value in FILLED.items() if name != "request"}


async def asking(user: User, world: World, deal: str, done: Done) -> None:
    """The person's page asks for what the move to the next stage lacks."""
    view = replace(view_of(user), api=Api(local_client(world.app), "sales-token", "ru"))
    await ask_to_move(view, deal, "prepare_offer", done)


async def test_a_move_that_was_made_is_not_asked_for_again_when_the_page_cannot_show_it(
    sales: httpx.AsyncClient, visit: Visit, world: World
) -> None:
    async def show(_: Any) -> None:
        raise Problem(503, {"detail": "Сервис недоступен."})

    card = await open_quote(sales, fields=LACKING)
    async with visit("sales") as user:
        await user.open("/search")
        await asking(user, world, card["id"], show)
        write(user, "Запрос клиента *", "200 коробок")
        press(user, "Перевести")
        await sees_no(user, "Чтобы перейти на этап")
        await sees(user, "Сервис недоступен.")
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["stage"] == "prepare_offer"


async def test_a_press_that_comes_after_the_dialog_was_closed_does_nothing(
    sales: httpx.AsyncClient, visit: Visit, world: World
) -> None:
    async def show(_: Any) -> None:
        raise AssertionError("moved")

    card = await open_quote(sales, fields=LACKING)
    async with visit("sales") as user:
        await user.open("/search")
        await asking(user, world, card["id"], show)
        write(user, "Запрос клиента *", "200 коробок")
        button = named(user, ui.button, "Перевести")
        press(user, "Отмена")
        await sees_no(user, "Чтобы перейти на этап")
        UserInteraction(user, {button}, None).click()
        assert (await sales.get(f"/api/deals/{card['id']}")).json()["stage"] == "new"
        assert button.enabled  # type: ignore[attr-defined]  # nothing is under way either


async def test_what_is_done_is_not_asked_for_again_when_the_page_cannot_be_refreshed(
    sales: httpx.AsyncClient, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any, **__: Any) -> None:
        raise Problem(503, {"detail": "Сервис недоступен."})

    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        press(user, "Переименовать", ui.menu_item)
        write(user, "Название", "Двести коробок")
        monkeypatch.setattr(Api, "get", away)
        press(user, "Сохранить")
        await sees_no(user, "Название сделки")
        await sees(user, "Сервис недоступен.")
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["title"] == "Двести коробок"
