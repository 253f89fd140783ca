"""One read for all who ask the same at the same moment, as every open board does when a deal changes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
WAIT_SECONDS = 0.004  # how long a read waits for others to join it


class SharedReads(Generic[T]):
    """Whoever asks before a read has begun shares it; who comes later gets the next one.

    So nobody is answered with what was true before they asked, their own last change above all.
    """

    def __init__(self, wait: float = WAIT_SECONDS) -> None:
        self._wait = wait
        self._waiting: dict[Hashable, asyncio.Task[T]] = {}

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, or the `read` of somebody who asked for the same `key` just before."""
        task = self._waiting.get(key)
        if task is None:
            task = self._waiting[key] = asyncio.create_task(self._run(key, read))
        return await asyncio.shield(task)  # one who goes away does not take it from the others

    async def _run(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        await asyncio.sleep(self._wait)
        del self._waiting[key]  # from here on it is too late to join
        return await read()
