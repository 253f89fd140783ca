"""Attempts of one deal's effects take turns at 1C, in the order of their planning."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.onec import OneC
from domain.onec_mapping import Mapping
from store import tables
from store.turns import end_turn, take_turn
from tests.onec.double import Double
from tests.onec.planned import effect, failure, plan


@pytest.fixture
async def onec(double: Double, mapping: Mapping, engine: AsyncEngine) -> AsyncIterator[OneC]:
    async with double.client() as client:
        yield OneC(client, mapping, engine)


async def test_what_was_planned_before_goes_first(onec: OneC, double: Double, engine: AsyncEngine) -> None:
    deal = str(uuid.uuid4())
    for number in (1, 2, 3):
        await plan(engine, deal=deal, number=number, key=f"{deal}.{number}", title=f"Задача {number}")
    await onec.effect_onec_task(f"{deal}/3/1")
    made = [line["key"] for line in double.ledger() if line["key"].startswith(deal)]
    assert made == [f"{deal}.1", f"{deal}.2", f"{deal}.3"]
    await onec.effect_onec_task(f"{deal}/1/1")
    assert [line["key"] for line in double.ledger() if line["key"].startswith(deal)] == made, "once"


async def test_attempts_of_one_deal_take_turns_so_that_nothing_is_made_twice(
    double: Double, mapping: Mapping, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.onec._PATIENCE", 0.4)
    arrived, may_go = asyncio.Event(), asyncio.Event()

    async def hold(request: httpx.Request) -> None:
        if request.method == "POST":
            arrived.set()
            await may_go.wait()

    deal = str(uuid.uuid4())
    keys = [(await plan(engine, deal=deal, number=n, key=f"{deal}.{n}", title="x"))[0] for n in (1, 2)]
    plain = mapping.model_copy(update={"task": mapping.task.model_copy(update={"own_reference": False})})
    async with double.client() as client:
        onec = OneC(client, plain, engine)
        client.event_hooks = {"request": [hold]}
        running = asyncio.create_task(onec.effect_onec_task(keys[0]))
        await arrived.wait()
        # The same is tried at once, and the next one would take along what is before it.
        errors = await asyncio.gather(*(failure(onec, key) for key in keys))
        assert [(one.type, one.non_retryable) for one in errors] == [("onec_behind", False)] * 2
        assert not running.done()
        row = await effect(engine, keys[0])
        assert (row.attempts, row.cause) == (1, None)
        may_go.set()
        assert await running
        assert await onec.effect_onec_task(keys[0]) is None
        assert await onec.effect_onec_task(keys[1])
    assert [double.actions(f"{deal}.{number}") for number in (1, 2)] == [["create"], ["create"]]
    assert (await effect(engine, keys[1])).busy_until is None


async def test_what_is_quick_is_waited_for(
    onec: OneC, double: Double, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.onec._PATIENCE", 60.0)  # a busy machine is not quick
    deal = str(uuid.uuid4())
    keys = [(await plan(engine, deal=deal, number=n, key=f"{deal}.{n}", title="x"))[0] for n in (1, 2, 3)]
    states = await asyncio.gather(*(onec.effect_onec_task(key) for key in reversed(keys)))
    assert [state["status"] for state in states if state] == ["open"] * 3
    assert [double.actions(f"{deal}.{number}") for number in (1, 2, 3)] == [["create"]] * 3


async def test_a_turn_whose_process_died_ends_by_itself(onec: OneC, engine: AsyncEngine) -> None:
    key, _ = await plan(engine, title="Отгрузить")
    table = tables.effects
    for after, kind in ((timedelta(seconds=20), "onec_behind"), (timedelta(0), None)):
        async with engine.begin() as connection:
            busy = update(table).where(table.c.key == key).values(busy_until=datetime.now(UTC) + after)
            await connection.execute(busy)
        if kind:
            assert (await failure(onec, key)).type == kind
    assert await onec.effect_onec_task(key)


async def test_a_turn_that_has_passed_on_is_not_ended_for_the_other(engine: AsyncEngine) -> None:
    key, _ = await plan(engine, title="Отгрузить")
    async with engine.begin() as connection:
        first = await take_turn(connection, key, timedelta(0))
    async with engine.begin() as connection:
        second = await take_turn(connection, key, timedelta(seconds=30))
        assert first
        await end_turn(connection, key, first)
    assert (await effect(engine, key)).busy_until == second


async def test_what_1c_refuses_for_good_holds_up_nothing_and_what_it_may_yet_take_does(
    onec: OneC, double: Double, engine: AsyncEngine
) -> None:
    deal = str(uuid.uuid4())
    await plan(engine, deal=deal, number=1, key=f"{deal}.1", title="\x01")  # 1C: no name
    await plan(engine, deal=deal, number=2, key=f"{deal}.2", title="Вторая")
    await plan(engine, deal=deal, number=3, key=f"{deal}.3", title="Третья")
    double.fault("lock", methods=["POST"], times=2)
    for _ in range(2):
        error = await failure(onec, f"{deal}/3/1")
        assert (error.type, error.non_retryable) == ("onec_behind", False)
        assert double.actions(f"{deal}.3") == []
    await onec.effect_onec_task(f"{deal}/3/1")
    assert [double.actions(f"{deal}.{number}") for number in (1, 2, 3)] == [[], ["create"], ["create"]]
