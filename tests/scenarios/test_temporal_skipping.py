"""The time-skipping server's clock runs on for a story, and waits for a task that takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from temporalio import activity, workflow
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from embedded import binaries
from simulate import temporal_skipping
from simulate.engine import EngineFailure


@workflow.defn(name="Slow", sandboxed=False)
class Slow:
    """One activity that is tried once."""

    @workflow.run
    async def run(self) -> str:
        answer: str = await workflow.execute_activity(
            "slow", result_type=str, schedule_to_close_timeout=timedelta(hours=1)
        )
        return answer


@dataclass
class Machine:
    """A slow one: its activity ends when it is told to."""

    environment: WorkflowEnvironment
    begun: asyncio.Event
    may_end: asyncio.Event

    @activity.defn(name="slow")
    async def slow(self) -> str:
        self.begun.set()
        await self.may_end.wait()
        return "done"

    async def start(self) -> WorkflowHandle[Slow, str]:
        handle = await self.environment.client.start_workflow(Slow.run, id="slow", task_queue="slow")
        await self.begun.wait()
        return handle


@pytest.fixture
async def machine() -> AsyncIterator[Machine]:
    server = str(binaries.time_skipping_server())
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=server) as environment:
        made = Machine(environment, asyncio.Event(), asyncio.Event())
        worker = Worker(environment.client, task_queue="slow", workflows=[Slow], activities=[made.slow])
        async with worker:
            yield made


async def test_a_slow_task_stops_the_clock_and_is_not_taken_for_a_standstill(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = await machine.start()
    looks: list[datetime] = []
    look = machine.environment.get_current_time

    async def seen() -> datetime:
        looks.append(await look())
        if len(looks) == 2:  # the clock has been found standing once
            machine.may_end.set()
        return looks[-1]

    monkeypatch.setattr(machine.environment, "get_current_time", seen)
    await temporal_skipping.skip(machine.environment, timedelta(days=1))
    assert await look() - looks[0] >= timedelta(days=1)
    assert looks[1] - looks[0] < timedelta(minutes=1), "it waited for the task"
    assert await handle.result() == "done"


async def test_a_clock_that_does_not_run_at_all_is_said(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(temporal_skipping, "_LOOK", timedelta(seconds=0.1))
    monkeypatch.setattr(temporal_skipping, "_LOOKS", 1000)  # nobody lets it go
    monkeypatch.setattr(temporal_skipping, "_MOST_STANDSTILLS", 0.01)  # ten looks
    await machine.start()
    with pytest.raises(EngineFailure, match="stands still"):
        await temporal_skipping.skip(machine.environment, timedelta(days=1))
    machine.may_end.set()
