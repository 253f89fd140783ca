"""The organisation's requisites."""

from __future__ import annotations

from tests.api.conftest import World
from tests.ui.conftest import Visit
from tests.ui.organising import asked, choose, click, labelled, until


async def test_wrong_digits_are_shown_at_their_field_and_not_saved(world: World, visit: Visit) -> None:
    before = await asked(world, "/api/settings/requisites")
    async with visit("director") as user:
        await user.open("/organisation?tab=requisites")
        await user.should_see("Счета можно выставлять")
        choose(user, "ИНН", "7701000901")
        click(user, "Сохранить")
        await until(lambda: "7701000901" in (labelled(user, "ИНН").error or ""))
        assert await asked(world, "/api/settings/requisites") == before
        choose(user, "ИНН", "7701000900")
        choose(user, "Главный бухгалтер", "Белова И. П.")
        click(user, "Сохранить")
        await until(lambda: accountant(world, "Белова И. П."))
    async with world.client("director") as director:
        await director.put("/api/settings/requisites", json=before)


async def accountant(world: World, name: str) -> bool:
    return bool((await asked(world, "/api/settings/requisites"))["requisites"]["accountant"] == name)
