"""Whatever people, systems and time do to a deal, in any order: what must hold after every decision."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from domain import commands as cmd
from domain import events as ev
from domain import wire
from domain.conditions import holds, is_filled
from domain.deal import Deal, Parent
from domain.decide import Decision, Moment, decide
from domain.definition import Pipeline
from domain.evolve import evolve, fold
from domain.facts import Company, Facts
from tests.documents.samples import SELLER
from tests.domain.builders import DEAL, MONDAY, facts
from tests.domain.lives import NAMES, PEOPLE, Step, definition_of, leading_on, steps

PROFILE = settings(
    max_examples=100,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Life:
    """Plays the steps and looks at everything after each."""

    def __init__(self, name: str, parent: bool) -> None:
        self.definition = definition_of(name)
        self.facts = facts(inn="7707083893")
        ours = self.facts.organisation.model_copy(
            update={"requisites": SELLER}
        )  # so that documents can be made
        self.facts = self.facts.model_copy(update={"organisation": ours})
        self.now = MONDAY
        self.deal: Deal | None = None
        self.carried: Deal | None = None
        self.events: list[ev.Recorded] = []
        parents = Parent(deal="x", pipeline="y", key="k", wait=True) if parent else None
        opening = cmd.Open(
            pipeline=self.definition.pipeline, responsible="sales", company="romashka", parent=parents
        )
        self.play(Step(0, "sales", opening))

    def play(self, step: Step) -> cmd.Command:
        if isinstance(step.command, int):
            assert self.deal is not None
            choices = leading_on(self.definition, self.deal)
            step = step._replace(command=choices[step.command % len(choices)])
        assert not isinstance(step.command, int)
        command = step.command
        self.now += dt.timedelta(minutes=step.minutes)
        before, known = self.deal, self.facts
        decision = self.decide_purely(step.by, command)
        self.check_record(before, decision)
        self.check_each_event(before, known, decision)
        self.deal = decision.deal
        self.events.extend(decision.events)
        self.facts = with_companies(known, decision.events)
        self.check_state()
        self.check_wire(decision)
        self.check_repeat(step.by, command)
        return command

    def decide_purely(self, by: str, command: cmd.Command) -> Decision:
        """Deciding twice gives the same, and leaves what went in as it was."""
        moment = Moment(now=self.now, by=by, deal=DEAL)
        inputs = (self.deal, command, self.facts)
        copies = [part.model_copy(deep=True) if part else None for part in inputs]
        first = decide(self.definition, self.deal, command, moment, self.facts)
        second = decide(self.definition, self.deal, command, moment, self.facts)
        assert first == second
        assert list(inputs) == copies
        return first

    def check_record(self, before: Deal | None, decision: Decision) -> None:
        """Numbers without gaps, moments in order and never in the future, and the fold is the state."""
        first = (before.seq if before else 0) + 1
        assert [recorded.seq for recorded in decision.events] == [*range(first, first + len(decision.events))]
        moments = [recorded.at for recorded in (*self.events[-1:], *decision.events)]
        assert all(earlier <= later for earlier, later in pairwise(moments))
        assert all(moment <= self.now for moment in moments)
        assert fold(before, decision.events) == decision.deal

    def check_each_event(self, before: Deal | None, known: Facts, decision: Decision) -> None:
        deal = before
        for recorded in decision.events:
            event, known = recorded.event, with_companies(known, [recorded])
            if isinstance(event, ev.Moved):
                assert deal is not None
                check_move(self.definition, deal, known, event)
            if isinstance(event, ev.Fired):
                assert deal is not None
                check_fired(deal, event)
            if isinstance(event, ev.Notified):
                assert event.to in PEOPLE
            if isinstance(event, ev.Moved | ev.Reopened):
                assert deal is not None
                assert event.visit == deal.visit + 1
                assert event.previous == deal.stage
            deal = evolve(deal, recorded)

    def check_state(self) -> None:
        deal = self.deal
        assert deal is not None
        assert Deal.model_validate(deal.model_dump(mode="json", exclude_defaults=True)) == deal
        assert Deal.model_validate_json(deal.model_dump_json()) == deal
        assert deal.status == self.definition.stages[deal.stage].kind
        assert deal.visit == visits_of(self.events)
        for entry in deal.agenda.values():
            assert entry.due.utcoffset() is not None
            assert entry.visit == deal.visit or entry.keep
            assert entry.task is None or deal.tasks[entry.task].status == "open"
            assert entry.assignment is None or deal.assignments[entry.assignment].status == "open"
            assert deal.status == "open" or entry.visit == deal.visit
        questions = [entry for entry in deal.assignments.values() if entry.status == "open"]
        assert all(task.assignee in PEOPLE for task in deal.open_tasks())
        assert all(question.assignee in PEOPLE for question in questions)
        assert all(question.visit == deal.visit for question in questions)
        assert deal.status != "lost" or not (deal.open_tasks() or questions)
        assert deal.status != "lost" or deal.reason
        assert deal.status == "open" or deal.pending_move is None

    def check_wire(self, decision: Decision) -> None:
        """The workflow's copy, kept by what travels, is the deal; only `at` may lag behind comments."""
        assert self.deal is not None
        sent = json.loads(json.dumps(wire.answer(decision.events, self.deal.seq, decision.refusal)))
        self.carried = wire.apply(self.carried, sent)
        assert self.carried is not None
        assert self.carried.at <= self.deal.at
        assert self.carried.model_copy(update={"at": self.deal.at}) == self.deal

    def check_repeat(self, by: str, command: cmd.Command) -> None:
        """What other workflows and activities say may come twice; and nothing is due any more."""
        if isinstance(command, cmd.ChildDone | cmd.ChildStarted | cmd.EffectResult | cmd.Reported):
            moment = Moment(now=self.now, by=by, deal=DEAL)
            again = decide(self.definition, self.deal, command, moment, self.facts)
            assert again == Decision((), self.deal)


