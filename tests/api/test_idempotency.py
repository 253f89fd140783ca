"""Safe repeats: one key acts once and gives one answer, also at once, after a crash, for refusals."""

import asyncio
import uuid

from httpx import AsyncClient

from api.errors import UnavailableError
from tests.api.conftest import World
from tests.api.helpers import FILLED, open_quote, problem


def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


async def test_the_same_key_opens_one_deal(sales: AsyncClient) -> None:
    headers = key()
    body = {"pipeline": "fulfilment.quote", "company": {"name": "Один раз"}}
    first = await sales.post("/api/deals", json=body, headers=headers)
    second = await sales.post("/api/deals", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers


async def test_without_a_key_each_call_counts(sales: AsyncClient) -> None:
    assert (await open_quote(sales))["id"] != (await open_quote(sales))["id"]


async def test_the_answer_stays_though_the_deal_goes_on(world: World, sales: AsyncClient) -> None:
    card = await open_quote(sales, fields=FILLED)
    address, headers = f"/api/deals/{card['id']}", key()
    moved = await sales.post(f"{address}/move", json={"to": "prepare_offer"}, headers=headers)
    await sales.patch(address, json={"title": "Дальше"})
    count = len(world.gateway.sent)
    again = await sales.post(f"{address}/move", json={"to": "prepare_offer"}, headers=headers)
    assert again.json() == moved.json()
    assert len(world.gateway.sent) == count


async def test_a_refusal_is_repeated_too(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address, headers = f"/api/deals/{card['id']}", key()
    refused = await sales.post(f"{address}/move", json={"to": "prepare_offer"}, headers=headers)
    await sales.patch(address, json={"fields": FILLED})
    again = await sales.post(f"{address}/move", json={"to": "prepare_offer"}, headers=headers)
    assert problem(again, 422, "missing_fields") == refused.json()


async def test_a_key_serves_one_request_only(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address, headers = f"/api/deals/{card['id']}", key()
    assert (await sales.post(f"{address}/comments", json={"text": "раз"}, headers=headers)).status_code == 200
    other_body = await sales.post(f"{address}/comments", json={"text": "два"}, headers=headers)
    problem(other_body, 422, "key_reused")
    other_path = await sales.post(f"{address}/events", json={"text": "раз"}, headers=headers)
    problem(other_path, 422, "key_reused")
    headers, body = key(), {"title": "раз"}
    assert (await sales.patch(address, json=body, headers=headers)).status_code == 200
    problem(await sales.post(address, json=body, headers=headers), 422, "key_reused")


async def test_keys_of_two_people_do_not_meet(sales: AsyncClient, director: AsyncClient) -> None:
    headers, body = key(), {"pipeline": "fulfilment.quote"}
    one = await sales.post("/api/deals", json=body, headers=headers)
    other = await director.post("/api/deals", json=body, headers=headers)
    assert one.json()["id"] != other.json()["id"]


async def test_ten_at_once_act_once_and_answer_alike(world: World, sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address, headers = f"/api/deals/{card['id']}/comments", key()
    answers = await asyncio.gather(
        *(sales.post(address, json={"text": "вместе"}, headers=headers) for _ in range(10))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    assert [item["type"] for item in timeline] == ["commented", "opened"]


async def test_a_lost_answer_is_fetched_by_repeating(world: World, sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address, headers = f"/api/deals/{card['id']}/comments", key()
    world.gateway.failure = UnavailableError(perhaps_done=True)
    lost = await sales.post(address, json={"text": "x"}, headers=headers)
    problem(lost, 503, "unavailable")
    assert int(lost.headers["retry-after"]) > 0
    again = await sales.post(address, json={"text": "x"}, headers=headers)
    assert (again.status_code, again.json()["version"]) == (200, 2)


async def test_a_crash_between_deed_and_answer_does_nothing_twice(world: World, sales: AsyncClient) -> None:
    headers, body = key(), {"pipeline": "fulfilment.quote", "company": {"name": "Сбой"}}
    world.gateway.failure = RuntimeError("killed")
    problem(await sales.post("/api/deals", json=body, headers=headers), 500, "internal_error")
    card = (await sales.post("/api/deals", json=body, headers=headers)).json()
    found = await sales.get("/api/deals", params={"company": card["company"]["id"]})
    assert [deal["id"] for deal in found.json()["items"]] == [card["id"]]


async def test_an_accepted_command_is_accepted_again(sales: AsyncClient) -> None:
    card = await open_quote(sales)
    address, headers = f"/api/deals/{card['id']}/comments", {**key(), "Prefer": "respond-async"}
    first = await sales.post(address, json={"text": "x"}, headers=headers)
    second = await sales.post(address, json={"text": "x"}, headers=headers)
    assert (second.status_code, second.json()) == (202, first.json())
    assert second.headers["preference-applied"] == "respond-async"


async def test_a_key_has_a_length(sales: AsyncClient) -> None:
    for wrong in ("", "x" * 256):
        answer = await sales.post("/api/companies", json={"name": "x"}, headers={"Idempotency-Key": wrong})
        problem(answer, 422, "invalid_request")


async def test_an_upload_is_stored_once(sales: AsyncClient) -> None:
    headers = key()
    first = await sales.post("/api/files", files={"file": ("a.txt", b"one")}, headers=headers)
    second = await sales.post("/api/files", files={"file": ("a.txt", b"one")}, headers=headers)
    assert (second.status_code, second.json()) == (201, first.json())
    other = await sales.post("/api/files", files={"file": ("a.txt", b"two")}, headers=headers)
    problem(other, 422, "key_reused")
    assert (await sales.get(f"/api/files/{first.json()['id']}")).content == b"one"


async def test_notices_marked_read_have_no_body_twice(sales: AsyncClient) -> None:
    headers = key()
    for _ in range(2):
        answer = await sales.post("/api/notifications/read", headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
