"""Words of other systems: signed, each acting once, and nothing lost."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from httpx import AsyncClient

from domain.commands import Happened
from domain.webhooks import headers
from tests.api.conftest import World
from tests.api.helpers import open_quote, problem

BODY: dict[str, Any] = {"type": "call.incoming", "data": {"from": "8 (999) 777-00-01"}}


@pytest.fixture
async def secret(director: AsyncClient) -> str:
    made = await director.post("/api/settings/hooks/telephony")
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


async def send(
    world: World, secret: str, body: Any, id: str | None = None, source: str = "telephony", late: int = 0
) -> httpx.Response:
    raw = json.dumps(body).encode()
    signed = headers([secret], id or uuid.uuid4().hex, datetime.now(UTC) - timedelta(seconds=late), raw)
    async with world.client(None) as client:
        return await client.post(f"/api/hooks/{source}", content=raw, headers=signed)


def heard(world: World) -> list[Happened]:
    return [command for command in world.gateway.sent if isinstance(command, Happened)]


async def test_a_call_reaches_the_newest_open_deal_of_the_number(
    world: World, sales: AsyncClient, secret: str
) -> None:
    number = f"+7999{uuid.uuid4().int % 10**7:07}"
    await open_quote(sales, fields={"contact_phone": number})
    newer = await open_quote(sales, contact={"phone": f"8{number[2:]}"})
    answer = await send(world, secret, {"type": "call.incoming", "data": {"from": number}})
    assert (answer.status_code, answer.json()) == (200, {"status": "delivered"})
    timeline = (await sales.get(f"/api/deals/{newer['id']}/timeline")).json()["items"]
    assert timeline[0]["type"] == "happened_outside"
    assert timeline[0]["data"] == {"kind": "call.incoming", "detail": {"from": number}}


async def test_the_same_id_acts_once(world: World, sales: AsyncClient, secret: str) -> None:
    card = await open_quote(sales)
    body = {"type": "call.missed", "data": {"deal": card["id"]}}
    for _ in range(3):
        assert (await send(world, secret, body, id="one")).status_code == 200
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    assert [item["type"] for item in timeline].count("happened_outside") == 1


async def test_a_hook_that_broke_off_is_done_by_the_repeat(
    world: World, sales: AsyncClient, secret: str
) -> None:
    card = await open_quote(sales)
    body = {"type": "call.missed", "data": {"deal": card["id"]}}
    world.gateway.failure = TimeoutError("after the deal has it")
    assert (await send(world, secret, body, id="two")).status_code == 503
    assert (await send(world, secret, body, id="two")).status_code == 200
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    assert [item["type"] for item in timeline].count("happened_outside") == 1


async def test_a_wrong_signature_is_let_in_nowhere(world: World, secret: str, director: AsyncClient) -> None:
    other = "whsec_" + "A" * 43 + "="
    problem(await send(world, other, BODY), 401, "unauthorized")
    problem(await send(world, secret, BODY, source="payment"), 401, "unauthorized")
    async with world.client(None) as client:
        problem(await client.post("/api/hooks/telephony", json=BODY), 401, "unauthorized")
    assert not heard(world)


@pytest.mark.parametrize("late", [301, -301])
async def test_an_old_or_early_hook_is_refused(world: World, secret: str, late: int) -> None:
    problem(await send(world, secret, BODY, late=late), 400, "malformed_request")


async def test_the_old_secret_is_good_for_a_day(world: World, secret: str, director: AsyncClient) -> None:
    newer = (await director.post("/api/settings/hooks/telephony")).json()["secret"]
    for each in (secret, newer):
        assert (await send(world, each, BODY)).status_code == 202
    shown = (await director.get("/api/settings/hooks")).json()["items"]
    ours = [row for row in shown if row["source"] == "telephony"]
    assert [row["expires_at"] is None for row in ours].count(True) == 1
    assert secret not in json.dumps(shown)


async def test_only_directors_see_and_make_secrets(sales: AsyncClient) -> None:
    problem(await sales.post("/api/settings/hooks/mail"), 403, "not_allowed")
    problem(await sales.get("/api/settings/hooks"), 403, "not_allowed")


async def test_what_finds_no_deal_waits_for_a_person(world: World, sales: AsyncClient, secret: str) -> None:
    mark = uuid.uuid4().hex
    body = {"type": "call.incoming", "data": {"from": "+7 999 000 99 99", "mark": mark}}
    answer = await send(world, secret, body, id=mark)
    assert (answer.status_code, answer.json()) == (202, {"status": "kept"})
    kept = [
        row for row in (await sales.get("/api/inbox?limit=200")).json()["items"] if row["webhook_id"] == mark
    ]
    assert [(row["status"], row["body"]["mark"]) for row in kept] == [("unknown", mark)]
    card = await open_quote(sales)
    address = f"/api/inbox/{kept[0]['id']}"
    problem(await sales.post(address, json={"deal": str(uuid.uuid4())}), 404, "unknown_deal")
    assert (await sales.post(address, json={"deal": card["id"]})).json()["status"] == "delivered"
    assert heard(world)[-1].detail["mark"] == mark
    problem(await sales.post(address, json={}), 409, "already_decided")
    assert (await send(world, secret, body, id=mark)).status_code == 200
    assert kept[0]["id"] not in (await sales.get("/api/inbox?limit=200")).text


async def test_what_the_deal_refuses_or_nobody_expects_is_kept(
    world: World, sales: AsyncClient, director: AsyncClient
) -> None:
    secret = (await director.post("/api/settings/hooks/1c")).json()["secret"]
    card = await open_quote(sales)
    unknown_task = {"type": "task.done", "data": {"key": f"{card['id']}.77", "result": "готово"}}
    refused = uuid.uuid4().hex
    assert (await send(world, secret, unknown_task, refused, source="1c")).status_code == 202
    not_its_own = {"type": "call.incoming", "data": {"deal": card["id"]}}
    assert (await send(world, secret, not_its_own, source="1c")).status_code == 202
    rows = (await sales.get("/api/inbox?limit=200")).json()["items"]
    mine = [row for row in rows if card["id"] in json.dumps(row)]
    assert [row["status"] for row in mine] == ["refused", "unknown"]
    aside = await sales.post(f"/api/inbox/{mine[0]['id']}", json={"deal": None})
    assert aside.json()["status"] == "handled"
    sent = len(world.gateway.sent)
    assert (await send(world, secret, unknown_task, refused, source="1c")).status_code == 200
    assert len(world.gateway.sent) == sent
    assert mine[0]["id"] not in (await sales.get("/api/inbox?limit=200")).text


async def test_a_body_must_be_readable(world: World, secret: str) -> None:
    zero = {"type": "call.incoming", "data": {"from": "\x00"}}
    bodies: tuple[Any, ...] = ([], {"type": "Wrong Type"}, {"data": {}}, zero)
    for body in bodies:
        problem(await send(world, secret, body), 422, "invalid_request")
    problem(await send(world, secret, BODY, source="fax"), 422, "invalid_request")
