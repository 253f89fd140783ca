"""Tasks over HTTP: lists, clocks, comments, ends, and who may do what."""

from httpx import AsyncClient

from tests.api.helpers import FILLED, approving, open_quote, open_task, problem


async def test_my_tasks(sales: AsyncClient, director: AsyncClient) -> None:
    card = await approving(sales)
    mine = (await director.get("/api/tasks", params={"assignee": "me", "deal": card["id"]})).json()
    assert [task["key"] for task in mine["items"]] == ["approve_offer"]
    assert mine["items"][0]["id"] == open_task(card, "approve_offer")["id"]
    others = await sales.get("/api/tasks", params={"assignee": "me", "deal": card["id"], "status": "open"})
    assert others.json()["items"] == []


async def test_an_outcome_moves_the_deal_and_asks_why(sales: AsyncClient, director: AsyncClient) -> None:
    card = await approving(sales)
    address = f"/api/tasks/{open_task(card, 'approve_offer')['id']}"
    problem(await director.post(f"{address}/finish"), 422, "outcome_required")
    no_reason = await director.post(f"{address}/finish", json={"outcome": "changes_requested"})
    problem(no_reason, 422, "comment_required")
    body = {"outcome": "changes_requested", "comment": "Дорого"}
    finished = await director.post(f"{address}/finish", json=body)
    assert (finished.status_code, finished.json()["stage"]) == (200, "prepare_offer")
    problem(await director.post(f"{address}/finish", json=body), 409, "task_closed")


async def test_the_clock_runs_for_a_person(sales: AsyncClient, director: AsyncClient) -> None:
    card = await approving(sales)
    address = f"/api/tasks/{open_task(card, 'approve_offer')['id']}"
    started = (await director.post(f"{address}/start")).json()
    assert open_task(started, "approve_offer")["running"] == ["director"]
    stopped = (await director.post(f"{address}/stop")).json()
    assert open_task(stopped, "approve_offer")["running"] == []


async def test_a_comment_may_be_the_result_in_words(sales: AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    moved = (await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})).json()
    address = f"/api/tasks/{open_task(moved, 'prepare_offer')['id']}"
    commented = await sales.post(f"{address}/comments", json={"text": "Готово", "result": "Скидка 5 %"})
    assert open_task(commented.json(), "prepare_offer")["has_result"] is True
    newest = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    said = next(item for item in newest if item["type"] == "task_commented")
    assert said["data"]["text"] == "Готово\nСкидка 5 %"


async def test_only_those_concerned_finish_a_task(world_clients: dict[str, AsyncClient]) -> None:
    card = await approving(world_clients["sales"])
    address = f"/api/tasks/{open_task(card, 'approve_offer')['id']}/finish"
    answer = await world_clients["warehouse"].post(address, json={"outcome": "approved"})
    problem(answer, 403, "not_allowed")


async def test_the_checklist_counts_from_one(world_clients: dict[str, AsyncClient]) -> None:
    sales = world_clients["sales"]
    company = {"name": "Чек-лист", "inn": "1"}
    fields = {"goods": "Коробки", "expected_date": "2026-12-01", "warehouse_employee": "warehouse"}
    body = {"pipeline": "fulfilment.receiving", "company": company, "fields": fields}
    card = (await sales.post("/api/deals", json=body)).json()
    moved = (await sales.post(f"/api/deals/{card['id']}/move", json={"to": "send_to_warehouse"})).json()
    address = f"/api/tasks/{open_task(moved, 'receive_goods')['id']}"
    warehouse = world_clients["warehouse"]
    ticked = (await warehouse.post(f"{address}/checklist/1")).json()
    assert [item["done"] for item in open_task(ticked, "receive_goods")["checklist"]][:2] == [True, False]
    again = (await warehouse.post(f"{address}/checklist/1", json={"done": False})).json()
    assert open_task(again, "receive_goods")["checklist"][0]["done"] is False
    problem(await warehouse.post(f"{address}/checklist/99"), 404, "unknown_item")


async def test_the_list_says_what_is_to_be_done(sales: AsyncClient) -> None:
    company = {"name": "Список", "inn": "1"}
    fields = {"goods": "Коробки", "expected_date": "2026-12-01", "warehouse_employee": "warehouse"}
    body = {"pipeline": "fulfilment.receiving", "company": company, "fields": fields}
    address = f"/api/deals/{(await sales.post('/api/deals', json=body)).json()['id']}"
    await sales.post(f"{address}/move", json={"to": "send_to_warehouse"})
    made_up = {"title": "Позвонить", "description": "Спросить о поддонах", "assignee": "sales"}
    await sales.post(f"{address}/tasks", json=made_up)
    card = (await sales.post(f"{address}/tasks", json={"title": "Без слов", "assignee": "sales"})).json()
    task = open_task(card, "receive_goods")
    card = (await sales.post(f"/api/tasks/{task['id']}/checklist/2")).json()
    listed = (await sales.get("/api/tasks", params={"deal": card["id"]})).json()["items"]
    asked = ("id", "description", "checklist")
    assert {tuple(map(str, map(one.get, asked))) for one in listed} == {
        tuple(map(str, map(one.get, asked))) for one in card["tasks"]
    }
    said = {one["title"]["ru"]: one for one in listed}
    assert said["Позвонить"]["description"]["en"] == "Спросить о поддонах"
    assert [item["done"] for item in said[task["title"]["ru"]]["checklist"]][:2] == [False, True]
    assert (said["Без слов"]["description"], said["Без слов"]["checklist"]) == (None, [])


async def test_addresses_of_no_task(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    for task in ("x", f"{card['id']}.", f"{card['id']}.-1", f"{card['id']}.77"):
        problem(await sales.post(f"/api/tasks/{task}/start"), 404, "unknown_task")
    answer = await sales.post(f"/api/assignments/{card['id']}.5/answer", json={"option": "a"})
    problem(answer, 404, "unknown_assignment")
