"""Undoing a move over HTTP: offered on the card, done within minutes, and gone from people's lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from httpx import AsyncClient
from sqlalchemy import text

from tests.api.conftest import World
from tests.api.helpers import FILLED, approving, open_quote, open_task, problem


async def moved(client: AsyncClient) -> dict[str, Any]:
    """A quote that was just moved to `prepare_offer`."""
    card = await open_quote(client, fields=FILLED)
    return dict((await client.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})).json())


async def undo(client: AsyncClient, card: dict[str, Any], seq: int | None = None) -> Any:
    body = {"seq": seq if seq is not None else card["undo"]["seq"]}
    return await client.post(f"/api/deals/{card['id']}/undo", json=body)


async def work_of(client: AsyncClient, deal: str) -> tuple[list[str], list[str]]:
    """(keys of the caller's tasks of the deal, kinds of what the caller was told of it)."""
    tasks = await client.get("/api/tasks", params={"assignee": "me", "deal": deal})
    notices = (await client.get("/api/notifications", params={"limit": 200})).json()["items"]
    told = [notice["kind"] for notice in notices if notice["deal"] == deal]
    return [task["key"] for task in tasks.json()["items"]], told


async def test_a_move_is_offered_to_be_undone_and_comes_back(world_clients: dict[str, AsyncClient]) -> None:
    sales, director = world_clients["sales"], world_clients["director"]
    card = await approving(sales)
    assert card["undo"]["stage_title"] == {"ru": "Новая заявка на просчет заказа", "en": "New quote request"}
    left = datetime.fromisoformat(card["undo"]["until"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["undo"] == card["undo"]
    assert await work_of(director, card["id"]) == (["approve_offer"], ["task"])

    back = (await undo(sales, card)).json()
    assert (back["stage"], back["undo"], back["tasks"]) == ("new", None, [])
    assert back["fields"]["offer_approver"] == "director"
    assert await work_of(director, card["id"]) == ([], [])
    newest = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"][0]
    assert (newest["type"], newest["by"], newest["data"]["move"]) == (
        "move_undone",
        "sales",
        card["undo"]["seq"],
    )
    assert "back" not in newest["data"]

    again = await sales.post(f"/api/deals/{card['id']}/move", json={"to": "approve_offer"})
    assert open_task(again.json(), "approve_offer")["number"] == 2


async def test_it_is_offered_to_those_who_may(world_clients: dict[str, AsyncClient]) -> None:
    card = await moved(world_clients["sales"])
    stranger = world_clients["warehouse"]
    assert (await stranger.get(f"/api/deals/{card['id']}")).json()["undo"] is None
    problem(await undo(stranger, card), 403, "not_allowed")


async def test_once_something_has_happened_it_is_offered_no_more(sales: AsyncClient) -> None:
    card = await moved(sales)
    written = await sales.post(f"/api/deals/{card['id']}/comments", json={"text": "Не та карточка"})
    assert written.json()["undo"] == card["undo"]
    filled = await sales.patch(f"/api/deals/{card['id']}", json={"fields": {"goods": "Кружки"}})
    assert filled.json()["undo"] is None
    body = problem(await undo(sales, card), 409, "undo_overtaken")
    assert body["stage"] == "prepare_offer"


async def test_an_old_move_is_offered_no_more(world: World, sales: AsyncClient) -> None:
    card = await moved(sales)
    async with world.engine.begin() as connection:  # as if it had been six minutes ago
        query = "UPDATE events SET at = at - interval '6 minutes' WHERE deal_id = :deal"
        await connection.execute(text(query), {"deal": card["id"]})
    assert (await sales.get(f"/api/deals/{card['id']}")).json()["undo"] is None
    problem(await undo(sales, card), 422, "undo_too_late")


async def test_a_deal_that_nobody_moved_has_nothing_to_undo(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    assert card["undo"] is None
    problem(await undo(sales, card, 1), 409, "undo_overtaken")
    problem(await undo(sales, card, 0), 422, "invalid_request")
    problem(await undo(sales, card, 2**31), 422, "invalid_request")


async def test_a_repeated_undo_is_done_once(world: World) -> None:
    async with world.client("sales", **{"Idempotency-Key": "undo-once"}) as client:
        async with world.client("sales") as plain:
            card = await moved(plain)
        first = await undo(client, card)
        second = await undo(client, card)
        assert (first.status_code, second.status_code) == (200, 200)
        assert first.json()["version"] == second.json()["version"]
