"""Asks 1C about mirrored tasks again and again, for where its signed messages do not come through.

Runs beside the worker. What 1C says reaches the deal as the same command that its message would be, under an id made
of the task and its version in 1C: however often it is seen, and by however many workers, it acts once.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.onec import OneC
from activities.onec_client.errors import OneCError
from activities.onec_client.requests import MOST_KEYS
from activities.onec_client.shapes import TaskState
from domain import hooks
from domain.commands import Happened
from store.mirrored import Mirrored, looking, open_mirrored

log = logging.getLogger("voronka.onec")
EVERY_SECONDS = 60.0
SOURCE = "1c"
_IDS = uuid.UUID("5b0c3f7a-8e0f-5d0e-9f43-1c1c1c0a77e5")

Tell = Callable[[str, Happened, str], Awaitable[None]]  # deal, command, its id


class Watch:
    """Compares the doubles in 1C with what their deals know, and tells the deals what is new."""

    def __init__(self, engine: AsyncEngine, onec: OneC, tell: Tell, every: float = EVERY_SECONDS) -> None:
        self._engine = engine
        self._onec = onec
        self._tell = tell
        self._every = every

    async def run(self) -> None:
        """Looks until cancelled; whatever fails is tried again at the next look."""
        while True:
            try:
                await self.once()
            except OneCError as error:
                log.info("mirrored tasks are looked at later: %s", error)
            except Exception as error:
                log.warning("mirrored tasks are looked at later: %s", type(error).__name__)
            await asyncio.sleep(self._every)

    async def once(self) -> None:
        """One look at everything that is open. Raises OneCError."""
        async with looking(self._engine) as alone:
            if alone:
                await self._look()

    async def _look(self) -> None:
        async with self._engine.connect() as connection:
            known = {one.key: one for one in await open_mirrored(connection)}
        keys = list(known)
        for start in range(0, len(keys), MOST_KEYS):
            versions: dict[str, str | None] = dict.fromkeys(keys[start : start + MOST_KEYS])
            for state in (await self._onec.changed_tasks(versions)).changed:
                await self._compare(known[state.key], state)

    async def _compare(self, known: Mirrored, state: TaskState) -> None:
        if (known.state, known.number or "") == (state.status, state.number):
            return
        said: dict[str, JsonValue] = {
            "key": state.key,
            "status": state.status,
            "number": state.number,
            "result": state.result,
        }
        command = hooks.happened(SOURCE, f"task.{state.status}", said)
        id = str(uuid.uuid5(_IDS, f"{state.key}/{state.version}"))
        try:
            await self._tell(known.deal, command, id)
        except Exception as error:  # one deal that does not take it keeps nothing from the others
            log.warning("deal %s does not take word from 1C: %s", known.deal, type(error).__name__)
