"""Closed loops of a number of callers, and what their latencies come to."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Call = Callable[[int], Awaitable[object]]  # takes the number of the deal


@dataclass
class Sample:
    """Latencies in ms and the seconds they took together."""

    latencies: list[float]
    seconds: float

    @property
    def p50(self) -> float:
        """Median, ms."""
        return statistics.median(self.latencies)

    @property
    def p99(self) -> float:
        """99th percentile, ms."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]

    @property
    def rate(self) -> float:
        """Operations a second."""
        return len(self.latencies) / self.seconds

    def __add__(self, other: Sample) -> Sample:
        return Sample(self.latencies + other.latencies, self.seconds + other.seconds)


async def closed_loop(call: Call, callers: int, seconds: float) -> Sample:
    """Each caller works on a deal of its own, one call after another, for so long."""
    latencies: list[float] = []
    started = time.perf_counter()

    async def caller(number: int) -> None:
        while time.perf_counter() - started < seconds:
            begun = time.perf_counter()
            await call(number)
            latencies.append((time.perf_counter() - begun) * 1000)

    await asyncio.gather(*(caller(number) for number in range(callers)))
    return Sample(latencies, time.perf_counter() - started)
