"""(c) What an idle deal costs the worker while it is cached."""

from __future__ import annotations

import asyncio

import psutil

from bench.stage import Stage

DEALS = 600
AT_ONCE = 8
FIELDS = {"contact_name": "Bench", "contact_phone": "+70000000000", "request": "200 boxes"}


async def measure(stage: Stage) -> tuple[int, float]:
    """How many deals, and KB of the worker's memory (proportional set size) for each of them."""
    await _open(stage, 50)  # what the first deals load is not an idle deal's cost
    before = _pss(stage.worker)
    await _open(stage, DEALS)
    return DEALS, (_pss(stage.worker) - before) / 1024 / DEALS


async def _open(stage: Stage, count: int) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with gate:
            body = {"pipeline": "fulfilment.quote", "fields": FIELDS}
            answer = await stage.http.post("/api/deals", json=body)
            answer.raise_for_status()
            path = f"/api/deals/{answer.json()['id']}/move"
            (await stage.http.post(path, json={"to": "prepare_offer"})).raise_for_status()

    await asyncio.gather(*(one() for _ in range(count)))


def _pss(pid: int) -> int:
    return int(psutil.Process(pid).memory_full_info().pss)
