"""An approval played on the core, and one life of it under random hands."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from domain.approval import commands as cmd
from domain.approval import events as ev
from domain.approval.decide import Decision, decide, result_of
from domain.approval.evolve import fold
from domain.approval.plan import StepPlan
from domain.approval.state import Approval
from domain.base import Text
from domain.deal import Deal
from domain.decide import Moment
from domain.durations import Duration
from domain.errors import Refusal
from domain.events import Notified
from domain.facts import Facts
from tests.domain.builders import DEAL, MONDAY, facts

APPROVAL = "00000000-0000-4000-8000-0000000000a1"
PEOPLE = ("sales", "head", "director", "boris", "warehouse", "lawyer", "accountant")


def step(id: str, *approvers: str, mode: str | int = "all", deadline: str | None = None) -> StepPlan:
    """A step's plan with its id as title."""
    return StepPlan.model_validate(
        {"id": id, "title": {"ru": id, "en": id}, "approvers": approvers, "mode": mode}
        | {"deadline": Duration.parse(deadline) if deadline else None}
    )


def a_deal(responsible: str = "sales", **fields: str) -> Deal:
    """The deal that the approval belongs to."""
    return Deal(
        id=DEAL,
        pipeline="test",
        definition="0" * 16,
        title="Deal",
        stage="approval",
        moved_at=MONDAY,
        opened_at=MONDAY,
        at=MONDAY,
        responsible=responsible,
        creator="sales",
        fields=dict(fields),
    )


@dataclass
class Table:
    """Plays one approval: each command at `now`; every decision is checked for what must always hold."""

    steps: tuple[StepPlan, ...]
    deal: Deal = field(default_factory=a_deal)
    facts: Facts = field(default_factory=facts)
    now: dt.datetime = MONDAY
    state: Approval | None = None
    events: list[ev.Recorded] = field(default_factory=list)
    reports: int = 0

    @property
    def approval(self) -> Approval:
        assert self.state is not None
        return self.state

    def start(self) -> Table:
        text = Text(ru="Документы", en="Documents")
        self.do(cmd.Start(deal=DEAL, key="documents", title=text, steps=self.steps), "system")
        return self

    def decide(self, command: cmd.Command, by: str) -> Decision:
        before = self.state
        moment = Moment(now=self.now, by=by, deal=APPROVAL)
        decision = decide(self.state, self.deal, command, moment, self.facts)
        self.state = decision.approval
        self.events.extend(decision.events)
        check(before, decision)
        return decision

    def do(self, command: cmd.Command, by: str) -> list[ev.Event]:
        """The events of a command that must not be refused."""
        decision = self.decide(command, by)
        assert decision.refusal is None, decision.refusal
        return [recorded.event for recorded in decision.events]

    def refused(self, command: cmd.Command, by: str) -> Refusal:
        """The refusal of a command that must be refused and change nothing."""
        before = self.state
        decision = self.decide(command, by)
        assert decision.refusal is not None
        assert decision.events == ()
        assert self.state == before
        return decision.refusal

    def approve(self, by: str) -> list[ev.Event]:
        return self.do(cmd.Decide(decision="approve"), by)

    def reject(self, by: str, comment: str = "no") -> list[ev.Event]:
        return self.do(cmd.Decide(decision="reject", comment=comment), by)

    def tick(self, to: dt.datetime) -> list[ev.Event]:
        self.now = to
        return self.do(cmd.Tick(), "system")

    def report(self) -> None:
        """What the workflow does once there is something to report."""
        if self.approval.report_due:
            result_of(self.approval)
            self.reports += 1
            self.do(cmd.Reported(), "system")


def check(before: Approval | None, decision: Decision) -> None:
    """What holds after every decision, whatever came in whatever order."""
    after = decision.approval
    if after is None:
        assert decision.events == ()
        return
    assert fold(before, decision.events) == after
    first = (before.seq if before else 0) + 1
    assert [recorded.seq for recorded in decision.events] == [*range(first, first + len(decision.events))]
    assert Approval.model_validate_json(after.model_dump_json(exclude_defaults=True)) == after
    if before and before.status != "pending":
        changed = after.model_copy(
            update={"seq": before.seq, "at": before.at, "report_due": before.report_due}
        )
        assert changed == before, "a finished approval changed"
    for number, one in enumerate(after.steps):
        _check_step(after, number)
        assert one.status != "waiting" or not one.seats
    rejected = [seat for one in after.steps for seat in one.decided() if seat.decision == "reject"]
    assert bool(rejected) == (after.status == "rejected")
    assert len(rejected) <= 1
    assert (after.status == "approved") == all(one.status == "approved" for one in after.steps)
    assert after.status == "pending" or not (after.agenda or after.undecided())
    assert after.status != "pending" or after.undecided()
    assert all(entry.visit == after.current + 1 for entry in after.agenda.values())
    if decision.refusal and decision.refusal.code in ("approval_closed", "already_decided"):
        assert decision.refusal.decided, "a late decision is told who decided what and when"


def _check_step(approval: Approval, number: int) -> None:
    """Each person has one voice in a step, and a step is agreed by enough different people."""
    one = approval.steps[number]
    people = [seat.person for seat in one.seats.values()]
    assert len(people) == len(set(people))
    agreed = {seat.person for seat in one.decided() if seat.decision == "approve"}
    if one.status == "approved":
        assert len(agreed) >= one.plan.quorum(len(one.seats))
        assert number < approval.current or approval.status == "approved"
    if one.status == "pending":
        assert number == approval.current
        assert len(agreed) < one.plan.quorum(len(one.seats))
    if one.status == "waiting":
        assert number > approval.current


def told(events: list[ev.Event], kind: str | None = None) -> list[str]:
    """Who was notified, in order."""
    return [event.to for event in events if isinstance(event, Notified) and kind in (None, event.kind)]


def random_plan(dice: random.Random) -> tuple[StepPlan, ...]:
    """One to three steps with one to four people each."""
    steps = []
    for number in range(dice.randint(1, 3)):
        asked = dice.sample(
            ["role:office", "head", "boris", "warehouse", "field:signer", "director"], k=dice.randint(1, 4)
        )
        modes: list[str | int] = ["all", "any", 2, 3]
        mode = dice.choice(modes)
        steps.append(step(f"s{number}", *asked, mode=mode, deadline=dice.choice([None, "4wh", "1wd"])))
    return tuple(steps)


def random_command(dice: random.Random) -> cmd.Command:
    """Mostly approvals and delegations; rejections and withdrawals now and then."""
    kind = dice.choices(["approve", "reject", "delegate", "withdraw", "tick"], weights=[10, 1, 5, 1, 3])[0]
    match kind:
        case "approve":
            return cmd.Decide(decision="approve", step=dice.choice([None, None, "s0", "s1"]))
        case "reject":
            return cmd.Decide(decision="reject", comment=dice.choice([None, " ", "no"]))
        case "delegate":
            approver = dice.choice([None, None, *PEOPLE])
            return cmd.Delegate(to=dice.choice([*PEOPLE, "former", "ghost"]), approver=approver)
        case "withdraw":
            return cmd.Withdraw()
        case _:
            return cmd.Tick()
