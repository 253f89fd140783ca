"""My day: what waits, and ending it from the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nicegui import ui

from store import tables
from tests.api.conftest import World
from tests.api.helpers import approving, open_task
from tests.ui.conftest import Visit
from tests.ui.hands import choose, press, read, sees, sees_no, write


async def newcomer(world: World) -> str:
    """Somebody new, for whom nothing waits yet."""
    async with world.client("director") as director:
        answer = await director.post("/api/employees", json={"name": "Новиков Пётр"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


async def test_a_task_that_waits_is_finished_from_the_list(world: World, visit: Visit) -> None:
    async with world.client("sales") as sales:
        card = await approving(sales)
    title = open_task(card, "approve_offer")["title"]["ru"]
    async with visit("director") as user:
        await user.open("/?kind=task")
        await sees(user, title, card["title"])
        press(user, "Завершить")
        await sees(user, "Чем закончилось")
        assert user.find(kind=ui.radio).elements


async def test_who_has_nothing_to_do_is_told_so(world: World, visit: Visit) -> None:
    person = await newcomer(world)
    async with visit(person) as user:
        await user.open("/")
        await user.should_see("Всё сделано: вас ничто не ждёт.")
    async with visit(person, "en") as user:
        await user.open("/")
        await user.should_see("All done: nothing waits for you.")


async def test_what_waits_is_grouped_by_urgency_and_chosen_by_kind(world: World, visit: Visit) -> None:
    person = await newcomer(world)
    async with world.client("logist") as logist:
        deal = (await logist.post("/api/deals", json={"pipeline": "fulfilment.quote"})).json()["id"]
        today = datetime.now(ZoneInfo("Europe/Moscow"))
        for title, deadline in (
            ("Вчерашняя", today - timedelta(days=1)),
            ("Завтрашняя", today + timedelta(days=1)),
            ("Далёкая", today + timedelta(days=30)),
            ("Бессрочная", None),
        ):
            body = {"title": title, "assignee": person, "deadline": deadline and deadline.isoformat()}
            answer = await logist.post(f"/api/deals/{deal}/tasks", json=body)
            assert answer.status_code == 200, answer.text
    async with visit(person) as user:
        await user.open("/")
        await sees(user, "Просрочено · 1", "Завтра · 1", "Позже · 1", "Без срока · 1", "Вчерашняя")
        text = read(user)
        places = [text.index(word) for word in ("Вчерашняя", "Завтрашняя", "Далёкая", "Бессрочная")]
        assert places == sorted(places)
        choose(user, "call", ui.toggle)
        await sees(user, "Такого сегодня нет.")
        await sees_no(user, "Вчерашняя")
    async with visit(person, "en") as user:
        await user.open("/?kind=task")
        await sees(user, "Overdue · 1", "No deadline · 1", "Finish")


async def test_a_call_is_logged_from_the_list(world: World, visit: Visit) -> None:
    async with world.client("logist") as logist:
        body = {"pipeline": "prom2b.lead", "source": "site", "responsible": "logist"}
        deal = (await logist.post("/api/deals", json=body)).json()["id"]
        await logist.post(f"/api/deals/{deal}/move", json={"to": "in_progress"})
        async with visit("logist") as user:
            await user.open("/?kind=call")
            await sees(user, "Не дозвонились")
            press(user, "Не дозвонились")
            await sees(user, "Перезвонить (если нужно)")
            write(user, "Комментарий", "занято")
            press(user, "Записать")
            await sees(user, "Звонок записан")
        card = (await logist.get(f"/api/deals/{deal}")).json()
        assert [call["outcome"] for call in card["calls"]] == ["no_answer"]


async def test_a_reminder_stays_until_it_is_read(world: World, visit: Visit) -> None:
    async with world.client("clerk") as clerk:
        deal = (await clerk.post("/api/deals", json={"pipeline": "fulfilment.quote"})).json()["id"]
    person = await newcomer(world)
    notice = {"deal_id": deal, "seq": 9000, "recipient": person, "at": datetime.now(UTC)}
    said = {"ru": "Клиент молчит третий день", "en": "The client has been silent for three days"}
    async with world.engine.begin() as connection:
        rows = [{**notice, "kind": "reminder", "text": said}]
        rows.append(
            {**notice, "seq": 9001, "kind": "info", "text": {"ru": "К сведению", "en": "For information"}}
        )
        await connection.execute(tables.notifications.insert(), rows)
    async with visit(person) as user:
        await user.open("/")
        await sees(user, "Сегодня · 1", said["ru"])
        await sees_no(user, "К сведению")
        press(user, "Прочитано")
        await sees_no(user, said["ru"])
    async with visit(person, "en") as user:
        await user.open("/")
        await sees_no(user, said["en"])
