"""Employees, requisites and a calendar that moves what open deals have planned."""

from __future__ import annotations

import uuid

from httpx import AsyncClient

from tests.api.helpers import open_quote, problem


async def test_an_employee_is_taken_on_changed_and_let_go(sales: AsyncClient, director: AsyncClient) -> None:
    id = f"anna-{uuid.uuid4().hex[:8]}"
    body = {"id": id, "name": "Анна", "position": "Менеджер", "head": "head"}
    problem(await sales.post("/api/employees", json=body), 403, "not_allowed")
    for _ in range(2):
        made = await director.post("/api/employees", json=body)
        assert (made.status_code, made.json()["head"], made.json()["active"]) == (201, "head", True)
    problem(await director.post("/api/employees", json={**body, "name": "Другая"}), 409, "invalid_value")
    address = f"/api/employees/{id}"
    assert (await director.patch(address, json={"phone": "+7", "head": None})).json()["head"] is None
    card = await open_quote(sales)
    task = {"title": "Новой", "assignee": id}
    assert (await sales.post(f"/api/deals/{card['id']}/tasks", json=task)).status_code == 200
    gone = (await director.patch(address, json={"active": False})).json()
    assert (gone["active"], gone["phone"], gone["name"]) == (False, "+7", "Анна")
    assert id not in [one["id"] for one in (await sales.get("/api/employees")).json()["items"]]
    # effective for an open deal at once
    problem(await sales.post(f"/api/deals/{card['id']}/tasks", json=task), 422, "unknown_employee")


async def test_heads_must_be_there_and_not_lead_to_themselves(director: AsyncClient) -> None:
    problem(await director.patch("/api/employees/head", json={"head": "sales"}), 422, "invalid_value")
    problem(await director.patch("/api/employees/head", json={"head": "head"}), 422, "invalid_value")
    problem(await director.patch("/api/employees/head", json={"head": "nobody"}), 422, "unknown_employee")
    problem(await director.patch("/api/employees/nobody", json={}), 404, "unknown_employee")
    problem(await director.patch("/api/employees/head", json={"name": "\x00x"}), 422, "invalid_request")
    problem(await director.patch("/api/employees/director", json={"active": False}), 422, "invalid_value")


async def test_requisites_are_read_and_set(sales: AsyncClient, director: AsyncClient) -> None:
    before = (await sales.get("/api/settings/requisites")).json()
    changed = {"name": before["name"], "requisites": {**before["requisites"], "kpp": "770701001"}}
    problem(await sales.put("/api/settings/requisites", json=changed), 403, "not_allowed")
    assert (await director.put("/api/settings/requisites", json=changed)).json() == changed
    assert (await sales.get("/api/settings/requisites")).json() == changed
    await director.put("/api/settings/requisites", json=before)


async def test_an_administrator_may_too(sales: AsyncClient, director: AsyncClient) -> None:
    rows = (await director.get("/api/settings/roles")).json()["items"]
    roles = {row["role"]: row["employees"] for row in rows}
    await director.put("/api/settings/roles", json={"roles": {**roles, "admin": ["sales"]}})
    details = (await sales.get("/api/settings/requisites")).json()
    assert (await sales.put("/api/settings/requisites", json=details)).status_code == 200
    await director.put("/api/settings/roles", json={"roles": roles})
    problem(await sales.put("/api/settings/requisites", json=details), 403, "not_allowed")


async def test_a_holiday_added_moves_what_is_planned_and_says_so(
    sales: AsyncClient, director: AsyncClient
) -> None:
    filled = {"contact_name": "Иван", "contact_phone": "+79990000000", "request": "200"}
    card = await open_quote(sales, fields=filled)
    address = f"/api/deals/{card['id']}"
    moved = (await sales.post(f"{address}/move", json={"to": "prepare_offer"})).json()
    (entry,) = moved["agenda"]  # the reminder of the task, in one working day
    calendar = (await director.get("/api/settings/calendar")).json()
    try:
        off = {**calendar, "days": {**calendar["days"], entry["at"][:10]: "off"}}
        assert (await director.put("/api/settings/calendar", json=off)).status_code == 200
        (after,) = (await sales.get(address)).json()["agenda"]
        assert after["at"] > entry["at"]
        latest = (await sales.get(f"{address}/timeline")).json()["items"][0]
        assert (latest["type"], latest["data"]["entry"]["due"][:19]) == ("scheduled", after["at"][:19])
    finally:
        await director.put("/api/settings/calendar", json=calendar)
    assert (await sales.get(address)).json()["agenda"] == [entry]


async def test_the_shipped_calendar_by_its_name(director: AsyncClient) -> None:
    before = (await director.get("/api/settings/calendar")).json()
    body = {"preset": "russia", "timezone": "Asia/Omsk", "days": {"2027-03-05": "off"}}
    try:
        set_ = (await director.put("/api/settings/calendar", json=body)).json()
        assert (set_["timezone"], set_["days"]["2027-03-05"], set_["days"]["2027-01-04"]) == (
            "Asia/Omsk",
            "off",
            "off",
        )
        unknown = {"preset": "russia", "timezone": "Mars/Phobos"}
        problem(await director.put("/api/settings/calendar", json=unknown), 422, "invalid_value")
    finally:
        await director.put("/api/settings/calendar", json=before)
