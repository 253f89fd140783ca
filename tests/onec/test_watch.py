"""Asking 1C about mirrored tasks: what is new reaches the deal as 1C's own message would, and once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.onec import OneC
from activities.onec_client.errors import Unavailable
from activities.onec_watch import Watch
from domain import events as ev
from domain.commands import Happened
from domain.onec_mapping import Mapping
from store import tables
from store.mirrored import looking
from tests.onec.double import Double
from tests.onec.tasks import wish
from tests.store.samples import happen, opened

TASK = 1


class Ear:
    """A gateway that keeps what the deals are told. Other tests' deals are left out."""

    def __init__(self, deal: str) -> None:
        self._deal = deal
        self.told: list[Happened] = []
        self.ids: list[str] = []

    async def __call__(self, deal: str, command: Happened, id: str) -> None:
        if deal == self._deal:
            self.told.append(command)
            self.ids.append(id)


async def mirrored(engine: AsyncEngine, onec: OneC) -> tuple[str, str]:
    """A deal with an open task whose double is made, and the task's key."""
    deal = str(uuid.uuid4())
    async with engine.begin() as connection:
        made = ev.TaskCreated(task=TASK, key="ship", assignee="logist", creator="sales")
        await happen(connection, deal, opened(deal), made, ev.TaskMirrored(task=TASK))
        row = {"key": f"{deal}/3/1", "deal_id": deal, "kind": "onec_task", "name": f"mirror.{TASK}"}
        planned = insert(tables.effects).values(
            row | {"detail": {}, "status": "done", "planned_at": datetime.now(UTC)}
        )
        await connection.execute(planned)
    await onec.mirror_task(wish(key=f"{deal}.{TASK}"))
    return deal, f"{deal}.{TASK}"


async def knows(engine: AsyncEngine, deal: str, **said: str) -> None:
    async with engine.begin() as connection:
        await happen(connection, deal, ev.TaskMirrored.model_validate({"task": TASK, **said}))


async def test_tells_the_state_and_the_number_until_the_deal_knows_them(
    onec: OneC, engine: AsyncEngine
) -> None:
    deal, key = await mirrored(engine, onec)
    ear = Ear(deal)
    watch = Watch(engine, onec, ear)
    await watch.once()
    await watch.once()
    [first, again] = ear.told
    assert first == again
    assert (first.kind, first.detail["task"], first.detail["state"]) == ("onec.task_state", key, "open")
    assert len(set(ear.ids)) == 1, "under one id, so that it acts once"
    await knows(engine, deal, state="open", number=str(first.detail["number"]))
    await watch.once()
    assert len(ear.told) == 2, "the deal knows"


async def test_a_task_closed_in_1c_is_closed_with_its_result(
    onec: OneC, engine: AsyncEngine, double: Double
) -> None:
    deal, key = await mirrored(engine, onec)
    double.control("POST", f"tasks/{key}/complete", {"result": "Отгружено"})
    ear = Ear(deal)
    await Watch(engine, onec, ear).once()
    [said] = ear.told
    assert (said.kind, said.detail["task"], said.detail["comment"]) == ("onec.task_done", key, "Отгружено")


async def test_closed_tasks_and_those_that_1c_has_not_got_yet_are_not_asked_about(
    onec: OneC, engine: AsyncEngine
) -> None:
    deal, _ = await mirrored(engine, onec)
    ear = Ear(deal)
    table = tables.effects
    async with engine.begin() as connection:
        await connection.execute(update(table).where(table.c.deal_id == deal).values(status="sending"))
    await Watch(engine, onec, ear).once()
    async with engine.begin() as connection:
        await connection.execute(update(table).where(table.c.deal_id == deal).values(status="done"))
        await happen(connection, deal, ev.TaskFinished(task=TASK))
    await Watch(engine, onec, ear).once()
    assert ear.told == []


async def test_one_worker_asks_at_a_time(onec: OneC, engine: AsyncEngine) -> None:
    deal, _ = await mirrored(engine, onec)
    ear = Ear(deal)
    async with looking(engine) as alone:
        assert alone
        await Watch(engine, onec, ear).once()
        assert ear.told == []
    await Watch(engine, onec, ear).once()
    assert len(ear.told) == 1


async def test_no_transaction_is_open_while_1c_is_asked_and_deals_are_told(
    double: Double, mapping: Mapping, engine: AsyncEngine
) -> None:
    open_ones = text("""
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()""")
    seen: list[tuple[str, int]] = []

    async def look(what: str) -> None:
        async with engine.connect() as connection:
            seen.append((what, await connection.scalar(open_ones) or 0))

    async with double.client() as client:
        onec = OneC(client, mapping)
        deal, _ = await mirrored(engine, onec)

        async def asked(_: httpx.Request) -> None:
            await look("asked")

        async def tell(to: str, command: Happened, id: str) -> None:
            if to == deal:
                await look("told")

        client.event_hooks = {"request": [asked]}
        await Watch(engine, onec, tell).once()
    assert {what for what, _ in seen} == {"asked", "told"}
    assert {transactions for _, transactions in seen} == {0}


async def test_a_deal_that_does_not_listen_keeps_nothing_from_the_others(
    onec: OneC, engine: AsyncEngine
) -> None:
    first, _ = await mirrored(engine, onec)
    second, _ = await mirrored(engine, onec)
    ears = {deal: Ear(deal) for deal in (first, second)}

    async def tell(deal: str, command: Happened, id: str) -> None:
        if deal == min(first, second):
            raise RuntimeError("no")
        if deal in ears:
            await ears[deal](deal, command, id)

    await Watch(engine, onec, tell).once()
    assert len(ears[max(first, second)].told) == 1


async def test_an_outage_is_told_by_the_error_alone(onec: OneC, engine: AsyncEngine, double: Double) -> None:
    deal, _ = await mirrored(engine, onec)
    double.fault("unavailable")
    with pytest.raises(Unavailable):
        await Watch(engine, onec, Ear(deal)).once()
