"""The organisation's page: each tab for a director and for somebody who may only look, in both languages."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from nicegui import Client, ElementFilter, ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction

from tests.api.conftest import World
from tests.api.helpers import FILLED, open_quote
from tests.ui.browsing import Desk
from tests.ui.conftest import Visit
from ui.parts.organisation.year_calendar import YearCalendar

TABS = {
    "employees": ("Соколова Мария Игоревна", "Соколова Мария Игоревна"),
    "roles": ("Юрист", "Lawyer"),
    "calendar": ("праздник или перенос", "holiday or moved day off"),
    "requisites": ("ИНН", "INN (taxpayer number)"),
    "channels": ("Как пишут мне", "How I am written to"),
    "templates": ("Отправить КП клиенту", "Send the offer to the client"),
    "pipelines": ("Схема и версии", "Picture and versions"),
}
READ_ONLY = "Вы можете смотреть. Меняют настройки директор и администратор."


def page_of(user: User) -> Client:
    """The page that the person has open."""
    assert user.client
    return user.client


def labelled(user: User, name: str) -> Any:
    """The field with this label, or this name for screen readers: the newest, as closed dialogs stay here."""
    with page_of(user):
        found = [
            one for one in ElementFilter() if name in (one.props.get("label"), one.props.get("aria-label"))
        ]
    assert found, f"no field is named {name}"
    return max(found, key=lambda one: one.id)


def buttons(user: User) -> dict[str, ui.button]:
    """The buttons that can be seen, by their text or their name for screen readers; of several the newest."""
    with page_of(user):
        found = sorted(ElementFilter(kind=ui.button), key=lambda one: one.id)
    return {one.text or one.props.get("aria-label") or "": one for one in found if one.visible}


def click(user: User, name: str) -> None:
    """Clicks the button of this name."""
    found = buttons(user)
    assert name in found, f"no button {name} among {list(found)}"
    UserInteraction(user, {found[name]}, None).click()


def pick(user: User, name: str) -> None:
    """Clicks the item of a menu or a list that holds this text."""
    with page_of(user):
        items = [*ElementFilter(kind=ui.menu_item), *ElementFilter(kind=ui.item)]
        found = [item for item in items if name in {getattr(one, "text", "") for one in item.descendants()}]
    assert found, f"no item {name}"
    UserInteraction(user, {found[-1]}, None).click()


def choose(user: User, name: str, value: Any) -> None:
    """Chooses in the field, as a person does."""
    with page_of(user):
        labelled(user, name).set_value(value)


async def until(holds: Callable[[], object | Awaitable[object]]) -> None:
    """Waits for what handlers do beside the test; fails after ten seconds."""
    async with asyncio.timeout(10):
        while True:
            result = holds()
            if await result if isinstance(result, Awaitable) else result:
                return
            await asyncio.sleep(0.02)


def shown(user: User) -> set[str]:
    """The texts of all elements that can be seen."""
    with page_of(user):
        texts = {getattr(one, "text", None) for one in ElementFilter() if one.visible}
    return {text for text in texts if isinstance(text, str)}


async def seen(user: User, text: str) -> None:
    """Waits for an element that holds the text."""
    await until(lambda: any(text in label for label in shown(user)))


async def asked(world: World, path: str) -> Any:
    """What the API says to the director."""
    async with world.client("director") as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def person(world: World, **more: object) -> str:
    """The id of a new employee of this test's own."""
    async with world.client("director") as client:
        body = {"name": f"Тестова{uuid.uuid4().hex[:6]} Анна", **more}
        return str((await client.post("/api/employees", json=body)).json()["id"])


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("person", ["director", "warehouse"])
async def test_every_tab_opens_for_everybody_in_both_languages(visit: Visit, tab: str, person: str) -> None:
    for number, language in enumerate(("ru", "en")):
        async with visit(person, language) as user:
            await user.open(f"/organisation?tab={tab}")
            await user.should_see(TABS[tab][number])
            if tab in ("templates", "pipelines") or person == "director" or language == "en":
                await user.should_not_see(READ_ONLY)
            else:
                await user.should_see(READ_ONLY)


