"""The public form: strangers open deals, learn nothing, and are not let in too often."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx import AsyncClient
from sqlalchemy import delete, select

from api.routes import forms
from domain.definition import Pipeline
from domain.facts import Employee
from domain.loading import load_text
from store import tables
from store.definitions import publish
from store.organisation import save_employee, save_roles
from tests.api.conftest import ROOT, World
from tests.api.helpers import problem


@pytest.fixture
async def stranger(world: World) -> AsyncIterator[AsyncClient]:
    """Somebody without a token; a pipeline of its own, as the shipped one for leads, whose form nobody has used."""
    text = (
        (ROOT / "pipelines" / "prom2b" / "lead.yaml")
        .read_text("utf-8")
        .replace("prom2b.lead", "test.lead", 1)
    )
    definition = load_text(text, "lead.yaml")
    assert isinstance(definition, Pipeline), definition
    async with world.engine.begin() as connection:
        await publish(connection, definition, "")
        await connection.execute(delete(tables.form_hits))
    async with world.client(None) as client:
        yield client


def filled(**changed: Any) -> dict[str, Any]:
    number = f"8 (997) {uuid.uuid4().int % 10**7:07}"
    return {"fields": {"contact_name": "Иван", "contact_phone": number} | changed, "consent": True}


async def deals(world: World) -> list[Any]:
    table = tables.deals
    async with world.engine.connect() as connection:
        query = select(table).where(table.c.pipeline == "test.lead").order_by(table.c.opened_at)
        return list(await connection.execute(query))


async def test_a_form_opens_a_deal_and_tells_a_number(world: World, stranger: AsyncClient) -> None:
    before = len(await deals(world))
    answer = await stranger.post("/api/forms/test.lead", json=filled())
    assert answer.status_code == 202
    assert list(answer.json()) == ["number"]
    assert len(answer.json()["number"]) == 8
    made = await deals(world)
    assert len(made) == before + 1
    state = made[-1].state
    assert (state["source"], state["responsible"]) == ("site", "sales")
    assert state["fields"]["contact_phone"].startswith("+7997")
    assert made[-1].id not in answer.text


async def test_the_same_form_opens_one_deal(world: World, stranger: AsyncClient) -> None:
    body = filled()
    numbers = {(await stranger.post("/api/forms/test.lead", json=body)).json()["number"] for _ in range(3)}
    assert len(numbers) == 1
    before = len(await deals(world))
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = await stranger.post("/api/forms/test.lead", json=filled(), headers=key)
    again = await stranger.post("/api/forms/test.lead", json=filled(), headers=key)
    assert first.json() == again.json()
    assert len(await deals(world)) == before + 1


async def test_a_machine_is_thanked_and_forgotten(world: World, stranger: AsyncClient) -> None:
    before = len(await deals(world))
    answer = await stranger.post("/api/forms/test.lead", json={**filled(), "website": "http://spam.example"})
    assert (answer.status_code, len(answer.json()["number"])) == (202, 8)
    assert len(await deals(world)) == before


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"contact_phone": "позвоните"}, ["contact_phone"]),
        ({"contact_phone": ""}, ["contact_phone"]),
        ({"contact_email": "нет"}, ["contact_email"]),
        ({"consultation_needed": True}, ["consultation_needed"]),  # of the card, not of the form
        ({"request": "x" * 2001}, ["request"]),
        ({"request": "\x00"}, ["request"]),
        ({"request": {"a": 1}}, ["request"]),
    ],
)
async def test_a_wrong_form_is_told_what_is_wrong(
    stranger: AsyncClient, changed: dict[str, Any], missing: list[str]
) -> None:
    found = problem(
        await stranger.post("/api/forms/test.lead", json=filled(**changed)), 422, "invalid_request"
    )
    assert found["missing"] == missing


async def test_consent_size_and_pipelines(stranger: AsyncClient) -> None:
    without = {**filled(), "consent": False}
    problem(await stranger.post("/api/forms/test.lead", json=without), 422, "invalid_request")
    problem(await stranger.post("/api/forms/test.lead", json=filled(request="x" * 40_000)), 413, "too_large")
    for closed in ("fulfilment.quote", "none"):
        problem(await stranger.post(f"/api/forms/{closed}", json=filled()), 404, "unknown_pipeline")
    shown = (await stranger.get("/api/forms/test.lead")).json()
    assert [field["name"] for field in shown["fields"] if field["required"]] == [
        "contact_name",
        "contact_phone",
    ]


async def test_too_many_are_refused_by_all_processes_together(
    world: World, stranger: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    spam = {**filled(), "website": "x"}
    for _ in range(forms.EACH):
        assert (await stranger.post("/api/forms/test.lead", json=spam)).status_code == 202
    refused = await stranger.post("/api/forms/test.lead", json=spam)
    problem(refused, 429, "rate_limited")
    assert 0 < int(refused.headers["retry-after"]) <= 3601
    transport = httpx.ASGITransport(world.app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as other:
        assert (await other.post("/api/forms/test.lead", json=spam)).status_code == 202
        monkeypatch.setattr(forms, "ALL", forms.EACH)
        problem(await other.post("/api/forms/test.lead", json=spam), 429, "rate_limited")


async def test_who_has_least_to_do_gets_it(
    world: World, stranger: AsyncClient, director: AsyncClient
) -> None:
    before = (await director.get("/api/settings/roles")).json()["items"]
    roles = {row["role"]: tuple(row["employees"]) for row in before}
    async with world.engine.begin() as connection:
        await save_employee(connection, Employee(id="idle", name="Свободный"))
        await save_roles(connection, {**roles, "sales": ("idle", "sales")})
    try:
        await stranger.post("/api/forms/test.lead", json=filled())
        assert (await deals(world))[-1].responsible == "idle"
    finally:
        async with world.engine.begin() as connection:
            await save_roles(connection, roles)
