"""The model engine: the pure core in memory, several deals on one virtual clock. `engine` tells the order.

A decision takes microseconds, so a story of many months plays in milliseconds.
"""

from __future__ import annotations

from datetime import datetime

from domain import commands as cmd
from domain.deal import Deal
from domain.decide import Moment, decide
from domain.errors import Refusal
from domain.events import SYSTEM, CompanySet, Recorded
from domain.facts import Company, Facts, FileRef
from domain.opening import opening, result_of
from simulate.engine import EngineFailure, World

_TOO_MANY = 10_000  # decisions within one `advance_to`: a story that needs more goes round in circles


class ModelEngine:
    """Holds the whole world; what follows a decision follows at once."""

    def __init__(self) -> None:
        self._records: dict[str, list[Recorded]] = {}
        self._deals: dict[str, Deal] = {}
        self._companies: dict[str, Company] = {}
        self._files: dict[str, FileRef] = {}

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
            self._now, deal = max(due[0], self._now), due[1]
            self._decide(deal, cmd.Tick(), SYSTEM)
            self._follow(deal)
        raise EngineFailure(f"more than {_TOO_MANY} decisions before {moment}: it goes round in circles")

    async def settle(self) -> None:
        """Nothing is ever left over here."""

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
        """The earliest due moment of all deals and its deal; of equal ones the deal opened first."""
        found: tuple[datetime, str] | None = None
        for name, deal in self._deals.items():
            due = deal.next_due()
            if due is not None and (found is None or due < found[0]):
                found = due, name
        return found

    def _decide(self, deal_id: str, command: cmd.Command, by: str) -> Refusal | None:
        deal = self._deals.get(deal_id)
        pipeline = command.pipeline if isinstance(command, cmd.Open) else self._deals[deal_id].pipeline
        facts = Facts(organisation=self._world.organisation, companies=self._companies, files=self._files)
        moment = Moment(now=self._now, by=by, deal=deal_id)
        decision = decide(self._world.definitions[pipeline], deal, command, moment, facts)
        if decision.deal is not None:
            self._deals[deal_id] = decision.deal
        self._records.setdefault(deal_id, []).extend(decision.events)
        for recorded in decision.events:
            if isinstance(recorded.event, CompanySet):
                self._set_company(recorded.event)
        return decision.refusal

    def _set_company(self, event: CompanySet) -> None:
        company = self._companies[event.company]
        fields = {**company.fields, **event.fields}
        self._companies[event.company] = company.model_copy(update={"fields": fields})

    def _follow(self, deal_id: str) -> None:
        """All that a decision on the deal brings about at this moment, in the order that `engine` names."""
        if deal_id not in self._deals:
            return  # opening it was refused
        self._open_planned(deal_id)
        for effect in list(self._deals[deal_id].effects.values()):
            if effect.kind == "message" and effect.cause is None:
                self._decide(deal_id, cmd.EffectResult(key=effect.key), SYSTEM)
        self._report(deal_id)

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
