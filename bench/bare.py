"""The limit to compare with: a workflow whose update runs one local activity that commits one row, nothing else.

Started with `indexed` it also shows its stage to Temporal's search, as a deal does: what of a move's cost is that.
Run as `python -m bench.bare` it is that workflow's worker.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from workflows import policies

QUEUE = "bench-bare"
TABLE = text("CREATE TABLE IF NOT EXISTS bare_moves (id bigserial PRIMARY KEY, workflow text, number int)")
ROW = text("INSERT INTO bare_moves (workflow, number) VALUES (:workflow, :number)")


@workflow.defn(name="Bare")
class Bare:
    """Counts moves."""

    @workflow.init
    def __init__(self, indexed: bool) -> None:
        self._moves = 0
        self._indexed = indexed

    @workflow.run
    async def run(self, indexed: bool) -> None:
        """Lives until it is terminated."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def move(self, to: str) -> int:
        """Commits one row."""
        self._moves += 1
        arguments = [workflow.info().workflow_id, self._moves]
        await workflow.execute_local_activity(
            "commit_row", args=arguments, start_to_close_timeout=timedelta(seconds=3)
        )
        if self._indexed:
            workflow.upsert_search_attributes([policies.STAGE.value_set(to)])
        return self._moves


class Rows:
    """The one activity."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name="commit_row")
    async def commit_row(self, workflow_id: str, number: int) -> None:
        """Commits a row, by the same engine that the product uses."""
        async with self._engine.begin() as connection:
            await connection.execute(ROW, {"workflow": workflow_id, "number": number})


async def serve(address: str, database_url: str) -> None:
    """Works until the process is ended."""
    from store.session import make_engine

    engine = make_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(TABLE)
    client = await Client.connect(address, identity="bench")
    rows = Rows(engine)
    async with Worker(client, task_queue=QUEUE, workflows=[Bare], activities=[rows.commit_row]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    import sys

    asyncio.run(serve(sys.argv[1], sys.argv[2]))
