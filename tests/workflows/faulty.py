"""The product with a fault that can be mended: whatever decides about some fields of a deal breaks."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.worker import Worker

from activities.decisions import Decisions
from domain.definition import Pipeline
from store.definitions import DefinitionCache
from store.organisation import OrganisationCache
from tests.live import Live, LiveDeal, running
from workflows.deal import DealWorkflow

SIGNAL = "s1"


class Faulty(DefinitionCache):
    """The definitions; while `broken`, without what the fields `goods` and `bill` are."""

    broken = False

    async def get(self, hash: str, connection: AsyncConnection | None = None) -> Pipeline:
        definition = await super().get(hash, connection)
        spoilt = {**definition.fields, "goods": None, "bill": "spoilt"}
        return definition.model_copy(update={"fields": spoilt}) if self.broken else definition


@dataclass(frozen=True)
class Shop:
    """The product with faulty definitions."""

    live: Live
    definitions: Faulty

    async def deal_with_a_faulty_signal(self, **start: int) -> LiveDeal:
        """A deal that was told something before the signal that meets the fault, and something after it."""
        deal = await self.live.open("order.quote", start=dict(start))
        self.definitions.broken = True
        await deal.tell("comment", text="before")
        await deal.tell("fill", id=SIGNAL, fields={"goods": "cups"}, by="lawyer")
        await deal.tell("comment", text="after")
        return deal


@contextlib.asynccontextmanager
async def faulty_shop(url: str, address: str, *outside: Callable[..., Any]) -> AsyncIterator[Shop]:
    """The product on a prepared database, with a worker of its own. `outside`: activities that carry out effects."""
    async with running(url, address, worker=False) as live:
        definitions = Faulty(live.engine)
        decisions = Decisions(live.engine, definitions, OrganisationCache())
        made: list[Callable[..., Any]] = [decisions.decide, decisions.load, *outside]
        async with Worker(live.client, task_queue=live.queue, workflows=[DealWorkflow], activities=made):
            yield Shop(live, definitions)
