"""Whatever a deal has lived through: a move undone leaves it as it was before, and it lives on."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as cmd
from domain import events as ev
from domain.decide import Decision, Moment, decide
from domain.past import PastMove, is_by_hand, past_move
from tests.domain.builders import DEAL
from tests.domain.lives import Step, steps
from tests.domain.test_decide_properties import PROFILE, Life

KEPT = {"seq", "at", "counter", "fields", "tasks"}  # numbers go on, what was filled in stays, clocks run on
CLOCKS = {"running", "seconds"}
LEAVING = ("involved", "synthetic")  # whose moves mostly set off something outside the deal
LONG = 1500  # events: a life that goes round in circles by its timers shows nothing new
POSSIBLE = {"undone", "undo_left_house", "undo_in_vain", "undo_overtaken", "not_allowed"}


class Undoing(Life):
    """A life in which moves are undone soon after they were made, by who made them. `ends`: how that went."""

    ends: Counter[str]

    def undo(self, since: int, minutes: int) -> None:
        """Undoes what the last decision, whose events come after number `since`, moved by a person's hand."""
        assert self.deal is not None
        moved = next((one for one in self.events if one.seq > since and is_by_hand(one)), None)
        if moved is None:
            return
        past = past_move(self.events, moved.seq, self.deal.seq)
        assert past is not None
        assert past.before.seq >= since  # what was due before the command is no part of the move
        self.now += dt.timedelta(minutes=minutes)
        moment = Moment(now=self.now, by=moved.by, deal=DEAL)
        known = self.facts.model_copy(update={"past": past})
        decision = decide(self.definition, self.deal, cmd.UndoMove(seq=moved.seq), moment, known)
        self.ends[decision.refusal.code if decision.refusal else "undone"] += 1
        if decision.refusal is None:
            check_undone(past, decision)
        self.go_on(decision)

    def go_on(self, decision: Decision) -> None:
        """Looks at everything as after any other decision."""
        self.check_record(self.deal, decision)
        self.deal = decision.deal
        self.events.extend(decision.events)
        self.check_state()
        self.check_wire(decision)


def check_undone(past: PastMove, decision: Decision) -> None:
    """The deal is as before the move, but for what undoing keeps and what else came due."""
    deal, before = decision.deal, past.before
    assert deal is not None
    assert (deal.stage, deal.status, deal.visit) == (before.stage, "open", before.visit)
    if not isinstance(decision.events[-1].event, ev.MoveUndone):
        return  # what is filled in now, or came due meanwhile, has set off more
    assert deal.model_copy(update={name: getattr(before, name) for name in KEPT}) == before
    wanted = dict(before.fields)
    for one in past.brought:
        if one.seq < past.moved.seq and isinstance(one.event, ev.Filled):
            wanted |= one.event.fields
    assert deal.fields == {name: value for name, value in wanted.items() if value is not None}
    assert deal.tasks.keys() == before.tasks.keys()
    for number, task in deal.tasks.items():
        known = before.tasks[number]
        assert task.model_dump(exclude=CLOCKS) == known.model_dump(exclude=CLOCKS)
        assert task.running.keys() == known.running.keys()
        assert task.seconds >= known.seconds


@pytest.mark.parametrize("name", ["fulfilment/quote", "luxsr/lead", "involved", "synthetic", "undoable"])
def test_a_move_undone_leaves_the_deal_as_it_was_before(name: str) -> None:
    ends: Counter[str] = Counter()

    @settings(PROFILE, max_examples=25)
    @given(steps(name), st.booleans(), st.lists(st.sampled_from([None, 0, 1, 4]), min_size=40, max_size=40))
    def run(life: list[Step], parent: bool, undone_after: list[int | None]) -> None:
        played = Undoing(name, parent)
        played.ends = ends
        for step, minutes in zip(life, undone_after, strict=False):
            since = len(played.events)
            if since > LONG:
                break
            played.play(step)
            if minutes is not None:
                played.undo(since, minutes)

    run()
    assert set(ends) <= POSSIBLE
    assert ends["undone"] or name in LEAVING, ends
