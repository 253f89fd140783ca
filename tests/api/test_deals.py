"""Deals over HTTP: opening, moving, what is missing, lists, the timeline."""

import uuid
from datetime import UTC, datetime

from httpx import AsyncClient

from domain.linting.calls import EVENTS
from tests.api.conftest import World
from tests.api.helpers import FILLED, approving, open_quote, open_task, problem, upload


async def test_a_deal_opens_with_a_company_made_for_it(sales: AsyncClient) -> None:
    card = await open_quote(sales, company={"name": "ООО «Ромашка»", "inn": "7707083893"}, amount="1500.5")
    assert (card["stage"], card["status"], card["version"]) == ("new", "open", 1)
    assert card["company"]["fields"] == {"inn": "7707083893"}
    assert card["amount"] == "1500.50"
    assert card["responsible"] == "sales"
    assert card["workflow_id"] == f"deal-{card['id']}"
    company = await sales.get(f"/api/companies/{card['company']['id']}")
    assert company.json()["name"] == "ООО «Ромашка»"


async def test_a_refused_move_names_every_missing_field(sales: AsyncClient) -> None:
    card = await open_quote(sales, fields={"contact_name": "Иван"})
    refused = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})
    body = problem(refused, 422, "missing_fields")
    assert body["missing"] == ["contact_phone", "request"]
    assert body["stage"] == "new"
    ready = next(move for move in card["moves"] if move["to"] == "prepare_offer")
    assert ready["missing"] == body["missing"]


async def test_a_refused_move_asks_nothing_of_the_workflow(world: World, sales: AsyncClient) -> None:
    card = await open_quote(sales)
    world.gateway.sent.clear()
    problem(
        await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"}), 422, "missing_fields"
    )
    assert world.gateway.sent == []


async def test_a_gate_is_told_with_its_sentence(sales: AsyncClient) -> None:
    card = await approving(sales)
    answer = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "agree_with_client"})
    assert [gate["id"] for gate in problem(answer, 422, "gate_not_met")["gates"]] == ["offer_approved"]


