"""The model engine: the pure core in memory, several deals on one virtual clock. `engine` tells the order.

A decision takes microseconds, so a story of many months plays in milliseconds.
"""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain.approval import commands as on_approval
from domain.approval.events import Recorded as ApprovalRecorded
from domain.approval.starting import starting
from domain.approval.state import Approval
from domain.deal import Deal
from domain.decide import Moment, decide
from domain.errors import Refusal
from domain.events import SYSTEM, CompanyMade, CompanySet, Recorded
from domain.facts import Company, Facts, FileRef
from domain.opening import opening, result_of
from domain.past import PastMove, past_move
from simulate.engine import EngineFailure, World
from simulate.model_approvals import ModelApprovals
from simulate.model_documents import DOCUMENT, ModelDocuments
from simulate.model_facts import with_knowledge

SUCCEED = ("message", "onec_task", "onec_offer")  # 1C answers with nothing to fill in
_TOO_MANY = 10_000  # decisions within one `advance_to`: a story that needs more goes round in circles


class ModelEngine:
    """Holds the whole world; what follows a decision follows at once."""

    def __init__(self) -> None:
        self._records: dict[str, list[Recorded]] = {}
        self._deals: dict[str, Deal] = {}
        self._companies: dict[str, Company] = {}
        self._files: dict[str, FileRef] = {}
        self._approvals = ModelApprovals()
        self._documents = ModelDocuments()
        self._ends: dict[str, list[int]] = {}  # deal -> the last events of the decisions on moves
        self.acted: dict[str, set[str]] = {}  # pipeline -> paths of the rules that acted

    async def start(self, world: World) -> None:
        self._world = world
        self._now = world.start
        self._companies = {company.id: company for company in world.companies}

    async def keep_file(self, file: FileRef) -> None:
        self._files[file.id] = file

    async def send(self, deal: str, command: cmd.Command, by: str) -> Refusal | None:
        refusal = self._decide(deal, command, by)
        self._follow(deal)
        return refusal

    async def advance_to(self, moment: datetime) -> None:
        for _ in range(_TOO_MANY):
            due = self._next_due()
            if due is None or due[0] > moment:
                self._now = moment
                return
            self._now, name = max(due[0], self._now), due[1]
            if name in self._deals:
                self._decide(name, cmd.Tick(), SYSTEM)
                self._follow(name)
            else:
                self._decide_approval(name, on_approval.Tick(), SYSTEM)
        raise EngineFailure(f"more than {_TOO_MANY} decisions before {moment}: it goes round in circles")

    async def settle(self) -> None:
        """Nothing is ever left over here."""

    async def send_approval(self, approval: str, command: on_approval.Command, by: str) -> Refusal | None:
        return self._decide_approval(approval, command, by)

    async def approvals(self, deal: str) -> list[Approval]:
        rounds = self._deals[deal].approvals.values()
        return [self._approvals.kept[one.approval] for one in rounds if one.approval in self._approvals.kept]

    async def approval_events(self, approval: str) -> list[ApprovalRecorded]:
        return list(self._approvals.records[approval])

    async def deals(self) -> list[str]:
        return list(self._deals)

    async def deal(self, deal: str) -> Deal:
        return self._deals[deal]

    async def events(self, deal: str) -> list[Recorded]:
        return list(self._records.get(deal, ()))

    async def company(self, company: str) -> Company | None:
        return self._companies.get(company)

    async def restart_worker(self) -> None:
        """There is no worker."""

    async def close(self) -> None:
        """Nothing is held."""

    def _next_due(self) -> tuple[datetime, str] | None:
        """The earliest due moment and its deal or approval; of equal ones the deal opened first."""
        found: tuple[datetime, str] | None = None
        due_of = [(name, deal.next_due()) for name, deal in self._deals.items()]
        due_of += [(name, approval.next_due()) for name, approval in self._approvals.kept.items()]
        for name, due in due_of:
            if due is not None and (found is None or due < found[0]):
                found = due, name
        return found

    def _decide(self, deal_id: str, command: cmd.Command, by: str) -> Refusal | None:
        deal = self._deals.get(deal_id)
        pipeline = command.pipeline if isinstance(command, cmd.Open) else self._deals[deal_id].pipeline
        facts = Facts(organisation=self._world.organisation, companies=self._companies, files=self._files)
        definition = self._world.definitions[pipeline]
        facts = with_knowledge(facts, definition, command, deal_id, self._deals)
        if isinstance(command, cmd.UndoMove):
            facts = facts.model_copy(update={"past": self._past_move(deal_id, command.seq)})
        moment = Moment(now=self._now, by=by, deal=deal_id)
        decision = decide(definition, deal, command, moment, facts)
        if decision.deal is not None:
            self._deals[deal_id] = decision.deal
        self.acted.setdefault(pipeline, set()).update(decision.acted)
        self._records.setdefault(deal_id, []).extend(decision.events)
        if isinstance(command, cmd.Move) and decision.deal is not None:
            self._ends.setdefault(deal_id, []).append(decision.deal.seq)
        for recorded in decision.events:
            if isinstance(recorded.event, CompanyMade):
                self._make_company(recorded.event)
            elif isinstance(recorded.event, CompanySet):
                self._set_company(recorded.event)
        return decision.refusal

    def _past_move(self, deal_id: str, number: int) -> PastMove | None:
        ends = [end for end in self._ends.get(deal_id, ()) if end >= number]
        return past_move(self._records[deal_id], number, min(ends)) if ends else None

    def _make_company(self, event: CompanyMade) -> None:
        self._companies.setdefault(event.company, Company(id=event.company, name=event.name))

    def _set_company(self, event: CompanySet) -> None:
        company = self._companies[event.company]
        fields = {**company.fields, **event.fields}
        self._companies[event.company] = company.model_copy(update={"fields": fields})

    def _follow(self, deal_id: str) -> None:
        """All that a decision on the deal brings about at this moment, in the order that `engine` names."""
        if deal_id not in self._deals:
            return  # opening it was refused
        self._open_planned(deal_id)
        self._serve_approvals(deal_id)
        for effect in list(self._deals[deal_id].effects.values()):
            if effect.kind in SUCCEED and effect.cause is None:
                self._decide(deal_id, cmd.EffectResult(key=effect.key), SYSTEM)
            elif effect.kind == DOCUMENT and effect.cause is None:
                self._decide(deal_id, self._make_document(deal_id, effect.key), SYSTEM)
        self._report(deal_id)

    def _make_document(self, deal_id: str, key: str) -> cmd.EffectResult:
        deal, record = self._deals[deal_id], self._records[deal_id]
        made = self._documents.make(deal, key, record, self._world.organisation)
        file = FileRef.model_validate(made["file"])
        self._files[file.id] = file  # deals opened later may carry it
        return cmd.EffectResult(key=key, result=made)

    def _serve_approvals(self, deal_id: str) -> None:
        for key, known in list(self._deals[deal_id].approvals.items()):
            if known.plan:
                self._decide_approval(known.approval, starting(self._deals[deal_id], key), SYSTEM)
                self._decide(deal_id, cmd.ApprovalStarted(key=key), SYSTEM)
            if self._deals[deal_id].approvals[key].recall:
                self._decide(deal_id, cmd.RecallSent(key=key), SYSTEM)
                self._decide_approval(known.approval, on_approval.Withdraw(), SYSTEM)

    def _decide_approval(self, approval: str, command: on_approval.Command, by: str) -> Refusal | None:
        """The decision, and the report if it was the last."""
        known = self._approvals.kept
        deal = self._deals[command.deal if isinstance(command, on_approval.Start) else known[approval].deal]
        moment = Moment(now=self._now, by=by, deal=approval)
        refusal = self._approvals.decide(deal, command, moment, self._world.organisation)
        result = self._approvals.report(moment, deal, self._world.organisation)
        if result:
            self._decide(deal.id, cmd.ApprovalDone(result=result), SYSTEM)
            self._follow(deal.id)
        return refusal

    def _open_planned(self, deal_id: str) -> None:
        for key, child in list(self._deals[deal_id].children.items()):
            if child.started:
                continue
            refusal = self._decide(child.deal, opening(self._deals[deal_id], key), SYSTEM)
            if refusal:
                raise EngineFailure(f"deal {key} of {deal_id} cannot be opened: {refusal.message.en}")
            self._follow(child.deal)
            self._decide(deal_id, cmd.ChildStarted(key=key), SYSTEM)

    def _report(self, deal_id: str) -> None:
        deal = self._deals[deal_id]
        if not deal.report_due or deal.parent is None:
            return
        parent = deal.parent.deal
        self._decide(parent, cmd.ChildDone(result=result_of(deal)), SYSTEM)
        self._decide(deal_id, cmd.Reported(), SYSTEM)
        self._follow(parent)
