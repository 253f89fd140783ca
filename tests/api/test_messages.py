"""The outbox over HTTP, and by which channels people are written to."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from httpx import AsyncClient

from store import outbox
from tests.api.conftest import World
from tests.api.helpers import open_quote, problem

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def put(world: World, deal: str | None, status: str, key: str = "") -> str:
    """A message in the outbox; its key."""
    key = key or f"{deal or 'digest/sales'}/{uuid4()}"
    async with world.engine.begin() as connection:
        message = outbox.NewMessage(key, deal, "a@b.ru", "email", "Тема", "Текст", status, AT)
        assert await outbox.add(connection, message)
    return key


async def test_the_outbox_says_what_became_of_each_message(world: World, sales: AsyncClient) -> None:
    deal = str(uuid4())
    sent, failed = await put(world, deal, "sent"), await put(world, deal, "failed")
    await put(world, str(uuid4()), "failed")
    answer = await sales.get("/api/messages", params={"deal": deal})
    assert answer.status_code == 200
    found = {row["key"]: row["status"] for row in answer.json()["items"]}
    assert found == {sent: "sent", failed: "failed"}
    row = answer.json()["items"][0]
    assert row.keys() >= {
        "recipient",
        "channel",
        "subject",
        "text",
        "attachments",
        "cause",
        "attempts",
        "repeated",
    }
    answer = await sales.get("/api/messages", params={"deal": deal, "status": "failed"})
    assert [row["key"] for row in answer.json()["items"]] == [failed]
    problem(await sales.get("/api/messages", params={"status": "lost"}), 422, "invalid_request")
    problem(await sales.get("/api/messages", params={"cursor": "nonsense"}), 422, "invalid_request")
    assert (await sales.get("/api/messages", params={"deal": "a\x00b"})).status_code < 500
    problem(await sales.post("/api/messages/a%00b/retry"), 404, "not_found")


async def test_a_failed_message_is_sent_again(world: World, sales: AsyncClient) -> None:
    card = await open_quote(sales)
    sent, failed = await put(world, card["id"], "sent"), await put(world, card["id"], "failed")
    problem(await sales.post(f"/api/messages/{sent}/retry"), 422, "nothing_to_do")
    # The deal itself knows of no failed effect here, and says so: the command has reached it.
    refused = problem(await sales.post(f"/api/messages/{failed}/retry"), 422, "nothing_to_do")
    assert (
        refused["detail"]
        != problem(await sales.post(f"/api/messages/{sent}/retry"), 422, "nothing_to_do")["detail"]
    )
    problem(await sales.post("/api/messages/none/retry"), 404, "not_found")


async def test_a_failed_digest_is_sent_again(world: World, sales: AsyncClient) -> None:
    key = await put(world, None, "failed")
    assert (await sales.post(f"/api/messages/{key}/retry")).status_code == 202
    rows = (await sales.get("/api/messages", params={"status": "planned", "limit": 200})).json()["items"]
    assert key in {row["key"] for row in rows}
    problem(await sales.post(f"/api/messages/{key}/retry"), 422, "nothing_to_do")


async def test_channels_are_set_by_the_director(sales: AsyncClient, director: AsyncClient) -> None:
    body = {
        "items": [
            {"owner": "client", "channel": "sms"},
            {"owner": "role:sales", "channel": "telegram", "address": "1", "digest_minutes": 15},
        ]
    }
    problem(await sales.put("/api/settings/channels", json=body), 403, "not_allowed")
    answer = await director.put("/api/settings/channels", json=body)
    assert answer.status_code == 200, answer.text
    stored = (await sales.get("/api/settings/channels")).json()
    assert stored == answer.json()
    assert [(row["owner"], row["channel"], row["digest_minutes"]) for row in stored["items"]] == [
        ("client", "sms", None),
        ("role:sales", "telegram", 15),
    ]
    for wrong in ("nobody", "role:nothing"):
        answer = await director.put(
            "/api/settings/channels", json={"items": [{"owner": wrong, "channel": "email"}]}
        )
        assert wrong in problem(answer, 422, "invalid_value")["detail"]
    twice = {"items": [{"owner": "client", "channel": "sms"}] * 2}
    problem(await director.put("/api/settings/channels", json=twice), 422, "invalid_value")
    assert (await director.put("/api/settings/channels", json={"items": []})).json() == {"items": []}


async def test_everybody_chooses_their_own_channel(sales: AsyncClient) -> None:
    mine = {"owner": "sales", "channel": "email", "address": "", "language": "en", "digest_minutes": 30}
    assert (await sales.put("/api/me/channel", json={"channel": mine})).json() == {"channel": mine}
    assert mine in (await sales.get("/api/settings/channels")).json()["items"]
    other = mine | {"owner": "director"}
    problem(await sales.put("/api/me/channel", json={"channel": other}), 403, "not_allowed")
    assert (await sales.put("/api/me/channel", json={"channel": None})).status_code == 200
    assert (await sales.get("/api/settings/channels")).json() == {"items": []}
    for wrong in ({"digest_minutes": 0}, {"channel": "e mail"}, {"address": "a\x00b"}):
        answer = await sales.put("/api/me/channel", json={"channel": mine | wrong})
        problem(answer, 422, "invalid_request")
