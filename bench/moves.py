"""(a) A stage move over HTTP and by direct update, beside the bare limit, in one run, turn and turn about."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from bench.bare import QUEUE
from bench.stage import Stage
from bench.timing import Call, Sample, closed_loop

CALLERS = (1, 16)
ROUNDS = 5
SECONDS = 3.0
FIELDS = {"contact_name": "Bench", "contact_phone": "+70000000000", "request": "200 boxes"}


async def measure(stage: Stage) -> dict[tuple[str, int], Sample]:
    """Samples by (what, callers)."""
    deals = await asyncio.gather(*(_open(stage) for _ in range(2 * max(CALLERS))))
    calls = {
        "bare": await _bare(stage, indexed=False),
        "indexed": await _bare(stage, indexed=True),
        "direct": _direct(stage, deals[: max(CALLERS)]),
        "http": _http(stage, deals[max(CALLERS) :]),
        "refused": _refused(stage, deals[max(CALLERS) :]),
    }
    for call in calls.values():
        await closed_loop(call, 4, 1.0)  # warm caches and connections
    samples: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for _ in range(ROUNDS):
        for callers in CALLERS:
            for name, call in calls.items():
                samples[name, callers].append(await closed_loop(call, callers, SECONDS))
    return {key: _together(parts) for key, parts in samples.items()}


def _together(parts: list[Sample]) -> Sample:
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


async def _open(stage: Stage) -> str:
    answer = await stage.http.post("/api/deals", json={"pipeline": "fulfilment.quote", "fields": FIELDS})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def _bare(stage: Stage, *, indexed: bool) -> Call:
    name, count = "indexed" if indexed else "bare", max(CALLERS)
    handles = [
        await stage.client.start_workflow("Bare", indexed, id=f"{name}-{number}", task_queue=QUEUE)
        for number in range(count)
    ]
    turns = _Turns(count)

    async def move(number: int) -> object:
        return await handles[number].execute_update("move", turns.next(number))

    return move


class _Turns:
    """Where each deal goes next: to and fro between two stages."""

    def __init__(self, count: int) -> None:
        self._moves = [0] * count

    def next(self, number: int) -> str:
        self._moves[number] += 1
        return "prepare_offer" if self._moves[number] % 2 else "new"


def _direct(stage: Stage, deals: list[str]) -> Call:
    handles = [stage.client.get_workflow_handle(f"deal-{deal}") for deal in deals]
    turns = _Turns(len(deals))

    async def move(number: int) -> object:
        return await handles[number].execute_update("move", {"to": turns.next(number), "by": "sales"})

    return move


def _http(stage: Stage, deals: list[str]) -> Call:
    turns = _Turns(len(deals))

    async def move(number: int) -> object:
        answer = await stage.http.post(f"/api/deals/{deals[number]}/move", json={"to": turns.next(number)})
        answer.raise_for_status()
        return answer

    return move


def _refused(stage: Stage, deals: list[str]) -> Call:
    async def move(number: int) -> object:
        answer = await stage.http.post(f"/api/deals/{deals[number]}/move", json={"to": "agreed"})
        if answer.status_code != 422:
            raise RuntimeError(f"expected a refusal, got {answer.status_code}: {answer.text}")
        return answer

    return move
