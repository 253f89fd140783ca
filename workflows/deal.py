"""Idea 4, the workflow: waits for commands and for the next due moment, and has each decision made and recorded.

The only code that must stay deterministic for years. What a command does is decided by the `decide` activity;
here timers are armed, children started, effects carried out, and nothing is lost at continue-as-new.
"""

from __future__ import annotations

from typing import Any

from temporalio import workflow

# Passed through, the product's modules are loaded once for all deals, not once a deal (which only `from MODULE import
# name` does, not `from PACKAGE import module`). The architecture test keeps clocks, randomness and I/O out of them.
with workflow.unsafe.imports_passed_through():
    from domain.approval.starting import starting
    from domain.commands import ApprovalStarted, ChildStarted, RecallSent, Reported, Tick
    from domain.deal import Deal
    from domain.opening import opening, result_of
    from domain.wire import DealStart
    from workflows.alarm import Alarm
    from workflows.desk import Desk
    from workflows.effects import Effects
    from workflows.keeper import DEALS, Keeper
    from workflows.messages import OF_DEALS
    from workflows.policies import DEAL, HISTORY_THRESHOLD
    from workflows.relations import recall_approval, report_to_parent, start_approval, start_child
    from workflows.words import is_shown, show


@workflow.defn(name=DEAL)
class DealWorkflow:
    """One deal. Every command is an update (answered when decided) and a signal (worked off later) of one name."""

    @workflow.init
    def __init__(self, start: DealStart) -> None:
        self._start = start
        self._keeper: Keeper[Deal] = Keeper(DEALS, start["deal"], start.get("state"))
        self._alarm = Alarm()
        self._effects = Effects(self._keeper)
        self._desk = Desk(self._keeper, OF_DEALS, start.get("inbox", []))

    @workflow.run
    async def run(self, start: DealStart) -> dict[str, Any]:
        """Lives as long as the deal is open or waits for something; a closed deal is taken up again when needed."""
        while not self._keeper.is_open and not self._desk.refusal:
            await self._desk.patiently(self._begin)
        if self._desk.refusal:
            await workflow.wait_condition(workflow.all_handlers_finished)
            return {"refused": self._desk.refusal}
        while not self._is_over():
            self._set_out()
            await workflow.wait_condition(lambda: self._is_over() or self._has_work())
            if self._must_renew():
                await self._renew()
            elif not self._is_over():
                await self._desk.patiently(self._work)
        show(self._keeper.kept)
        return {"stage": self._keeper.kept.stage, "status": self._keeper.kept.status}

    @workflow.query
    def card(self) -> dict[str, Any]:
        """The whole state of the deal as JSON, for operators."""
        return self._keeper.kept.model_dump(mode="json") if self._keeper.is_open else {}

    @workflow.query
    def agenda(self) -> list[dict[str, Any]]:
        """What fires when if nobody acts, earliest first."""
        entries = self._keeper.kept.agenda.values() if self._keeper.is_open else ()
        return [entry.model_dump(mode="json") for entry in sorted(entries, key=lambda entry: entry.due)]

    @workflow.update
    async def opened(self) -> dict[str, int]:
        """Waits until the deal is open. Fails with the refusal if it could not be opened."""
        await self._desk.until_begun()
        return {"seq": self._keeper.kept.seq}

    async def _begin(self) -> None:
        await self._desk.begin(
            self._start.get("open"), self._start.get("by", "system"), self._start.get("command")
        )

    def _is_over(self) -> bool:
        return self._keeper.kept.is_quiet() and not self._desk.inbox and workflow.all_handlers_finished()

    def _set_out(self) -> None:
        deal = self._keeper.kept
        show(deal)
        self._alarm.set(deal)
        self._effects.start(deal)

    def _has_work(self) -> bool:
        deal = self._keeper.kept
        return (
            bool(self._desk.inbox)
            or any(one.again for one in deal.aside.values())
            or deal.report_due
            or any(not child.started for child in deal.children.values())
            or any(approval.plan or approval.recall for approval in deal.approvals.values())
            or self._alarm.is_due(deal)
            or self._alarm.must_be_set(deal)
            or bool(self._effects.waiting(deal))
            or not is_shown(deal)
            or self._must_renew()
        )

    async def _work(self) -> None:
        """One piece of work, the oldest first."""
        deal = self._keeper.kept
        if again := next((one for one in deal.aside.values() if one.again), None):
            await self._desk.take_up(again)
        elif self._desk.inbox:
            await self._desk.take()
        elif self._alarm.is_due(deal):
            await self._keeper.decide(Tick())
        elif planned := next((child for child in deal.children.values() if not child.started), None):
            await start_child(planned.deal, opening(deal, planned.key), f"{deal.id}/{planned.key}")
            await self._keeper.decide(ChildStarted(key=planned.key))
        elif new := next((one for one in deal.approvals.values() if one.plan), None):
            await start_approval(new.approval, starting(deal, new.key), f"{deal.id}/{new.key}")
            await self._keeper.decide(ApprovalStarted(key=new.key))
        elif unwanted := next((one for one in deal.approvals.values() if one.recall), None):
            await recall_approval(unwanted.approval)
            await self._keeper.decide(RecallSent(key=unwanted.key))
        elif deal.report_due and deal.parent:
            await report_to_parent(deal.parent.deal, result_of(deal), f"{deal.id}/{deal.visit}")
            await self._keeper.decide(Reported())

    def _must_renew(self) -> bool:
        threshold = self._start.get("threshold", HISTORY_THRESHOLD)
        return workflow.info().get_current_history_length() >= threshold

    async def _renew(self) -> None:
        """Continue-as-new with everything unfinished."""
        await self._desk.close()
        deal = self._keeper.kept
        state = deal.model_dump(mode="json", exclude_defaults=True)
        carried = DealStart(deal=deal.id, state=state, inbox=self._desk.inbox)
        if "threshold" in self._start:
            carried["threshold"] = self._start["threshold"]
        workflow.continue_as_new(carried)
