from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain import events as ev
from store import accounts, queries, writes
from tests.store.samples import START, happen, new_id, opened


async def test_a_company_is_made_once(connection: AsyncConnection) -> None:
    made = await writes.create_company(connection, "c", "Акме", {"inn": "1", "kpp": None})
    again = await writes.create_company(connection, "c", "Другая", {})
    assert made == again
    assert (made.name, made.fields) == ("Акме", {"inn": "1"})


async def test_a_patch_changes_what_it_names(connection: AsyncConnection) -> None:
    await writes.create_company(connection, "c", "Акме", {"inn": "1", "kpp": "2", "a": [1]})
    changed = await writes.patch_company(connection, "c", None, {"kpp": None, "inn": "3", "b": {"x": None}})
    assert changed is not None
    assert (changed.name, changed.fields) == ("Акме", {"inn": "3", "a": [1], "b": {"x": None}})
    renamed = await writes.patch_company(connection, "c", "Новая", {})
    assert renamed == await queries.company(connection, "c")
    assert renamed is not None
    assert renamed.name == "Новая"
    assert await writes.patch_company(connection, "none", "x", {}) is None


async def test_companies_by_name_in_pages(connection: AsyncConnection) -> None:
    for id, name, inn in (("1", "Бета", "77"), ("2", "Альфа", "50"), ("3", "Альфа", "77")):
        await writes.create_company(connection, id, name, {"inn": inn})
    first = await queries.companies(connection, limit=2)
    rest = await queries.companies(connection, limit=2, cursor=first.next)
    assert [company.id for company in first.items + rest.items] == ["2", "3", "1"]
    assert [company.id for company in (await queries.companies(connection, q="77")).items] == ["3", "1"]
    assert [company.id for company in (await queries.companies(connection, q="бет")).items] == ["1"]


async def test_a_token_lets_its_employee_in_until_it_is_revoked(connection: AsyncConnection) -> None:
    await writes.add_token(connection, "h", "sales", "demo")
    await writes.add_token(connection, "h", "head", "a second time")
    found = await accounts.caller(connection, "h", START)
    assert found is not None
    assert (found.id, found.head) == ("sales", "head")
    assert await writes.revoke_token(connection, "h")
    assert not await writes.revoke_token(connection, "h")
    await writes.add_token(connection, "h", "sales", "demo")
    assert await accounts.caller(connection, "h", START) is None
    assert await accounts.caller(connection, "other", START) is None


async def test_a_key_has_one_answer(connection: AsyncConnection) -> None:
    assert await writes.claim_answer(connection, "sales", "k", "f") is None
    assert await writes.claim_answer(connection, "head", "k", "f") is None, "keys are the caller's own"
    running = await writes.claim_answer(connection, "sales", "k", "f")
    assert running == writes.KeptAnswer("f", None, None)
    body = {"z": 1, "a": [{"y": None, "b": "ё"}]}
    assert await writes.finish_answer(connection, "sales", "k", 200, body) == writes.KeptAnswer(
        "f", 200, body
    )
    later = await writes.finish_answer(connection, "sales", "k", 409, {"other": True})
    assert later == writes.KeptAnswer("f", 200, body)
    assert later is not None
    assert list(later.body) == ["z", "a"]
    assert await writes.finish_answer(connection, "sales", "unclaimed", 200, {}) is None
    assert await writes.forget_answers(connection, START + timedelta(days=36500)) == 2


async def test_of_two_claims_at_once_one_is_first(engine: AsyncEngine) -> None:
    key = new_id()

    async def claim() -> writes.KeptAnswer | None:
        async with engine.begin() as connection:
            return await writes.claim_answer(connection, "sales", key, "f")

    results = await asyncio.gather(*(claim() for _ in range(5)))
    assert results.count(None) == 1


async def test_an_effect_is_carried_out_until_done(connection: AsyncConnection) -> None:
    deal_id = new_id()
    await happen(connection, deal_id, opened(deal_id), ev.EffectPlanned(key="e", kind="onec", name="order"))
    assert await writes.start_effect(connection, "none") is None
    assert await writes.start_effect(connection, "e") == 1
    await writes.note_effect_cause(connection, "e", "timeout")
    assert await writes.start_effect(connection, "e") == 2
    [effect] = await queries.list_effects(connection, deal_id)
    assert (effect.status, effect.cause, effect.attempts) == ("sending", "timeout", 2)
    await writes.finish_effect(connection, "e")
    assert await writes.start_effect(connection, "e") is None
    [effect] = await queries.list_effects(connection, deal_id)
    assert (effect.status, effect.cause) == ("done", None)
    assert effect.done_at is not None