async def test_a_move_fills_fields_first(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    moved = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer", "fields": FILLED})
    assert moved.status_code == 200
    assert moved.json()["stage"] == "prepare_offer"
    assert moved.json()["fields"] == FILLED
    assert open_task(moved.json(), "prepare_offer")["id"].startswith(f"{card['id']}.")
    assert [entry["what"] for entry in moved.json()["agenda"]] == ["reminder"]
    words = moved.json()["agenda"][0]["words"]["ru"]
    assert words == f"Напоминание о задаче «{moved.json()['tasks'][0]['title']['ru']}»"


async def test_a_stale_screen_is_a_conflict_with_the_present_stage(sales: AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    body = {"to": "refused", "reason": "Дорого", "expected_stage": "prepare_offer"}
    answer = await sales.post(f"/api/deals/{card['id']}/move", json=body)
    assert problem(answer, 409, "stale_stage")["stage"] == "new"


async def test_lost_and_reopened(sales: AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    address = f"/api/deals/{card['id']}"
    problem(await sales.post(f"{address}/move", json={"to": "refused"}), 422, "reason_required")
    lost = await sales.post(f"{address}/move", json={"to": "refused", "reason": "Дорого"})
    assert (lost.json()["status"], lost.json()["moves"]) == ("lost", [])
    problem(await sales.post(f"{address}/move", json={"to": "prepare_offer"}), 422, "deal_closed")
    reopened = await sales.post(f"{address}/reopen", json={"to": "prepare_offer"})
    assert (reopened.status_code, reopened.json()["status"]) == (200, "open")


async def test_patch_changes_head_and_fields(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    body = {"fields": {"request": "Много"}, "amount": 99.9, "title": "Ромашка", "responsible": "head"}
    changed = (await sales.patch(f"/api/deals/{card['id']}", json=body)).json()
    assert (changed["title"], changed["amount"], changed["responsible"]) == ("Ромашка", "99.90", "head")
    assert changed["fields"]["request"] == "Много"
    unknown = await sales.patch(f"/api/deals/{card['id']}", json={"fields": {"nope": 1}})
    assert problem(unknown, 422, "unknown_field")["missing"] == ["nope"]


async def test_unknown_deals_are_not_found_by_every_call(sales: AsyncClient) -> None:
    address = f"/api/deals/{uuid.uuid4()}"
    calls = [
        await sales.get(address),
        await sales.get(f"{address}/timeline"),
        await sales.patch(address, json={"title": "x"}),
        await sales.post(f"{address}/move", json={"to": "new"}),
        await sales.post(f"{address}/comments", json={"text": "x"}, headers={"Prefer": "respond-async"}),
    ]
    for answer in calls:
        problem(answer, 404, "unknown_deal")


async def test_an_unknown_pipeline_is_refused(sales: AsyncClient) -> None:
    problem(await sales.post("/api/deals", json={"pipeline": "no.such"}), 422, "unknown_pipeline")


async def test_the_timeline_is_newest_first_and_pages(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    for number in range(4):
        await sales.post(f"/api/deals/{card['id']}/comments", json={"text": f"№ {number}"})
    address = f"/api/deals/{card['id']}/timeline"
    first = (await sales.get(address, params={"limit": 3})).json()
    assert [item["seq"] for item in first["items"]] == [5, 4, 3]
    assert first["items"][0] | {"at": ""} == {
        "seq": 5,
        "at": "",
        "by": "sales",
        "type": "commented",
        "data": {"text": "№ 3", "files": []},
        "words": {"ru": "№ 3", "en": "№ 3"},
        "group": "work",
    }
    rest = (await sales.get(address, params={"limit": 3, "cursor": first["next"]})).json()
    assert ([item["type"] for item in rest["items"]], rest["next"]) == (["commented", "opened"], None)


async def test_a_command_that_nobody_waits_for_is_accepted(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address = f"/api/deals/{card['id']}"
    answer = await sales.post(
        f"{address}/move", json={"to": "prepare_offer"}, headers={"Prefer": "respond-async"}
    )
    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "respond-async")
    assert answer.json()["deal"] == card["id"]
    newest = (await sales.get(f"{address}/timeline")).json()["items"][0]
    assert (newest["type"], newest["data"]["code"]) == ("signal_refused", "missing_fields")


async def test_lists_filter_and_page(sales: AsyncClient) -> None:
    company = (await sales.post("/api/companies", json={"name": f"Список {uuid.uuid4()}"})).json()["id"]
    made = [await open_quote(sales, company_id=company, title=f"Сделка {number}") for number in range(3)]
    where = {"company": company, "sort": "title", "limit": 2}
    first = (await sales.get("/api/deals", params=where)).json()
    assert [deal["title"] for deal in first["items"]] == ["Сделка 0", "Сделка 1"]
    rest = (await sales.get("/api/deals", params={**where, "cursor": first["next"]})).json()
    assert ([deal["id"] for deal in rest["items"]], rest["next"]) == ([made[2]["id"]], None)
    nothing = await sales.get("/api/deals", params={"company": company, "status": "won"})
    assert nothing.json() == {"items": [], "next": None}
    found = await sales.get("/api/deals", params={"company": company, "q": "сделка 1", "responsible": "me"})
    assert [deal["title"] for deal in found.json()["items"]] == ["Сделка 1"]


async def test_lists_refuse_what_they_do_not_know(sales: AsyncClient) -> None:
    for params in ({"sort": "secret"}, {"limit": "1000"}, {"status": "maybe"}, {"cursor": "none"}):
        problem(await sales.get("/api/deals", params=params), 422, "invalid_request")


async def test_a_message_of_the_stage_is_sent_by_one_call(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    problem(await sales.post(f"/api/deals/{card['id']}/messages/none"), 404, "unknown_message")


async def test_events_and_tasks_of_a_deal(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address = f"/api/deals/{card['id']}"
    heard = await sales.post(f"{address}/events", json={"type": "call.incoming", "phone": "+7999"})
    assert heard.status_code == 200
    newest = (await sales.get(f"{address}/timeline")).json()["items"][0]
    assert newest["data"] == {"kind": "call.incoming", "detail": {"phone": "+7999"}}
    body = {"title": "Пересчитать", "assignee": "warehouse", "deadline": "2026-12-24T15:00:00+03:00"}
    (task,) = (await sales.post(f"{address}/tasks", json=body)).json()["tasks"]
    assert task["title"] == {"ru": "Пересчитать", "en": "Пересчитать"}
    assert task["assignee"] == "warehouse"
    assert datetime.fromisoformat(task["deadline"]) == datetime(2026, 12, 24, 12, tzinfo=UTC)


async def test_an_event_of_a_type_that_nobody_knows_is_kept_with_a_note(sales: AsyncClient) -> None:
    address = f"/api/deals/{(await open_quote(sales))['id']}"
    said = {"type": "call.incomming", "phone": "+7999"}
    heard = await sales.post(f"{address}/events", json=said)
    assert heard.status_code == 200
    note = heard.json()["note"]
    assert "«call.incomming»" in note["ru"]
    assert "no rule waits for it" in note["en"]
    assert set(EVENTS) <= set(note["known"]), "whatever a rule can wait for is known"
    newest = (await sales.get(f"{address}/timeline")).json()["items"][0]
    assert newest["data"] == {"kind": "call.incomming", "detail": {"phone": "+7999"}}
    sent = await sales.post(f"{address}/events", json=said, headers={"Prefer": "respond-async"})
    assert (sent.status_code, sent.json()["note"]) == (202, note)
    for known in EVENTS[:3]:
        assert "note" not in (await sales.post(f"{address}/events", json={"type": known})).json()


async def test_company_and_company_id_together_are_a_mistake(sales: AsyncClient) -> None:
    body = {"pipeline": "fulfilment.quote", "company_id": "x", "company": {"name": "y"}}
    problem(await sales.post("/api/deals", json=body), 422, "invalid_request")


async def test_fields_take_uploaded_files_only(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address = f"/api/deals/{card['id']}"
    unknown = await sales.patch(address, json={"fields": {"offer_file": str(uuid.uuid4())}})
    problem(unknown, 422, "unknown_file")
    file = await upload(sales, "КП.pdf")
    filled = await sales.patch(address, json={"fields": {"offer_file": file}})
    assert filled.json()["fields"]["offer_file"] == {"id": file, "name": "КП.pdf"}
