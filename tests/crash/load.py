"""People at work: orders from quote over contract to receiving, as updates and signals, through every crash.

Whoever gets no answer sends the same again under the same id, for as long as it takes.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import Table, select
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import RPCTimeoutOrCancelledError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from domain.opening import child_id
from store import tables
from tests.crash import histories
from tests.live import Live, LiveDeal, eventually
from tests.workflows.stories import CONTRACT, QUOTE, RECEIVING, Step
from workflows import policies

# Seconds for one step, however often the worker is killed; a load that hangs is a failed test.
LONGEST = 120.0
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AGAIN = (
    RPCError, RPCTimeoutOrCancelledError, SQLAlchemyError, PostgresError, InterfaceError, OSError, TimeoutError
)  # fmt: skip


@dataclass
class Order:
    """Three deals of one client, and what was sent to them."""

    quote: str
    contract: str
    receiving: str
    answered: dict[tuple[str, str], int] = field(default_factory=dict)  # (deal, command id): seq
    signals: list[tuple[str, str]] = field(default_factory=list)  # (deal, command id)
    comments: list[tuple[str, str]] = field(default_factory=list)  # (deal, text)

    @property
    def deals(self) -> tuple[str, str, str]:
        return self.quote, self.contract, self.receiving


class Load:
    """Some people, who each work on one order after another until told to finish."""

    def __init__(self, live: Live, seed: int) -> None:
        self.live = live
        self._seed = seed
        self.orders: list[Order] = []
        self.under_way: dict[str, float] = {}  # command: when it was sent first
        self.finishing = False
        self.given_up = False
        self.trouble: Exception | None = None

    async def answered(self, commands: set[str], within: float) -> float:
        """Waits until these commands have been answered; returns how many seconds that took."""
        began = time.monotonic()
        while open := commands & self.under_way.keys():
            if self.trouble:
                raise self.trouble
            if time.monotonic() - began > within:
                raise AssertionError(f"not within {within} s: {await self._why(open)}")
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    async def calm(self) -> float:
        """Waits until nothing is left of earlier crashes; returns the seconds that what is under way then takes.

        Temporal gives each attempt of a workflow task more time from the fourth on: several crashes in a row are
        recovered from more slowly than one (docs/decisions/0006).
        """
        await self.answered(set(self.under_way), LONGEST)
        await eventually(self._first_attempts_only, within=LONGEST)
        return await self.answered(set(self.under_way), LONGEST)

    async def _first_attempts_only(self) -> bool:
        query = f"TaskQueue = '{self.live.queue}' AND ExecutionStatus = 'Running'"
        ids = [found.id async for found in self.live.client.list_workflows(query)]
        handles = [self.live.client.get_workflow_handle(id) for id in ids]
        described = await asyncio.gather(*(handle.describe() for handle in handles))
        return all(one.raw_description.pending_workflow_task.attempt <= 1 for one in described)

    async def _why(self, commands: Iterable[str]) -> str:
        """These commands with the histories of the workflows that they are for, or wait for."""
        parts = []
        for command in sorted(commands):
            ids = dict.fromkeys(_UUID.findall(command))
            workflows = dict.fromkeys(workflow for id in ids for workflow in self.workflows(id))
            parts.append(f"{command}\n{await histories.tell(self.live.client, list(workflows))}")
        return "\n".join(parts)

    def workflows(self, id: str) -> list[str]:
        """The workflows that belong together with the one of this id."""
        found = [deal for order in self.orders if id in order.deals for deal in order.deals]
        return [policies.workflow_id(deal) for deal in found or [id]]

    async def work(self, person: int) -> None:
        """One person, till the end of what is at hand."""
        chance = random.Random(f"{self._seed}/{person}")
        try:
            while not self.finishing:
                await self.play_one(chance)
        except Exception as error:
            self.trouble = error
            raise

    async def play_one(self, chance: random.Random) -> None:
        """Whatever people begin next."""
        await self.play_order(chance)

    async def play_order(self, chance: random.Random, *, calm: bool = False) -> Order:
        """One whole order. A calm one is done with updates alone, without comments between them."""
        id, start = a_uuid(chance), {"threshold": 400 if calm else chance.choice((25, 400))}
        company = await self.insist(f"{id}/company", lambda: self.live.company(contract_signed=False))
        quote = await self.insist(
            id, lambda: self.live.open("order.quote", id=id, company=company, start=start)
        )
        order = Order(quote.id, child_id(quote.id, "contract"), child_id(quote.id, "receiving"))
        self.orders.append(order)
        for id, steps in zip(order.deals, (QUOTE, CONTRACT, RECEIVING), strict=True):
            await self.until_there(tables.deals, tables.deals.c.id == id)
            for number, step in enumerate(steps):
                await self._step(order, self.live.deal(id), f"{number:02}", step, chance, calm)
        return order

    async def _step(
        self, order: Order, deal: LiveDeal, id: str, step: Step, chance: random.Random, calm: bool
    ) -> None:
        name, fields = step
        if not calm:
            await asyncio.sleep(chance.uniform(0, 0.06))
            if chance.random() < 0.2:
                await self._comment(order, deal, id)
        if calm or chance.random() < 0.75:
            seq = await self.insist(f"{deal.id}/{id}", lambda: deal.do(name, command=id, **fields))
            order.answered[deal.id, id] = seq
            return
        order.signals.append((deal.id, id))
        last = step in (CONTRACT[-1], RECEIVING[-1])  # after it nobody takes signals any more
        for _ in range(1 if last else chance.choice((1, 1, 2))):  # some systems send everything twice
            await self.insist(f"{deal.id}/{id}", lambda: deal.tell(name, id=id, **fields))
        mine = (tables.commands.c.deal_id == deal.id) & (tables.commands.c.id == id)
        await self.until_there(tables.commands, mine)

    async def _comment(self, order: Order, deal: LiveDeal, id: str) -> None:
        """A signal that nobody waits for, except that the deal must not end before it."""
        order.comments.append((deal.id, id))
        await self.insist(f"{deal.id}/c{id}", lambda: deal.tell("comment", id=f"c{id}", text=id))

    async def until_there(self, table: Table, condition: Any) -> None:
        """Waits until there is a row of this kind."""

        async def there() -> None:
            async with self.live.engine.connect() as connection:
                if (await connection.execute(select(1).select_from(table).where(condition))).first() is None:
                    raise TimeoutError

        await self.insist(f"row/{condition.compile(compile_kwargs={'literal_binds': True})}", there, 0.02)

    async def insist(
        self, what: str, call: Callable[[], Coroutine[Any, Any, Any]], pause: float = 0.1
    ) -> Any:
        """Calls until there is an answer; a call that is refused for good raises."""
        began = self.under_way[what] = time.monotonic()
        while True:
            try:
                answer = await call()
                break
            except (*_AGAIN, WorkflowUpdateFailedError) as error:
                # (A cancelled call ends as a timeout here: it must not be taken for one.)
                if _is_final(error) or self.given_up:
                    raise
                if time.monotonic() - began > LONGEST:
                    raise AssertionError(f"not within {LONGEST} s: {await self._why([what])}") from error
            await asyncio.sleep(pause)
        del self.under_way[what]
        return answer


def _is_final(error: Exception) -> bool:
    """A refusal: the script fits the deal, so something was lost or done twice."""
    if not isinstance(error, WorkflowUpdateFailedError):
        return False
    return not (isinstance(error.cause, ApplicationError) and error.cause.type == "unavailable")


def a_uuid(chance: random.Random) -> str:
    """An id that the seed tells."""
    digits = f"{chance.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
