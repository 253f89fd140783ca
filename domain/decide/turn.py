"""One decision in the making: the deal as it stands after the events so far, and the record that grows.

`Turn` is the only mutable thing in the core. It lives for one call of `decide` and is never handed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from domain.deal import Deal
from domain.definition import Pipeline, Rules, Stage
from domain.events import SYSTEM, Event, Recorded
from domain.evolve import evolve
from domain.facts import Company, Facts


@dataclass(frozen=True)
class Moment:
    """When and by whom: `now` is an aware moment, `by` an employee's id, `system` or `operator`."""

    now: datetime
    by: str
    deal: str


@dataclass(frozen=True)
class Mark:
    """A point to go back to when a command turns out to be refused half-way."""

    deal: Deal | None
    length: int
    companies: dict[str, Company]


@dataclass(frozen=True)
class Batch:
    """Rules to run: `conclusion` is the finished task's, `child` the ended child's key, `date` an answer's."""

    path: str
    rules: Rules
    conclusion: str | None = None
    child: str | None = None
    date: datetime | None = None


class Turn:
    """Definition, facts and moment of a decision, and what it has come to so far."""

    def __init__(self, definition: Pipeline, deal: Deal | None, moment: Moment, facts: Facts) -> None:
        self.definition = definition
        self.facts = facts
        self.deal_id = moment.deal
        self.by = moment.by
        self.wall = moment.now
        self.now = moment.now
        self.events: list[Recorded] = []
        self.auto_moves = 0
        self.fired = 0
        self.to_run: list[Batch] = []
        self.acted: set[str] = set()
        self._deal = deal
        self._companies = dict(facts.companies)

    @property
    def deal(self) -> Deal:
        """The deal after the events so far; ValueError before it is opened."""
        if self._deal is None:
            raise ValueError(f"deal {self.deal_id} is not open yet")
        return self._deal

    @property
    def exists(self) -> bool:
        """Whether the deal has been opened."""
        return self._deal is not None

    @property
    def stage(self) -> Stage:
        """The definition of the stage where the deal stands."""
        return self.definition.stages[self.deal.stage]

    @property
    def company(self) -> Company | None:
        """The deal's company with what this decision has set."""
        return self._companies.get(self.deal.company) if self.deal.company else None

    def knows_company(self, company: str) -> bool:
        """Whether the facts hold this company."""
        return company in self._companies

    def add_company(self, company: Company) -> None:
        """Lets the rest of the decision see a company made in it."""
        self._companies[company.id] = company

    def set_company(self, company: str, fields: dict[str, JsonValue]) -> None:
        """Lets the rest of the decision see the company's new fields."""
        known = self._companies[company]
        self._companies[company] = known.model_copy(update={"fields": {**known.fields, **fields}})

    def emit(self, event: Event, by: str | None = None) -> None:
        """Adds an event to the record and folds it."""
        seq = (self._deal.seq if self._deal else 0) + 1
        recorded = Recorded(seq=seq, at=self.now, by=by or self.by, event=event)
        self._deal = evolve(self._deal, recorded)
        self.events.append(recorded)

    def by_itself(self, event: Event) -> None:
        """Adds an event that no person caused directly."""
        self.emit(event, by=SYSTEM)

    def run_later(self, batch: Batch) -> None:
        """Queues rules; `domain.decide.rules.settle` runs them once the present step is complete."""
        self.to_run.append(batch)

    def next_number(self) -> int:
        """The next free number of a task or assignment in this deal."""
        return self.deal.counter + 1

    def mark(self) -> Mark:
        """The present point."""
        return Mark(self._deal, len(self.events), dict(self._companies))

    def back_to(self, mark: Mark) -> None:
        """Forgets everything since `mark`, so that a refused command leaves nothing half-applied."""
        self._deal = mark.deal
        self._companies = mark.companies
        self.to_run.clear()
        del self.events[mark.length :]
