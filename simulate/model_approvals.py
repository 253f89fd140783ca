"""Approvals in memory, for the model engine."""

from __future__ import annotations

from domain.approval.commands import Command, Reported
from domain.approval.decide import decide, result_of
from domain.approval.events import Recorded
from domain.approval.state import Approval
from domain.deal import ApprovalResult, Deal
from domain.decide import Moment
from domain.errors import Refusal
from domain.events import SYSTEM
from domain.facts import Facts, Organisation


class ModelApprovals:
    """Every approval of a story, with its record, in the order of their start."""

    def __init__(self) -> None:
        self.kept: dict[str, Approval] = {}
        self.records: dict[str, list[Recorded]] = {}

    def decide(
        self, deal: Deal, command: Command, moment: Moment, organisation: Organisation
    ) -> Refusal | None:
        """Decides and keeps; `moment.deal` is the approval's id."""
        facts = Facts(organisation=organisation)
        decision = decide(self.kept.get(moment.deal), deal, command, moment, facts)
        if decision.approval:
            self.kept[moment.deal] = decision.approval
        self.records.setdefault(moment.deal, []).extend(decision.events)
        return decision.refusal

    def report(self, moment: Moment, deal: Deal, organisation: Organisation) -> ApprovalResult | None:
        """What the deal must hear now; each result once."""
        approval = self.kept.get(moment.deal)
        if approval is None or not approval.report_due:
            return None
        self.decide(deal, Reported(), Moment(now=moment.now, by=SYSTEM, deal=moment.deal), organisation)
        return result_of(approval)
