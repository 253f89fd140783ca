"""Numbers of documents on a real PostgreSQL: no gaps, no doubles, whatever comes at once or fails."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from store.numbering import (
    KeyOfAnother,
    Numbered,
    Sequence,
    latest_version,
    record_document,
    recorded_document,
)


async def take(engine: AsyncEngine, sequence: Sequence, key: str, fail: bool = False) -> int:
    async with engine.begin() as connection:
        taken = await record_document(connection, sequence, key, {"key": key})
        await asyncio.sleep(0.002)  # let the others come while this one is open
        if fail:
            raise ZeroDivisionError
    return taken.number


async def test_twenty_at_once_get_numbers_without_gaps_or_doubles(engine: AsyncEngine) -> None:
    sequence = Sequence("1", "invoice", 2026)
    taken = await asyncio.gather(*(take(engine, sequence, f"a{n}") for n in range(20)))
    assert sorted(taken) == list(range(1, 21))


async def test_failures_among_them_leave_no_gap(engine: AsyncEngine) -> None:
    sequence = Sequence("2", "invoice", 2026)
    attempts = (take(engine, sequence, f"b{n}", fail=n % 3 == 0) for n in range(20))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    taken = sorted(result for result in results if isinstance(result, int))
    assert taken == list(range(1, 14))
    assert sum(isinstance(result, ZeroDivisionError) for result in results) == 7
    assert await take(engine, sequence, "b0") == 14  # the failed one, later


async def test_the_same_key_gives_the_same_number_and_content(engine: AsyncEngine) -> None:
    sequence = Sequence("3", "invoice", 2026)
    taken = await asyncio.gather(*(take(engine, sequence, "same") for _ in range(10)))
    assert set(taken) == {1}
    async with engine.begin() as connection:
        again = await record_document(connection, sequence, "same", {"key": "changed"})
        assert again == Numbered(1, {"key": "same"})
        assert await recorded_document(connection, "same") == again
        assert await recorded_document(connection, "never") is None
    assert await take(engine, sequence, "another") == 2


async def test_each_organisation_kind_and_year_counts_for_itself(engine: AsyncEngine) -> None:
    sequences = [Sequence("4", "invoice", 2026), Sequence("4", "invoice", 2027), Sequence("4", "act", 2026)]
    sequences.append(Sequence("5", "invoice", 2026))
    taken = [await take(engine, sequence, f"c{n}") for n, sequence in enumerate(sequences)]
    assert taken == [1, 1, 1, 1]
    with pytest.raises(KeyOfAnother):
        await take(engine, sequences[1], "c0")


async def test_another_version_of_a_document_keeps_its_number(engine: AsyncEngine) -> None:
    sequence = Sequence("6", "invoice", 2026)

    async def make(key: str, document: str | None, of: Sequence = sequence) -> int:
        async with engine.begin() as connection:
            return (await record_document(connection, of, key, {"key": key}, document)).number

    assert [await make("d1", "deal/bill"), await make("d2", "other/bill"), await make("d3", None)] == [
        1,
        2,
        3,
    ]
    assert [await make("d4", "deal/bill"), await make("d5", "deal/bill"), await make("d4", "deal/bill")] == [
        1,
        1,
        1,
    ]
    assert [await make("d6", None), await make("d7", "deal/bill", Sequence("7", "invoice", 2026))] == [4, 1]
    async with engine.begin() as connection:
        assert await latest_version(connection, "6", "invoice", "deal/bill") == Numbered(1, {"key": "d5"})
        assert await recorded_document(connection, "d1") == Numbered(1, {"key": "d1"})
        assert await latest_version(connection, "6", "act", "deal/bill") is None


async def test_versions_made_at_once_are_as_many_under_one_number(engine: AsyncEngine) -> None:
    sequence = Sequence("8", "invoice", 2026)

    async def make(key: str) -> int:
        async with engine.begin() as connection:
            return (await record_document(connection, sequence, key, {}, "deal/act")).number

    assert set(await asyncio.gather(*(make(f"e{n}") for n in range(10)))) == {1}
    assert await take(engine, sequence, "e") == 2
