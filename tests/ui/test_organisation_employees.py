"""The organisation's employees: who comes, changes and leaves, and their passwords."""

from __future__ import annotations

import uuid

from tests.api.conftest import World
from tests.api.helpers import open_quote
from tests.ui.conftest import Visit
from tests.ui.organising import asked, buttons, choose, click, labelled, person, pick, seen, until


async def test_a_person_is_added_edited_and_found(world: World, visit: Visit) -> None:
    name = f"Новикова{uuid.uuid4().hex[:6]} Ольга"
    async with visit("director") as user:
        await user.open("/organisation")
        click(user, "Добавить сотрудника")
        click(user, "Добавить")
        await until(lambda: labelled(user, "Фамилия, имя, отчество").error == "Заполните это поле.")
        choose(user, "Фамилия, имя, отчество", name)
        choose(user, "Должность", "Логист")
        choose(user, "Руководитель", "head")
        click(user, "Добавить")
        await seen(user, name)
        click(user, f"Изменить: {name}")
        choose(user, "Телефон", "+7 900 111-22-33")
        click(user, "Сохранить")
        await seen(user, "+7 900 111-22-33")
        choose(user, "Найти сотрудника", "соколова")
        await until(lambda: f"Изменить: {name}" not in buttons(user))
        choose(user, "Найти сотрудника", "никого такого")
        await user.should_see("Никого не нашлось. Измените поиск.")
    (made,) = [one for one in (await asked(world, "/api/employees"))["items"] if one["name"] == name]
    assert (made["position"], made["head"], made["phone"]) == ("Логист", "head", "+7 900 111-22-33")


async def test_a_refusal_stands_at_its_field(world: World, visit: Visit) -> None:
    anna = await person(world, head="head")
    async with visit("director") as user:
        await user.open("/organisation")
        click(user, "Изменить: Громов Павел Андреевич")
        choose(user, "Руководитель", anna)
        click(user, "Сохранить")
        await until(lambda: labelled(user, "Руководитель").error == "Цепочка руководителей замыкается.")


async def test_before_somebody_leaves_it_is_said_what_follows(world: World, visit: Visit) -> None:
    anna = await person(world, head="head")
    async with world.client("sales") as sales:
        card = await open_quote(sales, responsible=anna)
    name = (await asked(world, f"/api/employees/{anna}"))["name"]
    async with visit("director") as user:
        await user.open("/organisation")
        click(user, f"Изменить: {name}")
        click(user, "Уволить…")
        await seen(user, "1\u00a0открытая сделка: перейдут")
        choose(user, "Кому передать сделки", "sales")
        click(user, "Уволить")
        await seen(user, "Показать ушедших")
        await until(lambda: f"Изменить: {name}" not in buttons(user))
    assert (await asked(world, f"/api/deals/{card['id']}"))["responsible"] == "sales"
    assert not (await asked(world, f"/api/employees/{anna}"))["active"]


async def test_an_administrator_sets_a_password(world: World, visit: Visit) -> None:
    anna = await person(world)
    name = (await asked(world, f"/api/employees/{anna}"))["name"]
    async with visit("director") as user:
        await user.open("/organisation")
        click(user, f"Изменить: {name}")
        await seen(user, "Пароля ещё нет")
        click(user, "Задать пароль…")
        choose(user, "Новый пароль", "короткий")
        click(user, "Задать пароль")
        await until(lambda: "от 10 до 200" in (labelled(user, "Новый пароль").error or ""))
        choose(user, "Новый пароль", "зелёный чайник у окна")
        click(user, "Задать пароль")
        await until(lambda: asked_password(world, anna))


async def test_everybody_changes_their_own_password(world: World, visit: Visit) -> None:
    anna = await person(world)
    async with visit(anna) as user:
        await user.open("/reports")
        pick(user, "Сменить пароль…")
        click(user, "Сменить")
        await until(lambda: labelled(user, "Новый пароль").error == "Заполните это поле.")
        choose(user, "Новый пароль", "короткий")
        click(user, "Сменить")
        await until(lambda: "от 10 до 200" in (labelled(user, "Новый пароль").error or ""))
        choose(user, "Новый пароль", "зелёный чайник у окна")
        click(user, "Сменить")
        await until(lambda: asked_password(world, anna))
        pick(user, "Сменить пароль…")
        choose(user, "Прежний пароль", "совсем не тот")
        choose(user, "Новый пароль", "семь рыжих лис на мосту")
        click(user, "Сменить")
        await until(lambda: labelled(user, "Прежний пароль").error == "Прежний пароль не подходит.")


async def asked_password(world: World, employee: str) -> bool:
    access = await asked(world, f"/api/employees/{employee}/access")
    return access["password_changed_at"] is not None
