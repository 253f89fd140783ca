"""Letters that pipelines send, looked at before they are sent."""

from __future__ import annotations

from nicegui import ElementFilter, ui

from tests.api.conftest import World
from tests.api.helpers import FILLED, open_quote
from tests.ui.conftest import Visit
from tests.ui.organising import choose, page_of, pick, seen


async def test_a_template_is_looked_at_in_both_languages_and_with_a_deal(world: World, visit: Visit) -> None:
    async with world.client("sales") as sales:
        card = await open_quote(sales, title="<b>Особый</b> заказ", fields=FILLED)
    async with visit("warehouse") as user:
        await user.open("/organisation?tab=templates")
        pick(user, "Согласовать КП с клиентом")
        await seen(user, "Здравствуйте! Направляем расчёт по вашей заявке")
        with page_of(user):
            (language,) = [one for one in ElementFilter(kind=ui.toggle) if "en" in one.options]
            language.set_value("en")
        await seen(user, "Hello! Attached is our offer for your request.")
        choose(user, "Данные", card["id"])
        await seen(user, "ещё нет")  # the offer's file
