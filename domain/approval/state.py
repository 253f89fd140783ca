"""The approval: one serialisable state, changed by `domain.approval.evolve` alone. Moments are aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.approval.plan import Document, StepPlan
from domain.base import Lasting, Text
from domain.deal import AgendaEntry

Status = Literal["pending", "approved", "rejected", "withdrawn"]
StepStatus = Literal["waiting", "pending", "approved", "rejected", "withdrawn"]
Verdict = Literal["approve", "reject"]


class Seat(Lasting):
    """One voice in a step. `person` decides; `passed_by` had it before, in this order."""

    number: int
    person: str
    passed_by: tuple[str, ...] = ()
    given_at: datetime
    decision: Verdict | None = None
    comment: str | None = None
    decided_at: datetime | None = None


class Step(Lasting):
    """A step with the people it asks, once it has begun."""

    plan: StepPlan
    status: StepStatus = "waiting"
    seats: dict[int, Seat] = {}
    started_at: datetime | None = None
    deadline: datetime | None = None
    ended_at: datetime | None = None

    def undecided(self) -> list[Seat]:
        """Those who are still waited for; nobody once the step is over."""
        return [seat for seat in self.seats.values() if not seat.decision] if self.status == "pending" else []

    def decided(self) -> list[Seat]:
        """Those who have decided, the earliest first."""
        return [seat for seat in self.seats.values() if seat.decision]

    def seat_of(self, person: str) -> Seat | None:
        """The person's own seat. People in one step are always different, so that nobody counts twice."""
        return next((seat for seat in self.seats.values() if seat.person == person), None)

    def is_agreed(self) -> bool:
        """Whether enough different people have approved."""
        people = {seat.person for seat in self.seats.values() if seat.decision == "approve"}
        return len(people) >= self.plan.quorum(len(self.seats))


class Approval(Lasting):
    """The whole state. `seq` is the number of the last event; `current` the step that is asked, from 0."""

    id: str
    deal: str
    key: str
    title: Text
    documents: tuple[Document, ...] = ()
    steps: tuple[Step, ...]
    current: int = 0
    status: Status = "pending"
    seq: int = 0
    at: datetime
    started_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    comment: str | None = None
    agenda: dict[str, AgendaEntry] = {}
    report_due: bool = False
    counter: int = 0

    @property
    def step(self) -> Step:
        """The step that is asked now, or was last."""
        return self.steps[self.current]

    def undecided(self) -> list[Seat]:
        """The people that the approval waits for now."""
        return self.step.undecided() if self.status == "pending" else []

    def next_due(self) -> datetime | None:
        """The earliest moment at which something fires, or None."""
        return min((entry.due for entry in self.agenda.values()), default=None)

    def is_quiet(self) -> bool:
        """Whether it is finished and the deal knows: its workflow may end."""
        return self.status != "pending" and not self.report_due
