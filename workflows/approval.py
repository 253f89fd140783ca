"""An approval's workflow: a child of its deal, with the same ways in, its own timers, and one report at its end."""

from __future__ import annotations

from typing import Any

from temporalio import workflow

# Passed through, the product's modules are loaded once for all deals, not once a deal (which only `from MODULE import
# name` does, not `from PACKAGE import module`). The architecture test keeps clocks, randomness and I/O out of them.
with workflow.unsafe.imports_passed_through():
    from domain.approval.commands import Reported, Tick
    from domain.approval.decide import result_of
    from domain.approval.state import Approval
    from domain.approval.wire import ApprovalStart
    from workflows.alarm import Alarm
    from workflows.desk import Desk
    from workflows.keeper import APPROVALS, Keeper
    from workflows.messages import OF_APPROVALS
    from workflows.policies import APPROVAL, HISTORY_THRESHOLD
    from workflows.relations import report_to_deal
    from workflows.words import show_approval


@workflow.defn(name=APPROVAL)
class ApprovalWorkflow:
    """One approval. It ends when its result is with the deal, and is taken up again to refuse what comes late."""

    @workflow.init
    def __init__(self, start: ApprovalStart) -> None:
        self._start = start
        self._keeper: Keeper[Approval] = Keeper(APPROVALS, start["approval"], start.get("state"))
        self._alarm = Alarm()
        self._desk = Desk(self._keeper, OF_APPROVALS, start.get("inbox", []))

    @workflow.run
    async def run(self, start: ApprovalStart) -> dict[str, Any]:
        """Lives until somebody rejects, the last step is agreed, or it is withdrawn, and the deal knows."""
        while not self._keeper.is_open and not self._desk.refusal:
            await self._desk.patiently(self._begin)
        if self._desk.refusal:
            await workflow.wait_condition(workflow.all_handlers_finished)
            return {"refused": self._desk.refusal}
        while not self._is_over():
            show_approval(self._keeper.kept)
            self._alarm.set(self._keeper.kept)
            await workflow.wait_condition(lambda: self._is_over() or self._has_work())
            if self._must_renew():
                await self._renew()
            elif not self._is_over():
                await self._desk.patiently(self._work)
        show_approval(self._keeper.kept)
        return {"status": self._keeper.kept.status}

    @workflow.query
    def card(self) -> dict[str, Any]:
        """The whole state of the approval as JSON, for operators."""
        return self._keeper.kept.model_dump(mode="json") if self._keeper.is_open else {}

    @workflow.query
    def agenda(self) -> list[dict[str, Any]]:
        """What fires when if nobody acts, earliest first."""
        entries = self._keeper.kept.agenda.values() if self._keeper.is_open else ()
        return [
            entry.model_dump(mode="json")
            for entry in sorted(entries, key=lambda entry: (entry.due, entry.id))
        ]

    async def _begin(self) -> None:
        await self._desk.begin(
            self._start.get("start"), self._start.get("by", "system"), self._start.get("command")
        )

    def _is_over(self) -> bool:
        return self._keeper.kept.is_quiet() and not self._desk.inbox and workflow.all_handlers_finished()

    def _has_work(self) -> bool:
        approval = self._keeper.kept
        return (
            bool(self._desk.inbox)
            or approval.report_due
            or self._alarm.is_due(approval)
            or self._alarm.must_be_set(approval)
            or self._must_renew()
        )

    async def _work(self) -> None:
        """One piece of work, the oldest first."""
        approval = self._keeper.kept
        if self._desk.inbox:
            await self._desk.take()
        elif self._alarm.is_due(approval):
            await self._keeper.decide(Tick())
        elif approval.report_due:
            await report_to_deal(approval.deal, result_of(approval), f"{approval.id}/done")
            await self._keeper.decide(Reported())

    def _must_renew(self) -> bool:
        threshold = self._start.get("threshold", HISTORY_THRESHOLD)
        return workflow.info().get_current_history_length() >= threshold

    async def _renew(self) -> None:
        """Continue-as-new with everything unfinished."""
        await self._desk.close()
        approval = self._keeper.kept
        state = approval.model_dump(mode="json", exclude_defaults=True)
        carried = ApprovalStart(approval=approval.id, state=state, inbox=self._desk.inbox)
        if "threshold" in self._start:
            carried["threshold"] = self._start["threshold"]
        workflow.continue_as_new(carried)
