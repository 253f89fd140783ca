"""A company whose INN is known already: found by it, and told of whenever another one is made."""

from __future__ import annotations

import asyncio
from typing import Any

from httpx import AsyncClient
from sqlalchemy import text

from store.organisation_tables import INN_DIGITS
from tests.api.conftest import World
from tests.api.helpers import open_quote
from tests.companies import new_inn


async def made(client: AsyncClient, inn: Any, name: str = "ООО «Ромашка»", **fields: Any) -> dict[str, Any]:
    answer = await client.post("/api/companies", json={"name": name, "inn": inn, **fields})
    assert answer.status_code == 201, answer.text
    company: dict[str, Any] = answer.json()
    return company


async def found(client: AsyncClient, **query: str) -> list[str]:
    answer = await client.get("/api/companies", params=query)
    assert answer.status_code == 200, answer.text
    return [company["id"] for company in answer.json()["items"]]


async def test_a_company_is_found_by_its_whole_inn_however_it_was_written(sales: AsyncClient) -> None:
    inn = new_inn()
    plain, spaced = await made(sales, inn, "А"), await made(sales, f"{inn[:4]} {inn[4:7]}-{inn[7:]}", "Б")
    number = await made(sales, int(inn), "В")
    await made(sales, inn + "00", "Г")
    for written in (inn, f"{inn[:4]} {inn[4:]}", f"ИНН {inn}"):
        assert await found(sales, inn=written) == [plain["id"], spaced["id"], number["id"]]
    assert await found(sales, inn=inn, q="Б") == [spaced["id"]]
    assert await found(sales, inn=inn[:9]) == [] == await found(sales, inn="нет")


async def test_an_inn_typed_in_groups_finds_the_company_in_a_search(sales: AsyncClient) -> None:
    inn = new_inn()
    company = await made(sales, inn)
    for written in (inn, inn[:6], f"{inn[:4]} {inn[4:]}", f"{inn[:2]}-{inn[2:5]}"):
        assert company["id"] in await found(sales, q=written), written


async def test_another_company_with_a_known_inn_is_made_and_the_known_ones_are_told(
    sales: AsyncClient,
) -> None:
    inn = new_inn()
    first = await made(sales, inn, "ООО «Ромашка»")
    assert first["same_inn"] == []
    second = await made(sales, f" {inn} ", "ООО «Ромашка», Тула", kpp="710701001", contract_signed=True)
    assert second["same_inn"] == [{"id": first["id"], "name": "ООО «Ромашка»", "contract_signed": False}]
    third = await made(sales, inn, "Ромашка")
    told = [(one["id"], one["contract_signed"]) for one in third["same_inn"]]
    assert told == [(second["id"], True), (first["id"], False)], "those with a contract come first"
    assert (await made(sales, None))["same_inn"] == (await made(sales, "нет"))["same_inn"] == []


async def test_a_deal_opened_with_a_known_company_described_anew_says_so(sales: AsyncClient) -> None:
    inn = new_inn()
    known = await made(sales, inn, contract_signed=True)
    card = await open_quote(sales, company={"name": "Ромашка", "inn": inn})
    assert [one["id"] for one in card["same_inn"]] == [known["id"]]
    assert card["company"]["id"] != known["id"]
    assert "same_inn" not in await open_quote(sales, company_id=known["id"])


async def test_the_same_request_again_is_not_told_of_its_own_company(sales: AsyncClient) -> None:
    key, body = {"Idempotency-Key": new_inn()}, {"name": "Дважды", "inn": new_inn()}
    answers = [(await sales.post("/api/companies", json=body, headers=key)).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["same_inn"] == []


async def test_of_two_made_at_once_one_at_least_knows_the_other(sales: AsyncClient) -> None:
    for _ in range(5):
        inn = new_inn()
        both = await asyncio.gather(made(sales, inn), made(sales, inn))
        assert any(company["same_inn"] for company in both)


async def test_the_index_serves_the_search_by_inn(world: World) -> None:
    async with world.engine.connect() as connection:
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await connection.execute(text(f"EXPLAIN SELECT id FROM companies WHERE {INN_DIGITS} = '1'"))
        assert "ix_companies_inn" in "\n".join(plan.scalars())
