"""The organisation's calendar: days off and hours of the week."""

from __future__ import annotations

from collections.abc import Callable

from nicegui.testing import User

from tests.api.conftest import World
from tests.api.helpers import FILLED, open_quote
from tests.ui.browsing import Desk
from tests.ui.conftest import Visit
from tests.ui.organising import asked, choose, click, seen, shown, until
from ui.parts.organisation.year_calendar import YearCalendar


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
        await until(
            lambda: is_later(world, card["id"], entry["at"])
        )  # deals are planned anew after it is kept
    async with world.client("director") as director:
        await director.put("/api/settings/calendar", json=before)


def alone(user: User) -> bool:
    """Whether only this test's deal has anything planned then."""
    return any(text.startswith("Сдвинется 1\u00a0событие") for text in shown(user))


async def is_later(world: World, deal: str, than: str) -> bool:
    (entry,) = (await asked(world, f"/api/deals/{deal}"))["agenda"]
    return bool(entry["at"] > than)


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