def visits_of(events: list[ev.Recorded]) -> int:
    """How many stages were entered, less those of moves that were undone."""
    entered = {recorded.seq for recorded in events if isinstance(recorded.event, ev.Moved | ev.Reopened)}
    undone = [recorded.event for recorded in events if isinstance(recorded.event, ev.MoveUndone)]
    return 1 + len([seq for seq in entered if not any(one.first <= seq <= one.last for one in undone)])


def with_companies(known: Facts, events: Any) -> Facts:
    """The facts after what the events set in companies."""
    companies: dict[str, Company] = dict(known.companies)
    for recorded in events:
        if isinstance(recorded.event, ev.CompanySet):
            company = companies[recorded.event.company]
            values = {**company.fields, **recorded.event.fields}
            companies[company.id] = company.model_copy(update={"fields": values})
    return known.model_copy(update={"companies": companies})


def value_at(deal: Deal, known: Facts, path: str) -> JsonValue:
    """What a requirement reads, told anew from the specification."""
    company = known.companies.get(deal.company or "")
    if path.startswith("company."):
        return company.fields.get(path.removeprefix("company.")) if company else None
    for prefix, latest in (("task.", deal.latest_task), ("assignment.", deal.latest_assignment)):
        if path.startswith(prefix):
            key, attribute = path.removeprefix(prefix).split(".")
            found = latest(key)
            value: JsonValue = getattr(found, attribute) if found else None
            return value
    if path == "amount":
        return str(deal.amount) if deal.amount is not None else None
    return deal.company if path == "company" else deal.fields.get(path)


def check_move(definition: Pipeline, deal: Deal, known: Facts, event: ev.Moved) -> None:
    """Nothing that the way asks for is missing at the moment of the move."""
    assert deal.status == "open"
    names = list(definition.stages)
    here, there = names.index(deal.stage), names.index(event.stage)
    target = definition.stages[event.stage]
    asked = list(target.entry)
    if target.kind != "lost":
        for passed in names[here:there]:
            asked.extend(definition.stages[passed].exit)
            for gate in definition.stages[passed].gates:
                assert holds(gate.when, lambda path: value_at(deal, known, path)), (gate.id, event)
    else:
        assert event.reason, event
    missing = [name for name in asked if not is_filled(value_at(deal, known, name))]
    assert not missing, (missing, event)


def check_fired(deal: Deal, event: ev.Fired) -> None:
    """What fires stands on the agenda; of a closed deal, only what its closing stage put there."""
    entry = deal.agenda[event.id]
    assert deal.status == "open" or entry.visit == deal.visit
    assert entry.keep or entry.visit == deal.visit


@pytest.mark.parametrize("name", NAMES)
def test_nothing_breaks_a_deal(name: str) -> None:
    @PROFILE
    @given(steps(name), st.booleans())
    def run(life: list[Step], parent: bool) -> None:
        played = Life(name, parent)
        for step in life:
            played.play(step)

    run()
