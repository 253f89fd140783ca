"""The task's page without a browser: the clock, the checklist, the result, the end."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from nicegui import ui

from tests.api.conftest import World, sales
from tests.api.helpers import approving, open_task
from tests.ui.conftest import Visit
from tests.ui.hands import choose, named, press, sees, sees_no, write

__all__ = ["sales"]


async def receiving(client: httpx.AsyncClient) -> dict[str, Any]:
    """The warehouse's task to receive goods."""
    goods = {"goods": "Посуда", "expected_date": "2099-03-01", "warehouse_employee": "warehouse"}
    body = {"pipeline": "fulfilment.receiving", "company": {"name": "ООО «Ель»"}, "fields": goods}
    deal = (await client.post("/api/deals", json=body)).json()["id"]
    answer = await client.post(f"/api/deals/{deal}/move", json={"to": "send_to_warehouse"})
    assert answer.status_code == 200, answer.text
    return open_task(answer.json(), "receive_goods")


async def now(client: httpx.AsyncClient, task: dict[str, Any]) -> dict[str, Any]:
    card = (await client.get(f"/api/deals/{task['id'].rpartition('.')[0]}")).json()
    return next(one for one in card["tasks"] if one["id"] == task["id"])


async def test_a_task_is_worked_on_from_start_to_end(sales: httpx.AsyncClient, visit: Visit) -> None:
    task = await receiving(sales)
    async with visit("warehouse") as user:
        await user.open(f"/tasks/{task['id']}")
        await sees(user, "Принять товар", "Исполнитель: Кладов Сергей Петрович", "0/3", "Начать работу")
        press(user, "Начать работу")
        await sees(user, "Остановить")
        press(user, "Пересчитать товар", ui.checkbox)
        await sees(user, "1/3")
        write(user, "Напишите, что сделано", "Пересчитали")
        press(user, "Отправить")
        await sees(user, "Пересчитали", "результат")
        press(user, "Завершить задачу")
        await sees(user, "Нужен файл с результатом.")
        press(user, "Завершить")
        await sees(user, "файл")  # a result in words alone is refused in the dialog
    known = await now(sales, task)
    assert (known["status"], sorted(known["running_since"])) == ("open", ["warehouse"])
    assert [item["done"] for item in known["checklist"]] == [False, True, False]


async def test_the_page_shows_whom_to_reach_and_what_they_want(
    sales: httpx.AsyncClient, visit: Visit
) -> None:
    body = {
        "pipeline": "prom2b.order",
        "company": {"name": "ООО «Весы»"},
        "contact": {"name": "Пётр", "phone": "+79990001122", "email": "petr@client.example"},
        "fields": {"request": "Весы до 60 тонн", "consultation_needed": True},
    }
    deal = (await sales.post("/api/deals", json=body)).json()
    task = open_task(deal, "select_equipment")
    async with visit("consultant") as user:
        await user.open(f"/tasks/{task['id']}")
        await sees(user, "О сделке", "ООО «Весы»", "Пётр", "+79990001122", "petr@client.example")
        await sees(user, "Весы до 60 тонн", "Нужна консультация")
        changed = await sales.patch(
            f"/api/deals/{deal['id']}", json={"fields": {"request": "Весы до 80 тонн"}}
        )
        assert changed.status_code == 200
        await sees(user, "Весы до 80 тонн")


async def test_the_page_speaks_english_too(sales: httpx.AsyncClient, visit: Visit) -> None:
    task = await receiving(sales)
    async with visit("warehouse", "en") as user:
        await user.open(f"/tasks/{task['id']}")
        await sees(user, "Receive the goods", "Start work", "Take a photo", "Finish the task", "Checklist")
        await sees_no(user, "Принять товар")


async def test_a_decision_ends_the_task(sales: httpx.AsyncClient, visit: Visit) -> None:
    task = open_task(await approving(sales), "approve_offer")
    async with visit("director") as user:
        await user.open(f"/tasks/{task['id']}")
        await sees(user, "Завершить задачу")
        press(user, "Завершить задачу")
        await sees(user, "Чем закончилось")
        choose(user, "approved")
        press(user, "Завершить")
        await sees(user, "Завершена: Согласовано")
        await sees_no(user, "Завершить задачу")
    assert (await now(sales, task))["outcome"] == "approved"


async def test_half_typed_words_stay_when_others_act(
    sales: httpx.AsyncClient, visit: Visit, world: World
) -> None:
    task = await receiving(sales)
    async with visit("warehouse") as user:
        await user.open(f"/tasks/{task['id']}")
        await sees(user, "Отправить")
        write(user, "Напишите, что сделано", "Пересчит")
        await sales.post(f"/api/tasks/{task['id']}/comments", json={"text": "Осторожно, стекло"})
        await sees(user, "Осторожно, стекло")
        assert named(user, ui.textarea, "Напишите, что сделано").value == "Пересчит"  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["x", "x.1", "00000000-0000-0000-0000-000000000000.1"])
async def test_an_unknown_task_is_told_kindly(visit: Visit, address: str) -> None:
    async with visit("sales") as user:
        answer = await user.http_client.get(f"/tasks/{address}")
        assert (answer.status_code, "Вернуться в «Мой день»" in answer.text) == (404, True)


async def test_a_result_that_was_given_is_not_asked_for_again(sales: httpx.AsyncClient, visit: Visit) -> None:
    task = await receiving(sales)
    kept = await sales.post("/api/files", files={"file": ("act.pdf", b"%PDF-1.7", "application/pdf")})
    result = {"files": [kept.json()["id"]], "result": True}
    for change in (
        sales.post(f"/api/tasks/{task['id']}/comments", json=result),
        *(
            sales.post(f"/api/tasks/{task['id']}/checklist/{item['item']}", json={"done": True})
            for item in task["checklist"]
        ),
    ):
        answer = await change
        assert answer.status_code == 200, answer.text
    async with visit("warehouse") as user:
        await user.open(f"/tasks/{task['id']}")
        press(user, "Завершить задачу")
        await sees(user, "Завершена")
        await sees_no(user, "Нужен файл с результатом.")
    assert (await now(sales, task))["status"] == "finished"
