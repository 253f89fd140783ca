"""Tells open pages that deals have changed, so that nobody has to reload."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

_LOG = logging.getLogger(__name__)


class Change(Protocol):
    """What changed within a moment; `everything`: whatever is shown may be old."""

    @property
    def deals(self) -> frozenset[str]: ...

    @property
    def pipelines(self) -> frozenset[str]: ...

    @property
    def people(self) -> frozenset[str]: ...

    @property
    def everything(self) -> bool: ...


Told = Callable[[Change], Awaitable[None]]


@dataclass(frozen=True)
class _Listener:
    """One page: what it shows, and what it does about a change. None: whatever it is about."""

    told: Told
    deals: frozenset[str] | None
    pipelines: frozenset[str] | None
    people: frozenset[str] | None

    def cares(self, change: Change) -> bool:
        if change.everything:
            return True
        wanted = (
            (self.deals, change.deals),
            (self.pipelines, change.pipelines),
            (self.people, change.people),
        )
        named = [bool(mine & theirs) for mine, theirs in wanted if mine is not None]
        return any(named) if named else True


class Live:
    """The process's pages that are open, by what they show."""

    def __init__(self, changes: Callable[[], AsyncIterator[Change]]) -> None:
        self._changes = changes
        self._listeners: dict[int, _Listener] = {}
        self._numbers = 0
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to listen; needs a running loop."""
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Listens no more."""
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])

    def subscribe(
        self,
        told: Told,
        *,
        deals: frozenset[str] | None = None,
        pipelines: frozenset[str] | None = None,
        people: frozenset[str] | None = None,
    ) -> Callable[[], None]:
        """Calls `told` for changes of any of these; returns what ends it."""
        self._numbers += 1
        number = self._numbers
        self._listeners[number] = _Listener(told, deals, pipelines, people)

        def end() -> None:
            self._listeners.pop(number, None)

        return end

    async def _run(self) -> None:
        async for change in self._changes():
            told = [listener.told(change) for listener in self._listeners.values() if listener.cares(change)]
            for failure in await asyncio.gather(*told, return_exceptions=True):
                if isinstance(failure, Exception):  # one page's trouble is not the others'
                    _LOG.warning("a page could not take a change: %s", type(failure).__name__)
