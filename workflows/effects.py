"""Effects in the outside world, carried out in the background: a dead mail server never holds up a move."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from domain.commands import EffectResult
    from domain.deal import Deal, Effect

from workflows import policies
from workflows.keeper import Keeper, Unrecorded


class Effects:
    """Runs one activity for each planned effect. The effect's key makes a repeat harmless, also after a new run."""

    def __init__(self, keeper: Keeper[Deal]) -> None:
        self._keeper = keeper
        self._running: dict[str, asyncio.Task[None]] = {}

    def waiting(self, deal: Deal) -> list[Effect]:
        """Planned effects that nobody carries out yet; failed ones wait for a person."""
        return [
            effect for effect in deal.effects.values() if effect.key not in self._running and not effect.cause
        ]

    def start(self, deal: Deal) -> None:
        """Starts what waits."""
        for effect in self.waiting(deal):
            self._running[effect.key] = asyncio.create_task(self._carry_out(effect))

    async def _carry_out(self, effect: Effect) -> None:
        result = await self._try(effect)
        while True:
            try:
                await self._keeper.decide(result)
                break
            except Unrecorded:
                await self._keeper.pause()
        del self._running[effect.key]

    async def _try(self, effect: Effect) -> EffectResult:
        try:
            result: Any = await workflow.execute_activity(
                f"effect_{effect.kind}",
                effect.key,
                start_to_close_timeout=policies.EFFECT_ATTEMPT,
                schedule_to_close_timeout=policies.EFFECT_TOTAL,
                retry_policy=policies.EFFECT_RETRY,
                summary=f"{effect.kind} {effect.name}",
            )
        except ActivityError as error:
            return EffectResult(key=effect.key, cause=str(error.cause or error))
        return EffectResult(key=effect.key, result=result if isinstance(result, dict) else {})
