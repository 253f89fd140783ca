"""My day: what waits, and ending it from the list."""

from __future__ import annotations

from nicegui import ui

from tests.api.conftest import World
from tests.api.helpers import approving, open_task
from tests.ui.conftest import Visit


async def test_a_task_that_waits_is_finished_from_the_list(world: World, visit: Visit) -> None:
    async with world.client("sales") as sales:
        card = await approving(sales)
    title = open_task(card, "approve_offer")["title"]["ru"]
    async with visit("director") as user:
        await user.open("/?kind=task")
        await user.should_see(title)
        await user.should_see(card["title"])
        user.find("Завершить").click()
        await user.should_see("Чем закончилось")
        assert user.find(kind=ui.radio).elements


async def test_who_has_nothing_to_do_is_told_so(visit: Visit) -> None:
    async with visit("driver") as user:
        await user.open("/")
        await user.should_see("Всё сделано: вас ничто не ждёт.")
    async with visit("driver", "en") as user:
        await user.open("/")
        await user.should_see("All done: nothing waits for you.")
