"""The organisation's roles."""

from __future__ import annotations

import uuid

from tests.api.conftest import World
from tests.ui.conftest import Visit
from tests.ui.organising import asked, choose, click, labelled, seen, shown, until


async def test_a_role_gets_its_people_and_a_refused_change_is_taken_back(world: World, visit: Visit) -> None:
    title = f"Дежурный {uuid.uuid4().hex[:6]}"
    async with visit("director") as user:
        await user.open("/organisation?tab=roles")
        click(user, "Добавить роль")
        choose(user, "По-русски", title)
        choose(user, "По-английски", f"On duty {title[-6:]}")
        click(user, "Сохранить")
        await seen(user, title)
        choose(user, f"Кто исполняет: {title}", ["sales", "lawyer"])
        await until(lambda: role_people(world, title, ["lawyer", "sales"]))
        choose(user, "Кто исполняет: Генеральный директор", [])
        director = labelled(user, "Кто исполняет: Генеральный директор")
        await until(lambda: director.value == ["director"])
        click(user, "Убрать роль: Юрист")
        click(user, "Убрать")
        await seen(user, "её называют воронки")
        click(user, "Отмена")
        click(user, f"Убрать роль: {title}")
        click(user, "Убрать")
        await until(lambda: title not in shown(user))


async def role_people(world: World, title: str, people: list[str]) -> bool:
    roles = (await asked(world, "/api/settings/roles"))["items"]
    return [role["employees"] for role in roles if role["title"]["ru"] == title] == [people]
