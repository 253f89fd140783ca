"""A workflow that is not the product's: it starts a timer first. Every history must fail to replay on it."""

from __future__ import annotations

from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import wire

from workflows.deal import DealWorkflow


@workflow.defn(name="Deal")
class TimerFirst(DealWorkflow):
    """Waits a second before it does what a deal does."""

    @workflow.init
    def __init__(self, start: wire.DealStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: wire.DealStart) -> dict[str, Any]:
        """As a deal, only later."""
        await workflow.sleep(1)
        return await super().run(start)
