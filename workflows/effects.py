"""Effects in the outside world, carried out in the background: a dead mail server never holds up a move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, CancelledError, TimeoutError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.commands import EffectResult
    from domain.deal import Deal, Effect

from workflows import policies
from workflows.keeper import Keeper, Unrecorded


@dataclass
class _Running:
    """An effect under way. `again`: how often people had asked for it when its activity was last started."""

    again: int
    task: asyncio.Task[None] | None = None  # held, so that it is not collected
    activity: workflow.ActivityHandle[Any] | None = None


class Effects:
    """Runs one activity for each planned effect. The effect's key makes a repeat harmless, also after a new run."""

    def __init__(self, keeper: Keeper[Deal]) -> None:
        self._keeper = keeper
        self._running: dict[str, _Running] = {}

    def waiting(self, deal: Deal) -> list[Effect]:
        """Planned effects that nobody carries out yet, or that are asked for again; failed ones wait for a person."""
        return [effect for effect in deal.effects.values() if not effect.cause and self._must_start(effect)]

    def start(self, deal: Deal) -> None:
        """Starts what waits; what pauses between two attempts, and is asked for again, is tried at once."""
        for effect in self.waiting(deal):
            if running := self._running.get(effect.key):
                running.again = effect.again
                if running.activity:
                    running.activity.cancel()
                continue
            running = self._running[effect.key] = _Running(effect.again)
            running.task = asyncio.create_task(self._carry_out(effect, running))

    def _must_start(self, effect: Effect) -> bool:
        running = self._running.get(effect.key)
        return running is None or effect.again > running.again

    async def _carry_out(self, effect: Effect, running: _Running) -> None:
        result = await self._try(effect, running)
        faults = 0
        while True:
            try:
                await self._keeper.decide(result)
                break
            except Unrecorded as error:
                faults += error.fault is not None
                if error.fault is not None and faults >= policies.FAULTY_TRIES:
                    # Given up until a person retries: then the activity tells its result again, by the same key.
                    result = EffectResult(key=effect.key, cause=error.fault, code=wire.FAULT)
                await self._keeper.pause()
        del self._running[effect.key]

    async def _try(self, effect: Effect, running: _Running) -> EffectResult:
        while True:
            running.activity = workflow.start_activity(
                f"effect_{effect.kind}",
                effect.key,
                start_to_close_timeout=policies.EFFECT_ATTEMPT,
                schedule_to_close_timeout=policies.EFFECT_TOTAL,
                retry_policy=policies.EFFECT_RETRY,
                summary=f"{effect.kind} {effect.name}",
            )
            try:
                result: Any = await running.activity
            except ActivityError as error:
                if isinstance(error.cause, CancelledError):
                    continue  # a person asked for it to be tried at once
                return _failed(effect, error)
            finally:
                running.activity = None
            return EffectResult(key=effect.key, result=result if isinstance(result, dict) else {})


def _failed(effect: Effect, error: ActivityError) -> EffectResult:
    """The failure with the activity's own words; where its time was over, those of the last attempt."""
    cause = error.cause
    last = cause.__cause__ if isinstance(cause, TimeoutError) else cause
    if isinstance(last, ApplicationError):
        return EffectResult(key=effect.key, cause=last.message, code=last.type or "")
    return EffectResult(key=effect.key, cause=str(cause or error))
