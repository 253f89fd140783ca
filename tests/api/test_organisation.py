"""Companies, employees, roles, calendar, pipelines, notices."""

import uuid

from httpx import AsyncClient
from sqlalchemy import select, update

from store import tables
from tests.api.conftest import World
from tests.api.helpers import approving, open_quote, problem


async def test_a_company_is_made_changed_and_found(sales: AsyncClient) -> None:
    name = f"ООО {uuid.uuid4()}"
    made = (await sales.post("/api/companies", json={"name": name, "inn": "123", "city": "Тула"})).json()
    assert made["fields"] == {"inn": "123", "city": "Тула"}
    address = f"/api/companies/{made['id']}"
    changed = (await sales.patch(address, json={"contract_signed": True, "city": None})).json()
    assert (changed["name"], changed["fields"]) == (name, {"inn": "123", "contract_signed": True})
    assert (await sales.get("/api/companies", params={"q": name[4:]})).json()["items"] == [changed]
    problem(await sales.get(f"/api/companies/{uuid.uuid4()}"), 404, "unknown_company")
    problem(await sales.patch(f"/api/companies/{uuid.uuid4()}", json={"inn": "1"}), 404, "unknown_company")
    problem(await sales.post("/api/companies", json={"inn": "1"}), 422, "invalid_request")
    problem(await sales.post("/api/companies", json={"name": "  "}), 422, "invalid_request")
    problem(await sales.patch(address, json={"name": " "}), 422, "invalid_request")


async def test_employees(sales: AsyncClient) -> None:
    items = (await sales.get("/api/employees")).json()["items"]
    assert {"sales", "head", "director", "warehouse", "lawyer"} <= {person["id"] for person in items}
    assert all(person["active"] for person in items)


async def test_only_a_director_changes_settings(sales: AsyncClient, director: AsyncClient) -> None:
    calendar = (await director.get("/api/settings/calendar")).json()
    problem(await sales.put("/api/settings/calendar", json=calendar), 403, "not_allowed")
    problem(await sales.put("/api/settings/roles", json={"roles": {}}), 403, "not_allowed")
    calendar["days"]["2027-03-05"] = None
    assert (await director.put("/api/settings/calendar", json=calendar)).status_code == 200
    assert (await sales.get("/api/settings/calendar")).json()["days"]["2027-03-05"] == "off"


async def test_roles_are_set_as_a_whole(sales: AsyncClient, director: AsyncClient) -> None:
    before = (await director.get("/api/settings/roles")).json()["items"]
    roles = {row["role"]: row["employees"] for row in before}
    changed = await director.put("/api/settings/roles", json={"roles": {**roles, "lawyer": ["sales"]}})
    assert {row["role"]: row["employees"] for row in changed.json()["items"]}["lawyer"] == ["sales"]
    assert "lawyer" in (await sales.get("/api/me")).json()["roles"]
    unknown = {"roles": {**roles, "lawyer": ["nobody"]}}
    problem(await director.put("/api/settings/roles", json=unknown), 422, "unknown_employee")
    problem(await director.put("/api/settings/roles", json={"roles": {}}), 422, "invalid_value")
    await director.put("/api/settings/roles", json={"roles": roles})
    assert (await director.get("/api/settings/roles")).json()["items"] == before


async def test_pipelines_with_versions_and_a_picture(sales: AsyncClient) -> None:
    listed = (await sales.get("/api/pipelines")).json()["items"]
    assert "fulfilment.quote" in {item["pipeline"] for item in listed}
    one = (await sales.get("/api/pipelines/fulfilment.quote")).json()
    [current] = [version["hash"] for version in one["versions"] if version["current"]]
    assert (one["id"], current) == ("fulfilment.quote", one["version"])
    assert next(iter(one["definition"]["stages"])) == "new"
    by_hash = await sales.get("/api/pipelines/fulfilment.quote", params={"version": one["version"]})
    assert by_hash.json() == one
    picture = await sales.get("/api/pipelines/fulfilment.quote/diagram", params={"lang": "ru"})
    assert picture.headers["content-type"].startswith("text/plain")
    assert 'state "Новая заявка на просчет заказа" as new' in picture.text
    assert "approve_offer --> prepare_offer: approve_offer changes_requested" in picture.text
    problem(await sales.get("/api/pipelines/none"), 404, "unknown_pipeline")
    problem(await sales.get("/api/pipelines/fulfilment.quote?version=0"), 404, "unknown_pipeline")


async def test_notices_are_read_by_their_owner_only(sales: AsyncClient, director: AsyncClient) -> None:
    card = await approving(sales)
    notices = (await director.get("/api/notifications", params={"unread": True})).json()["items"]
    mine = next(notice for notice in notices if notice["deal"] == card["id"])
    assert (mine["kind"], mine["read_at"]) == ("task", None)
    address = f"/api/notifications/{mine['deal']}.{mine['seq']}/read"
    assert (await sales.post(address)).status_code == 204
    assert mine in (await director.get("/api/notifications", params={"unread": True})).json()["items"]
    assert (await director.post(address)).status_code == 204
    assert mine not in (await director.get("/api/notifications", params={"unread": True})).json()["items"]


async def test_all_of_mine_are_read_at_once(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    body = {"title": "Мне", "assignee": "sales"}
    await sales.post(f"/api/deals/{card['id']}/tasks", json=body)
    await sales.post("/api/notifications/read")
    assert (await sales.get("/api/me")).json()["unread"] == 0


async def test_a_company_made_for_a_refused_deal_does_not_stay(sales: AsyncClient) -> None:
    name = f"ООО {uuid.uuid4()}"
    body = {"pipeline": "fulfilment.quote", "responsible": "nobody", "company": {"name": name}}
    problem(await sales.post("/api/deals", json=body), 422, "unknown_employee")
    assert (await sales.get("/api/companies", params={"q": name[4:]})).json()["items"] == []


async def test_a_changed_company_wakes_the_deals_that_wait_for_it(sales: AsyncClient, world: World) -> None:
    filled = {"contact_name": "Иван", "contact_phone": "+79990000000", "request": "200 коробок"}
    card = await open_quote(sales, company={"name": "ООО «Ждём»"}, fields=filled)
    waiting = update(tables.deals).where(tables.deals.c.id == card["id"])
    async with world.engine.begin() as connection:
        state = (
            await connection.execute(select(tables.deals.c.state).where(tables.deals.c.id == card["id"]))
        ).scalar_one()
        pending = {**state, "pending_move": {"to": "prepare_offer", "reason": None}}
        await connection.execute(waiting.values(state=pending))
    await sales.patch(f"/api/companies/{card['company']['id']}", json={"inn": "7707083893"})
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["stage"] == "prepare_offer"
