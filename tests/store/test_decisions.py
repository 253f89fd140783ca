from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain import events as ev
from domain.base import Text
from domain.errors import Refusal
from domain.evolve import fold
from domain.facts import Company, FileRef
from store import tables
from store.decisions import Loaded, Overtaken, Unstorable, commit, load, missed
from store.definitions import publish
from store.writes import NewFile, add_file, create_company
from tests.store.samples import DEFINITION, START, entry, happen, new_id, opened, record, rows_of

NOTE = Text(ru="Новая задача", en="A new task")


async def test_before_a_deal_exists_the_facts_are_there(connection: AsyncConnection) -> None:
    await create_company(connection, "acme", "Акме", {"inn": "1"})
    await add_file(connection, NewFile("f1", "offer.pdf", 3, "application/pdf", "00", "sales"))
    version = await publish(connection, DEFINITION, "")
    loaded = await load(
        connection, new_id(), "c", company_id="acme", pipeline="sample", files=["f1", "none"], lock=False
    )
    assert loaded == Loaded(
        deal=None,
        definition=version,
        organisation=1,
        ledger=None,
        companies={"acme": Company(id="acme", name="Акме", fields={"inn": "1"})},
        files={"f1": FileRef(id="f1", name="offer.pdf")},
    )
    assert (await load(connection, new_id())).definition is None


async def test_the_deals_company_and_the_one_named_are_both_loaded(connection: AsyncConnection) -> None:
    deal_id = new_id()
    await create_company(connection, "old", "Old", {})
    await create_company(connection, "new", "New", {})
    await happen(connection, deal_id, opened(deal_id, company="old"))
    assert set((await load(connection, deal_id, company_id="new")).companies) == {"old", "new"}
    assert set((await load(connection, deal_id)).companies) == {"old"}


async def test_the_ledger_repeats_the_answer(connection: AsyncConnection) -> None:
    deal_id = new_id()
    deal = await happen(connection, deal_id, opened(deal_id), command="c1")
    refusal = Refusal(code="missing_fields", message=NOTE, missing=("checker",), stage="zeta")
    await commit(connection, deal, deal, [], DEFINITION, entry(deal_id, "c2", refusal=refusal))

    first = (await load(connection, deal_id, "c1")).ledger
    second = (await load(connection, deal_id, "c2")).ledger
    assert first is not None
    assert second is not None
    assert (first.seq, first.fingerprint, first.refusal) == (1, "f", None)
    assert second.refusal == refusal
    assert (await load(connection, deal_id, "c3")).ledger is None
    assert (await load(connection, new_id(), "c1")).ledger is None


async def test_a_refused_opening_leaves_only_its_answer(connection: AsyncConnection) -> None:
    deal_id = new_id()
    refusal = Refusal(code="unknown_company", message=NOTE)
    await commit(connection, None, None, [], None, entry(deal_id, "c1", refusal=refusal))
    loaded = await load(connection, deal_id, "c1")
    assert loaded.deal is None
    assert loaded.ledger is not None
    assert (loaded.ledger.seq, loaded.ledger.refusal) == (0, refusal)


async def test_nothing_to_write_writes_nothing(connection: AsyncConnection) -> None:
    deal_id = new_id()
    deal = await happen(connection, deal_id, opened(deal_id))
    await commit(connection, deal, deal, [], DEFINITION)
    assert (await load(connection, deal_id)).deal == deal


async def test_an_event_number_is_given_once(engine: AsyncEngine) -> None:
    deal_id = new_id()
    async with engine.begin() as connection:
        deal = await happen(connection, deal_id, opened(deal_id))
    records = record([ev.Filled(fields={"a": 1})], after=1)
    after = fold(deal, records)
    async with engine.begin() as connection:
        await commit(connection, deal, after, records, DEFINITION)
    other = record([ev.Filled(fields={"a": 2})], after=1)
    with pytest.raises(Overtaken):
        async with engine.begin() as connection:
            await commit(connection, deal, fold(deal, other), other, DEFINITION)
    async with engine.connect() as connection:
        assert (await load(connection, deal_id, lock=False)).deal == after
        assert len(await missed(connection, deal_id, 0)) == 2