async def test_who_may_not_change_is_offered_no_changes(visit: Visit) -> None:
    async with visit("warehouse") as user:
        for tab in ("employees", "roles", "calendar", "requisites", "channels"):
            await user.open(f"/organisation?tab={tab}")
            offered = set(buttons(user))
            assert not offered & {"Добавить сотрудника", "Добавить роль", "Сохранить", "Часы и пояс…"}, tab
            assert not [name for name in offered if name.startswith(("Изменить:", "Убрать"))], tab


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


async def test_a_day_off_is_clicked_looked_through_and_saved(world: World, visit: Visit) -> None:
    async with world.client("sales") as sales:
        card = await open_quote(sales, title="Сдвинется", fields=FILLED)
        await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})
    (entry,) = (await asked(world, f"/api/deals/{card['id']}"))["agenda"]
    day, before = entry["at"][:10], await asked(world, "/api/settings/calendar")
    async with visit("director") as user:
        await user.open(f"/organisation?tab=calendar&year={day[:4]}")
        year = user.find(YearCalendar)
        year.trigger("day", day)
        await seen(user, "Не сохранено: 1\u00a0изменение")
        year.trigger("day", day)  # and back
        await until(lambda: not any(text.startswith("Не сохранено") for text in shown(user)))
        year.trigger("day", day)
        await seen(user, "Не сохранено: 1\u00a0изменение")
        click(user, "Сохранить…")
        await seen(user, "Сохранить календарь?")
        await user.should_see("Сдвинется 1\u00a0событие в 1\u00a0сделке" if alone(user) else "Сдвинется")
        click(user, "Сохранить")
        await until(lambda: calendar_day(world, day, "off"))
    (moved,) = (await asked(world, f"/api/deals/{card['id']}"))["agenda"]
    assert moved["at"] > entry["at"]
    async with world.client("director") as director:
        await director.put("/api/settings/calendar", json=before)


def alone(user: User) -> bool:
    """Whether only this test's deal has anything planned then."""
    return any(text.startswith("Сдвинется 1\u00a0событие") for text in shown(user))


async def calendar_day(world: World, day: str, wanted: object) -> bool:
    return bool((await asked(world, "/api/settings/calendar"))["days"].get(day) == wanted)


async def test_hours_of_the_week_are_changed_and_nonsense_is_refused(world: World, visit: Visit) -> None:
    before = await asked(world, "/api/settings/calendar")
    async with visit("director") as user:
        await user.open("/organisation?tab=calendar")
        click(user, "Часы и пояс…")
        choose(user, "пн, до", "08:00")
        click(user, "Применить")
        await seen(user, "Проверьте часы, пн: от 00:00 до 24:00, конец позже начала.")
        choose(user, "пн, до", "17:00")
        click(user, "Применить")
        await seen(user, "пн 09:00–17:00, вт–пт 09:00–18:00")
        click(user, "Отменить")
        await seen(user, "пн–пт 09:00–18:00")
    assert await asked(world, "/api/settings/calendar") == before


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


def test_the_calendar_is_clicked_and_walked_in_a_browser(desk: Callable[..., Desk]) -> None:
    page = desk("director").open("/organisation?tab=calendar&year=2027")
    day = page.locator('[data-date="2027-03-05"]')
    day.click()
    page.get_by_text("Не сохранено: 1").wait_for()
    assert "ещё не сохранено" in (day.get_attribute("aria-label") or "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("Не сохранено: 2").wait_for()
    assert "day--off" in (page.locator('[data-date="2027-03-12"]').get_attribute("class") or "")
    page.get_by_role("button", name="Отменить").click()
    page.get_by_text("Не сохранено: 2").wait_for(state="hidden")
    page.get_by_role("tab", name="Роли").click()
    page.wait_for_url("**/organisation?tab=roles")
    page.reload()
    page.get_by_role("button", name="Добавить роль").wait_for()
