"""Channels by which people and roles are written to."""

from __future__ import annotations

from dataclasses import replace

from tests.api.conftest import World
from tests.ui.conftest import Visit
from tests.ui.organising import asked, choose, click, labelled, seen, until


async def test_channels_are_chosen_and_forgotten(world: World, visit: Visit) -> None:
    world.app.state.deps = replace(world.app.state.deps, sends_by=("email", "telegram"))
    async with visit("director") as user:
        await user.open("/organisation?tab=channels")
        await user.should_see("Никто ничего не выбирал")
        click(user, "Выбрать канал")
        choose(user, "Кому", "role:driver")
        choose(user, "Канал", "telegram")
        choose(user, "Адрес", "-100123456")
        choose(user, "Присылать уведомления подборкой раз в … минут", "0")
        click(user, "Сохранить")
        await until(lambda: labelled(user, "Присылать уведомления подборкой раз в … минут").error)
        choose(user, "Присылать уведомления подборкой раз в … минут", "15")
        click(user, "Сохранить")
        await seen(user, "Роль: Водитель")
        await user.should_see("подборки уведомлений раз в 15\u00a0минут")
        click(user, "Отправить проверку")
        await until(lambda: tested(world))
        click(user, "Забыть выбор: Роль: Водитель")
        await seen(user, "Никто ничего не выбирал")


async def tested(world: World) -> bool:
    """Whether a test message to the director stands in the outbox."""
    rows = (await asked(world, "/api/messages?limit=200"))["items"]
    return any(row["key"].startswith("test/director/") for row in rows)
