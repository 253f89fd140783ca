"""The same client twice, on PostgreSQL: known at once, by whoever came later, and merged."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from httpx import AsyncClient
from sqlalchemy import select

from store import tables
from tests.api.conftest import World
from tests.api.helpers import problem


def new_number() -> str:
    return f"+7998{uuid.uuid4().int % 10**7:07}"


async def lead(client: AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(
        "/api/deals", json={"pipeline": "prom2b.lead", "source": "call", "fields": fields}
    )
    assert answer.status_code == 201, answer.text
    card: dict[str, Any] = answer.json()
    return card


async def found(client: AsyncClient, card: dict[str, Any]) -> list[str]:
    timeline = (await client.get(f"/api/deals/{card['id']}/timeline?limit=200")).json()["items"]
    return [item["data"]["deal"] for item in timeline if item["type"] == "duplicate_found"]


async def test_a_second_lead_of_the_number_knows_the_first_and_is_merged(
    sales: AsyncClient, director: AsyncClient
) -> None:
    number = new_number()
    first = await lead(sales, contact_phone=number)
    second = await lead(director, contact_phone=f"8 ({number[2:5]}) {number[5:]}")
    assert await found(sales, first) == []
    assert await found(sales, second) == [first["id"]]
    merged = await director.post(f"/api/deals/{second['id']}/merge", json={"into": first["id"]})
    assert (merged.status_code, merged.json()["stage"], merged.json()["status"]) == (200, "duplicate", "lost")
    third = await lead(director, contact_phone=number)
    assert await found(sales, third) == [first["id"]]  # the lost one is nobody's duplicate
    for card, other in ((first, second), (second, first)):
        links = (await sales.get(f"/api/deals/{card['id']}")).json()["links"]
        assert (other["id"], "merged") in [(link["deal"], link["kind"]) for link in links]
    unknown = await director.post(f"/api/deals/{first['id']}/merge", json={"into": str(uuid.uuid4())})
    assert problem(unknown, 422, "invalid_value")["missing"] == ["into"]


async def test_of_two_at_the_same_moment_one_knows_the_other(sales: AsyncClient) -> None:
    for _ in range(5):
        number = new_number()
        both = await asyncio.gather(lead(sales, contact_phone=number), lead(sales, contact_phone=number))
        known = [await found(sales, card) for card in both]
        assert sorted(map(len, known)) == [0, 1]


async def test_points_follow_the_card(world: World, sales: AsyncClient) -> None:
    number, other = new_number(), new_number()
    card = await lead(sales, contact_phone=number, contact_email="A@B.ru")

    async def kept() -> set[tuple[str, str]]:
        table = tables.contact_points
        async with world.engine.connect() as connection:
            query = select(table.c.kind, table.c.value).where(table.c.deal_id == card["id"])
            return {(row.kind, row.value) for row in await connection.execute(query)}

    assert await kept() == {("phone", number), ("email", "a@b.ru")}
    await sales.patch(
        f"/api/deals/{card['id']}", json={"fields": {"contact_phone": other, "contact_email": None}}
    )
    assert await kept() == {("phone", other)}
    assert await found(sales, await lead(sales, contact_phone=number)) == []


async def test_other_pipelines_are_not_merged(sales: AsyncClient) -> None:
    number = new_number()
    quote = await sales.post(
        "/api/deals", json={"pipeline": "fulfilment.quote", "fields": {"contact_phone": number}}
    )
    first = await lead(sales, contact_phone=number)
    assert await found(sales, first) == [quote.json()["id"]]  # a known contact, of another pipeline
    merged = await sales.post(f"/api/deals/{quote.json()['id']}/merge", json={"into": first["id"]})
    problem(merged, 422, "nothing_to_do")
