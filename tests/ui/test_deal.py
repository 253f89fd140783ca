"""The deal's card without a browser: what it shows, and what people do on it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from nicegui import ui

from domain.commands import EffectResult
from tests.api.conftest import World, sales
from tests.api.helpers import FILLED, approving, open_quote, open_task
from tests.api.test_duplicates import lead, new_number
from tests.api.test_involving import PLAN
from tests.ui.conftest import Visit
from tests.ui.hands import PATIENCE, choose, named, press, press_plain, sees, sees_no, write

__all__ = ["sales"]


async def card_of(client: httpx.AsyncClient, deal: str) -> dict[str, Any]:
    card: dict[str, Any] = (await client.get(f"/api/deals/{deal}")).json()
    return card


async def at_stage(client: httpx.AsyncClient, stage: str, **body: Any) -> str:
    """The id of a new deal that was moved to this stage."""
    opened = await client.post("/api/deals", json=body)
    assert opened.status_code == 201, opened.text
    deal = str(opened.json()["id"])
    moved = await client.post(f"/api/deals/{deal}/move", json={"to": stage})
    assert moved.status_code == 200, moved.text
    return deal


async def test_the_card_says_how_the_deal_stands(sales: httpx.AsyncClient, visit: Visit) -> None:
    company = {"name": "ООО «Лён»", "contract_signed": True}
    card = await open_quote(sales, fields=FILLED, amount="1250000", company=company, title="Ткани")
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Ткани", "1 250 000 ₽", "Соколова Мария Игоревна", "ООО «Лён»", "Договор заключён")
        await sees(
            user, "Новая заявка на просчет заказа", "Сформировать КП", "В работе", "Только что на этом этапе"
        )
        await sees(user, "Запишите, кто обратился и что нужно посчитать.", "Контактное лицо", "200 коробок")
        await sees(user, "Открытых задач нет.", "Сделка открыта")
    async with visit("sales", "en") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Contract signed", "Prepare the offer", "Open", "Contact person", "No open tasks.")
        await sees(user, "The deal was opened", "What this deal waits for")
        await sees_no(user, "Сформировать КП")


async def test_it_says_what_the_deal_waits_for(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await approving(sales)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Задача «Согласовать КП» — Дорохова Анна Сергеевна")
    async with visit("sales", "en") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "The task “Approve the offer” by Дорохова Анна Сергеевна")


async def test_what_happens_elsewhere_is_seen_at_once(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Открытых задач нет.")
        await sales.post(f"/api/deals/{card['id']}/comments", json={"text": "Клиент торопится"})
        await sales.post(f"/api/deals/{card['id']}/tasks", json={"title": "Найти место", "assignee": "sales"})
        await sees(user, "Клиент торопится", "Найти место")


async def test_a_field_is_changed_where_it_stands(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "200 коробок")
        press(user, "Изменить: Запрос клиента")
        write(user, "Запрос клиента", "300 коробок")
        press(user, "Сохранить")
        await sees(user, "300 коробок", "Заполнено: Запрос клиента")
    assert (await card_of(sales, card["id"]))["fields"]["request"] == "300 коробок"


async def test_what_is_being_typed_is_not_drawn_over(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales, fields=FILLED)
    address = f"/api/deals/{card['id']}"
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "200 коробок")
        press(user, "Изменить: Запрос клиента")
        press(user, "Изменить: Контактное лицо")
        write(user, "Запрос клиента", "почти 300")
        await sales.patch(address, json={"fields": {"contact_phone": "+79991112233"}})
        await sees(user, "Заполнено: Телефон контактного лица")  # the page has heard of it
        assert named(user, ui.textarea, "Запрос клиента").value == "почти 300"  # type: ignore[attr-defined]
        press(user, "Отмена")  # of the contact person, whose input came last
        await sees(user, "Иван")
        assert named(user, ui.textarea, "Запрос клиента").value == "почти 300"  # type: ignore[attr-defined]
        press(user, "Сохранить")
        await sees(user, "почти 300", "+79991112233")


async def test_a_refused_value_is_told_at_its_field(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Ещё поля")
        press(user, "Изменить: Ожидаемая дата поступления")
        write(user, "Ожидаемая дата поступления", "32.13.2026", ui.input)
        press(user, "Сохранить")
        field = named(user, ui.input, "Ожидаемая дата поступления")
        for _ in range(PATIENCE):
            if field.props.get("error-message"):
                break
            await asyncio.sleep(0.1)
        assert "дат" in str(field.props["error-message"]).lower()


async def test_a_task_is_given(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales, fields=FILLED)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Поставить задачу")
        press(user, "Поставить задачу")
        write(user, "Что сделать *", "Позвонить перевозчику", ui.input)
        write(user, "Срок", "01.03.2099 12:00", ui.input)
        press(user, "Поставить")
        await sees(user, "Позвонить перевозчику")
    (task,) = (await card_of(sales, card["id"]))["tasks"]
    assert (task["assignee"], task["deadline"]) == ("sales", "2099-03-01T09:00:00Z")


async def test_a_comment_is_sent_once(sales: httpx.AsyncClient, visit: Visit, world: World) -> None:
    card = await open_quote(sales)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Отправить")
        write(user, "Комментарий", "Позвонить завтра")
        press(user, "Отправить")
        press(user, "Отправить")  # a nervous finger
        await sees(user, "Позвонить завтра")
        assert named(user, ui.textarea, "Комментарий").value == ""  # type: ignore[attr-defined]
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    assert len([item for item in timeline if item["type"] == "commented"]) == 1


async def test_a_question_is_asked_once_however_often_it_is_opened(
    sales: httpx.AsyncClient, visit: Visit
) -> None:
    card = await open_quote(sales)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Поставить задачу")
        press(user, "Поставить задачу")
        press(user, "Поставить задачу")
        assert len([one for one in user.find(kind=ui.dialog).elements if one.value]) == 1


async def test_the_head_is_changed_in_a_dialog(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Изменить: Сумма, —")
        press_plain(user, "Изменить: Сумма, —")
        write(user, "Сумма", "12 500,50", ui.input)
        press(user, "Сохранить")
        await sees(user, "12 500,50 ₽")
        press(user, "Переименовать", ui.menu_item)
        write(user, "Название", "Ящики")
        press(user, "Сохранить")
        await sees(user, "Ящики")


async def test_a_closed_deal_is_reopened(sales: httpx.AsyncClient, visit: Visit) -> None:
    card = await open_quote(sales, fields=FILLED)
    lost = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "refused", "reason": "Дорого"})
    assert lost.json()["status"] == "lost"
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Неудача", "Причина: Дорого")
        press(user, "Открыть снова", ui.menu_item)
        choose(user, "prepare_offer", ui.select)
        press(user, "Открыть")
        await sees(user, "В работе", "Сделка открыта снова")
    assert (await card_of(sales, card["id"]))["stage"] == "prepare_offer"


async def test_a_request_is_taken_or_declined(sales: httpx.AsyncClient, visit: Visit) -> None:
    body = {"pipeline": "sales_1c.sale", "amount": "100.00"}
    first, second = [(await sales.post("/api/deals", json=body)).json()["id"] for _ in range(2)]
    async with visit("sales") as user:
        await user.open(f"/deals/{first}")
        await sees(user, "Заявка ждёт, кто её возьмёт")
        press(user, "Отказаться")
        press(user, "Отказаться")  # the dialog's, without a reason
        await sees(user, "Укажите")
        write(user, "Почему *", "Отпуск")
        press(user, "Отказаться")
        await sees(user, "Не берёт заявку: Отпуск")
    async with visit("sales") as user:
        await user.open(f"/deals/{second}")
        await sees(user, "Взять")
        press(user, "Взять")
        await sees(user, "Взял(а) заявку в работу")
    assert (await card_of(sales, second))["claim"]["by"] == "sales"


async def test_duplicates_are_merged_and_one_chooses_which_stays(
    sales: httpx.AsyncClient, visit: Visit
) -> None:
    number = new_number()
    first, second = await lead(sales, contact_phone=number), await lead(sales, contact_phone=number)
    async with visit("sales") as user:
        await user.open(f"/deals/{second['id']}")
        await sees(user, "похоже на дубль")
        press(user, "Объединить с дублем", ui.menu_item)
        await sees(user, "Какая сделка останется в работе")
        press(user, "Объединить")
        await sees(user, "объединены")
    assert (await card_of(sales, first["id"]))["status"] == "lost"
    assert (await card_of(sales, second["id"]))["status"] == "open"


async def test_an_assignment_is_answered_on_the_card(sales: httpx.AsyncClient, visit: Visit) -> None:
    deal = await at_stage(sales, "contacted", pipeline="prom2b.order")
    async with visit("sales") as user:
        await user.open(f"/deals/{deal}")
        await sees(user, "Что решил клиент?", "Ответ на поручение", "Готов покупать")
        press(user, "Отложено на время")
        await sees(user, "Когда *")
        press(user, "Ответить")
        await sees(user, "дат")  # refused in the dialog: a date is due
        write(user, "Когда *", "01.03.2099", ui.input)
        press(user, "Ответить")
        await sees(user, "«Что решил клиент?»: Отложено на время")


async def test_a_call_is_logged_on_the_card(sales: httpx.AsyncClient, visit: Visit) -> None:
    deal = await at_stage(sales, "in_progress", pipeline="prom2b.lead", source="site")
    async with visit("sales") as user:
        await user.open(f"/deals/{deal}")
        await sees(user, "Не дозвонились")
        press(user, "Не дозвонились")
        write(user, "Комментарий", "занято")
        press(user, "Записать")
        await sees(user, "Соколова Мария Игоревна", "занято", "без ответа")
    assert (await card_of(sales, deal))["stage"] == "no_answer"


async def test_work_processes_and_payments_are_set_off_from_the_card(
    sales: httpx.AsyncClient, visit: Visit
) -> None:
    body = {"pipeline": "sales_1c.sale", "amount": "100.00", "fields": {"payment_plan": PLAN}}
    deal = (await sales.post("/api/deals", json=body)).json()["id"]
    async with visit("sales") as user:
        await user.open(f"/deals/{deal}")
        await sees(user, "33,33 % до 1 дек. 2099", "График платежей", "33,33 ₽", "Ожидается")
        press(user, "Пришла оплата")
        press(user, "Записать")
        await sees(user, "Оплачено", "Поступила оплата")
        press(user, "Запросить: Задание логистике")
        write(user, "Что нужно", "две паллеты")
        press(user, "Отправить")
        await sees(user, "Задача «Задание логистике»", "в работе")
        press(user, "Запустить: Закупки")
        press(user, "Запустить")
        await sees(user, "запущено 1, в работе 1")


async def test_what_went_wrong_outside_is_told_and_tried_again(
    sales: httpx.AsyncClient, visit: Visit, world: World
) -> None:
    card = await approving(sales)
    address = f"/api/deals/{card['id']}"
    task = open_task(card, "approve_offer")["id"]
    async with world.client("director") as director:
        await director.post(f"/api/tasks/{task}/finish", json={"outcome": "approved"})
    await sales.patch(address, json={"contact": {"name": "Иван", "email": "ivan@client.example"}})
    await sales.post(f"{address}/move", json={"to": "agree_with_client"})
    sent = await sales.post(f"{address}/messages/offer")
    assert sent.status_code == 200, sent.text
    (effect,) = sent.json()["effects"]
    late = EffectResult(key=effect["key"], result={"late": {"cause": "no route", "code": "not_now"}})
    await world.gateway.command(card["id"], late, "system", f"late-{card['id']}", wait=False)
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Нужно внимание: Сообщение «Отправить КП клиенту»: сервер сообщений не принимает")
        press(user, "Повторить")
        await sees(user, "Повторяем", "Попытка повторена")


async def test_a_loss_is_told_by_the_title_of_its_reason(sales: httpx.AsyncClient, visit: Visit) -> None:
    opened = await sales.post("/api/deals", json={"pipeline": "sales_1c.sale", "title": "Станок"})
    card = opened.json()
    move = {"to": "lost", "reason": "no_money"}
    assert (await sales.post(f"/api/deals/{card['id']}/move", json=move)).status_code == 200
    async with visit("sales") as user:
        await user.open(f"/deals/{card['id']}")
        await sees(user, "Причина: Денег нет")
        await sees_no(user, "no_money", "ещё не запрашивали")  # nobody asks for work on a closed deal
