"""Roles one by one, the calendar by days with a look ahead, own requisites, templates with a preview."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from httpx import AsyncClient

from domain.definition import Pipeline
from domain.loading import load_text
from store.definitions import publish
from tests.api.conftest import ROOT, World
from tests.api.helpers import FILLED, open_quote, problem, upload


async def test_a_role_is_made_given_and_removed(sales: AsyncClient, director: AsyncClient) -> None:
    body = {"title": {"ru": "Ночной кладовщик", "en": f"Night shift {uuid.uuid4().hex[:6]}"}}
    problem(await sales.post("/api/settings/roles", json=body), 403, "not_allowed")
    made = await director.post("/api/settings/roles", json=body)
    assert (made.status_code, made.json()["employees"]) == (201, [])
    role = made.json()["role"]
    assert role.startswith("night_shift_")
    again = (await director.post("/api/settings/roles", json=body)).json()["role"]
    assert again == f"{role}2"
    problem(await director.post("/api/settings/roles", json={**body, "id": role}), 409, "invalid_value")
    address = f"/api/settings/roles/{role}"
    problem(await sales.patch(address, json={"employees": ["sales"]}), 403, "not_allowed")
    problem(await director.patch(address, json={"employees": ["nobody"]}), 422, "unknown_employee")
    given = (await director.patch(address, json={"employees": ["sales", "lawyer"]})).json()
    assert given["employees"] == ["lawyer", "sales"]
    title = {"ru": "Ночная смена", "en": "Night shift"}
    renamed = (await director.patch(address, json={"title": title})).json()
    assert (renamed["title"], renamed["employees"]) == (title, ["lawyer", "sales"])
    assert role in (await sales.get("/api/me")).json()["roles"]
    for name in (role, again):
        assert (await director.delete(f"/api/settings/roles/{name}")).status_code == 204
    listed = {row["role"] for row in (await sales.get("/api/settings/roles")).json()["items"]}
    assert not {role, again} & listed
    problem(await director.delete(address), 404, "not_found")


async def test_a_role_that_is_needed_stays(sales: AsyncClient, director: AsyncClient) -> None:
    listed = {row["role"]: row for row in (await sales.get("/api/settings/roles")).json()["items"]}
    assert listed["admin"]["title"] == {"ru": "Администратор", "en": "Administrator"}
    for role in ("director", "admin"):
        problem(await director.delete(f"/api/settings/roles/{role}"), 409, "invalid_value")
    named = problem(await director.delete("/api/settings/roles/lawyer"), 409, "invalid_value")
    assert "“Contract with a new client”" in named["detail"]
    nobody: dict[str, list[str]] = {"employees": []}
    problem(await director.patch("/api/settings/roles/director", json=nobody), 422, "invalid_value")
    problem(await sales.delete("/api/settings/roles/lawyer"), 403, "not_allowed")


async def test_the_role_that_1c_speaks_by_can_be_given_and_stays(director: AsyncClient) -> None:
    address = "/api/settings/roles/integration"
    given = (await director.patch(address, json={"employees": ["logist"]})).json()
    assert (given["employees"], given["title"]["en"]) == (["logist"], "Other systems")
    for language, words in (("ru", "1С и другие системы"), ("en", "1C and other systems")):
        refused = await director.delete(address, headers={"Accept-Language": language})
        assert words in problem(refused, 409, "invalid_value")["detail"]
    assert (await director.patch(address, json={"employees": []})).json()["employees"] == []


async def test_a_role_that_an_open_deal_still_needs_stays(world: World, director: AsyncClient) -> None:
    title = {"ru": "Оценщик", "en": "Appraiser"}
    role = (await director.post("/api/settings/roles", json={"title": title})).json()["role"]
    now = (ROOT / "pipelines" / "sales_1c" / "engineering.yaml").read_text("utf-8")
    task = f"{{id: appraise, title: {{ru: Оценить, en: Appraise}}, assignee: 'role:{role}'}}"
    await put_in_force(world, now.replace("optional: [company]", f"rules: [{{task: {task}}}]"))
    card = (await director.post("/api/deals", json={"pipeline": "sales_1c.engineering"})).json()
    await put_in_force(world, now)
    address = f"/api/settings/roles/{role}"
    assert "“Engineers”" in problem(await director.delete(address), 409, "invalid_value")["detail"]
    await director.post(f"/api/deals/{card['id']}/move", json={"to": "cancelled", "reason": "x"})
    assert (await director.delete(address)).status_code == 204


async def put_in_force(world: World, source: str) -> None:
    """Publishes the definition."""
    pipeline = load_text(source, "engineering.yaml")
    assert isinstance(pipeline, Pipeline), pipeline
    async with world.engine.begin() as connection:
        await publish(connection, pipeline, source)


async def test_a_year_is_shown_and_a_day_taken_off_with_a_look_ahead(
    sales: AsyncClient, director: AsyncClient
) -> None:
    card = await open_quote(sales, fields=FILLED)
    moved = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})
    (entry,) = moved.json()["agenda"]
    day = entry["at"][:10]
    before = (await sales.get("/api/settings/calendar")).json()
    year = (await sales.get(f"/api/settings/calendar/years/{day[:4]}")).json()
    assert {one["date"]: one["sort"] for one in year["days"]}[day] == "working"
    change = {"days": {day: "off"}}
    problem(await sales.patch("/api/settings/calendar", json=change), 403, "not_allowed")
    problem(await sales.post("/api/settings/calendar/preview", json=change), 403, "not_allowed")
    look = (await director.post(f"/api/settings/calendar/preview?year={day[:4]}", json=change)).json()
    assert {one["date"]: one["sort"] for one in look["year"]["days"]}[day] == "off"
    assert look["moved"]["deals"] >= 1
    assert (await sales.get("/api/settings/calendar")).json() == before
    try:
        assert (await director.patch("/api/settings/calendar", json=change)).status_code == 200
        (after,) = (await sales.get(f"/api/deals/{card['id']}")).json()["agenda"]
        assert after["at"] > entry["at"]
        (shown,) = [one for one in look["moved"]["shown"] if one["deal"] == card["id"]][:1] or [None]
        if shown:  # ten are shown, those that are next
            assert (shown["was"], shown["due"]) == (entry["at"], after["at"])
    finally:
        back = {"days": {day: "usual"}}
        await director.patch("/api/settings/calendar", json=back)
    assert (await sales.get("/api/settings/calendar")).json() == before


async def test_a_calendar_that_nothing_moves_by(director: AsyncClient) -> None:
    look = (await director.post("/api/settings/calendar/preview?moved=false", json={})).json()
    assert look["moved"] is None
    none = (
        await director.post("/api/settings/calendar/preview", json={"days": {"2099-01-05": "off"}})
    ).json()
    assert none["moved"] == {"deals": 0, "entries": 0, "shown": []}


async def test_a_calendar_needs_working_days_and_a_zone(director: AsyncClient) -> None:
    first = date(2030, 1, 1)
    rest = {str(first + timedelta(days=number)): "off" for number in range(500)}
    for call in (director.patch, director.put):
        body = {"days": rest} if call == director.patch else {"preset": "russia", "days": rest}
        problem(await call("/api/settings/calendar", json=body), 422, "invalid_value")
    zone = {"timezone": "Mars/Phobos"}
    problem(await director.patch("/api/settings/calendar", json=zone), 422, "invalid_value")
    problem(await director.get("/api/settings/calendar/years/1"), 422, "invalid_request")


async def test_requisites_with_wrong_digits_are_refused(director: AsyncClient, sales: AsyncClient) -> None:
    before = (await sales.get("/api/settings/requisites")).json()
    wrong = {**before, "requisites": {**before["requisites"], "inn": "7701000901", "director": ""}}
    checked = (await sales.post("/api/settings/requisites/check", json=wrong)).json()["items"]
    assert {(one["field"], one["wrong"]) for one in checked} == {("inn", True), ("director", False)}
    refused = problem(await director.put("/api/settings/requisites", json=wrong), 422, "invalid_value")
    assert refused["missing"] == ["inn"]
    partly = {**before, "requisites": {**before["requisites"], "director": ""}}
    assert (await director.put("/api/settings/requisites", json=partly)).status_code == 200
    await director.put("/api/settings/requisites", json=before)
    assert (await sales.post("/api/settings/requisites/check", json=before)).json() == {"items": []}


async def test_every_template_can_be_looked_at_with_invented_data(sales: AsyncClient) -> None:
    listed = (await sales.get("/api/message-templates")).json()["items"]
    offer = next(one for one in listed if (one["pipeline"], one["id"]) == ("fulfilment.quote", "offer"))
    assert (offer["to_title"]["ru"], offer["attach"][0]["field"]) == ("Клиент", "offer_file")
    for one in listed:
        stage = {"stage": one["stage"]} if one["stage"] else {}
        filled = await sales.get(f"/api/message-templates/{one['pipeline']}/{one['id']}", params=stage)
        assert filled.status_code == 200, one
        assert "{" not in filled.json()["text"]["ru"] + filled.json()["subject"]["en"]
    problem(await sales.get("/api/message-templates/fulfilment.quote/none"), 404, "unknown_message")
    problem(await sales.get("/api/message-templates/none/offer"), 404, "unknown_message")


async def test_a_template_of_a_deal_says_what_would_be_sent(sales: AsyncClient) -> None:
    listed = (await sales.get("/api/message-templates")).json()["items"]
    named = next(one for one in listed if "manager.name" in one["names"])
    address = f"/api/message-templates/{named['pipeline']}/{named['id']}"
    sample = (await sales.get(address)).json()
    assert "Соколова Мария Игоревна" in sample["text"]["ru"]  # who looks stands for the responsible
    card = await open_quote(sales, title="Особый <заказ>", fields=FILLED)
    offer = await upload(sales, "КП.pdf")
    await sales.patch(f"/api/deals/{card['id']}", json={"fields": {"offer_file": offer}})
    of_deal = await sales.get("/api/message-templates/fulfilment.quote/offer", params={"deal": card["id"]})
    assert (of_deal.json()["deal"], of_deal.json()["attach"][0]["files"]) == (card["id"], ["КП.pdf"])
    problem(await sales.get(address, params={"deal": "none"}), 404, "unknown_deal")


async def test_a_test_message_goes_to_oneself_once_a_minute(sales: AsyncClient, world: World) -> None:
    ways = (await sales.get("/api/settings/channels/ways")).json()
    assert ways == {"ways": [], "mine": "internal", "address": ""}
    problem(await sales.post("/api/me/channel/test"), 422, "nothing_to_do")
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    world.app.state.deps = replace(world.app.state.deps, sends_by=("email",), now=lambda: noon)
    ways = (await sales.get("/api/settings/channels/ways")).json()
    assert ways == {"ways": ["email"], "mine": "email", "address": "sales@example.com"}
    sent = await sales.post("/api/me/channel/test")
    assert (sent.status_code, sent.json()["address"]) == (202, "sales@example.com")
    kept = (await sales.get(f"/api/messages/{sent.json()['key']}")).json()
    assert (kept["status"], kept["deal_id"], kept["recipient"]) == ("planned", None, "sales@example.com")
    problem(await sales.post("/api/me/channel/test"), 429, "rate_limited")
    problem(await sales.get("/api/messages/test/none"), 404, "not_found")
