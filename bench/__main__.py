"""`make bench`: measures, prints a table, and keeps the latest in bench/RESULTS.md."""

from __future__ import annotations

import asyncio
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil

from bench import histories, memory, moves
from bench.stage import stage
from bench.timing import Sample

RESULTS = Path(__file__).parent / "RESULTS.md"


async def main() -> None:
    """Runs all measurements on one stage."""
    async with stage() as running:
        print("moves: bare, indexed, direct, over HTTP, refused ...", flush=True)
        samples = await moves.measure(running)
        print("histories ...", flush=True)
        costs = await histories.measure(running)
        print("memory ...", flush=True)
        idle = await memory.measure(running)
    text = "\n".join([*_head(), *_moves(samples), "", *_histories(costs), "", *_memory(*idle), ""])
    print(text)
    RESULTS.write_text(text)


def _head() -> list[str]:
    cores, gib = psutil.cpu_count(), psutil.virtual_memory().total / 2**30
    return [
        "# Latest results of `make bench`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores, {gib:.0f} GiB, Python {platform.python_version()}. "
        "Temporal's server (SQLite file, WAL), PostgreSQL (fsync on), worker, web and the callers share the machine: "
        "read the ratios.",
        "",
    ]


NAMES = {
    "bare": "bare: update, local activity, one row",
    "indexed": "bare, and its stage in Temporal's search",
    "direct": "direct update",
    "http": "over HTTP",
    "refused": "refused, over HTTP",
}


@dataclass(frozen=True)
class Target:
    """What a figure is held to, as a ratio to the bare workflow in the same run."""

    of: Literal["p50", "rate"]
    bound: float

    def verdict(self, p50: float, rate: float) -> str:
        """The target in words, and whether it is met."""
        met = p50 <= self.bound if self.of == "p50" else rate >= self.bound
        sign = "≤" if self.of == "p50" else "≥"
        return f"{self.of} {sign} {self.bound}: {'met' if met else 'MISSED'}"


TARGETS = {
    ("direct", 1): Target("p50", 1.25),
    ("direct", 16): Target("rate", 0.8),
    ("http", 1): Target("p50", 1.4),
    ("refused", 1): Target("p50", 0.5),
}


def _moves(samples: dict[tuple[str, int], Sample]) -> list[str]:
    head = "| stage move | in flight | p50 ms | p99 ms | a second | p50 / bare | rate / bare | target |"
    rows = [head, "|---" * 8 + "|"]
    for callers in sorted({callers for _, callers in samples}):
        bare = samples["bare", callers]
        for name, title in NAMES.items():
            sample = samples[name, callers]
            p50, rate = sample.p50 / bare.p50, sample.rate / bare.rate
            target = TARGETS.get((name, callers))
            rows.append(
                f"| {title} | {callers} | {sample.p50:.1f} | {sample.p99:.1f} | {sample.rate:.0f} "
                f"| {p50:.2f} | {rate:.2f} | {target.verdict(p50, rate) if target else ''} |"
            )
    return rows


def _histories(costs: list[histories.Cost]) -> list[str]:
    rows = ["| history | events | bytes | target |", "|---|---|---|---|"]
    for cost in costs:
        target = ""
        if cost.what.startswith("move") and "opens" not in cost.what:
            target = "≤ 7 events, ≤ 2 KB: " + ("met" if cost.events <= 7 and cost.size <= 2048 else "MISSED")
        rows.append(f"| {cost.what} | {cost.events} | {cost.size} | {target} |")
    return rows


def _memory(deals: int, kilobytes: float) -> list[str]:
    verdict = "met" if kilobytes <= 100 else "MISSED"
    return [
        "| worker memory | KB | target |",
        "|---|---|---|",
        f"| a cached idle deal (mean of {deals}) | {kilobytes:.0f} | ≤ 100 KB: {verdict} |",
    ]


if __name__ == "__main__":
    asyncio.run(main())