async def test_a_deal_is_opened_once_by_two_at_once(engine: AsyncEngine) -> None:
    deal_id = new_id()

    async def open_it(command: str) -> None:
        async with engine.begin() as connection:
            loaded = await load(connection, deal_id, command)
            assert loaded.deal is None
            await together.wait()
            records = record([opened(deal_id, title=command)])
            await commit(connection, None, fold(None, records), records, DEFINITION, entry(deal_id, command))

    together = asyncio.Barrier(2)
    results = await asyncio.gather(open_it("c1"), open_it("c2"), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Overtaken"]


async def test_decisions_about_one_deal_wait_for_each_other(engine: AsyncEngine) -> None:
    deal_id = new_id()
    async with engine.begin() as connection:
        await happen(connection, deal_id, opened(deal_id))

    async def count_up(command: int) -> None:
        async with engine.begin() as connection:
            before = (await load(connection, deal_id)).deal
            assert before is not None
            await asyncio.sleep(0.005)
            counted = ev.Filled(fields={"count": int(str(before.fields.get("count", 0))) + 1})
            records = record([counted], after=before.seq)
            await commit(
                connection, before, fold(before, records), records, DEFINITION, entry(deal_id, str(command))
            )

    await asyncio.gather(*(count_up(n) for n in range(8)))
    async with engine.connect() as connection:
        deal = (await load(connection, deal_id, lock=False)).deal
        assert deal is not None
        assert deal.fields["count"] == 8
        assert [found.seq for found in await missed(connection, deal_id, 0)] == list(range(1, 10))


async def test_the_same_command_delivered_twice_at_once_is_decided_once(engine: AsyncEngine) -> None:
    deal_id = new_id()
    async with engine.begin() as connection:
        await happen(connection, deal_id, opened(deal_id))

    async def deliver() -> str:
        async with engine.begin() as connection:
            loaded = await load(connection, deal_id, "same")
            if loaded.ledger:
                return "known"
            await asyncio.sleep(0.01)
            records = record([ev.Commented(text="hi")], after=loaded.deal.seq if loaded.deal else 0)
            await commit(
                connection,
                loaded.deal,
                fold(loaded.deal, records),
                records,
                DEFINITION,
                entry(deal_id, "same"),
            )
        return "decided"

    results = await asyncio.gather(*(deliver() for _ in range(3)), return_exceptions=True)
    assert results.count("decided") == 1
    assert all(result in ("decided", "known") or isinstance(result, Overtaken) for result in results)
    assert await deliver() == "known"
    async with engine.connect() as connection:
        assert len(await missed(connection, deal_id, 0)) == 2


async def test_a_rollback_leaves_nothing(engine: AsyncEngine) -> None:
    deal_id = new_id()
    async with engine.begin() as connection:
        await create_company(connection, deal_id, "Акме", {})

    async def fail() -> None:
        async with engine.begin() as connection:
            named = ev.CompanySet(company=deal_id, fields={"inn": "1"})
            told = ev.Notified(to="sales", kind="task", text=NOTE)
            await happen(connection, deal_id, opened(deal_id, company=deal_id), named, told, command="c1")
            raise RuntimeError("the worker dies here")

    with pytest.raises(RuntimeError):
        await fail()
    async with engine.connect() as connection:
        loaded = await load(connection, deal_id, "c1", company_id=deal_id, lock=False)
        assert (loaded.deal, loaded.ledger) == (None, None)
        assert loaded.companies[deal_id].fields == {}
        for table in ("events", "notifications"):
            assert await rows_of(connection, table, deal_id) == []


@pytest.mark.parametrize("text", ["zero \x00", "\\\x00", "half \ud83d"])
async def test_what_cannot_be_kept_is_told_from_a_failure(connection: AsyncConnection, text: str) -> None:
    deal_id = new_id()
    with pytest.raises(Unstorable):
        await happen(connection, deal_id, opened(deal_id), ev.Commented(text=text))
    await happen(connection, deal_id, opened(deal_id), ev.Commented(text=r"C:\u0000 \\u0000"))
    assert [found.seq for found in await missed(connection, deal_id, 0)] == [1, 2]


async def test_listeners_hear_which_deal_changed(engine: AsyncEngine) -> None:
    deal_id = new_id()
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with engine.connect() as listening:
        driver = (await listening.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.add_listener("voronka_deals", lambda *args: heard.put_nowait(args[-1]))
        async with engine.begin() as connection:
            await happen(connection, deal_id, opened(deal_id))
        assert await asyncio.wait_for(heard.get(), 60) == deal_id
        await driver.reset(timeout=60)


async def test_events_of_a_newer_version_do_not_break_reading(connection: AsyncConnection) -> None:
    deal_id = new_id()
    await happen(connection, deal_id, opened(deal_id))
    row = {
        "deal_id": deal_id,
        "seq": 2,
        "at": START,
        "by": "x",
        "type": "teleported",
        "data": {"type": "teleported"},
    }
    await connection.execute(insert(tables.events), [row])
    assert [found.event.type for found in await missed(connection, deal_id, 0)] == ["opened", "teleported"]


async def test_a_decision_is_one_read_and_one_write(engine: AsyncEngine) -> None:
    deal_id = new_id()
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split()[0])

    async with engine.connect() as connection:
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        async with connection.begin():
            told = ev.Notified(to="sales", kind="task", text=NOTE)
            await happen(connection, deal_id, opened(deal_id), told, command="c1")
    assert len(sent) == 2
