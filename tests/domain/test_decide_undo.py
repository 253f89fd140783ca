"""Undoing the last move: what comes back, what stays, and when it is too late or has left the house."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from domain import commands as cmd
from domain import events as ev
from domain import wire
from domain.deal import Parent
from domain.errors import Refusal
from domain.past import UNDO_WITHIN, is_by_hand, past_move
from tests.domain.builders import Desk, shipped, small, types
from tests.domain.undoable import undoable

STAGES = """
first:
  rules:
    - {task: {id: make, finish_on_forward: true, remind: {every: 1d}, time_tracking: true}}
    - {notify: {to: responsible, text: x}, after: 1h}
    - {move: third, when: {note: onward}}
second: {rules: [{task: {id: check, assignee: 'role:lawyer'}}, {set: {note: written}}]}
third: {rules: [%s]}
won: {kind: won}
"""
FIELDS = {"note": "text", "paper": "text"}


def desk(third: str = "", **opening: Any) -> Desk:
    """A deal at `first`; `third` is the one rule of the stage of that name."""
    return Desk(small(STAGES % third, **FIELDS)).open(company="romashka", **opening)


def undoing(played: Desk, end: int | None = None, number: int | None = None) -> cmd.UndoMove:
    """The command that undoes the last move, whose decision ended at `end` (now), with the facts it needs."""
    moves = [one.seq for one in played.events if is_by_hand(one)]
    number = number or max(moves, default=1)
    past = past_move(played.events, number, end or played.deal.seq)
    played.facts = played.facts.model_copy(update={"past": past})
    return cmd.UndoMove(seq=number)


def refused(played: Desk, command: cmd.UndoMove, by: str = "sales") -> Refusal:
    return played.refused(command, by)


def test_a_move_undone_leaves_the_deal_as_it_was_and_keeps_what_was_filled_in() -> None:
    played = desk()
    before = played.deal
    played.move("second", fields={"paper": "typed"})
    played.now += dt.timedelta(minutes=2)
    assert types(played.do(undoing(played))) == ["move_undone"]
    kept = {"seq": before.seq, "at": before.at, "counter": before.counter, "fields": {}}
    assert played.deal.model_copy(update=kept) == before
    assert played.deal.fields == {"paper": "typed"}
    assert played.due() == {"task.1.remind": "2026-11-24T10:00", "first.rules.1": "2026-11-23T11:00"}


def test_the_record_says_who_undid_which_move() -> None:
    played = desk()
    played.move("second", fields={"paper": "typed"})
    moved = next(one for one in played.events if is_by_hand(one))
    played.do(undoing(played), "head")
    recorded = played.events[-1]
    assert isinstance(recorded.event, ev.MoveUndone)
    assert recorded.by == "head"
    assert (recorded.event.move, recorded.event.previous, recorded.event.stage) == (
        moved.seq,
        "second",
        "first",
    )
    assert recorded.event.first == moved.seq - 2  # what was filled in, and the task that the move finished


def test_a_number_is_never_given_twice() -> None:
    played = desk()
    played.move("second")
    assert played.task("check").number == 2
    played.do(undoing(played))
    played.move("second")
    assert played.task("check").number == 3


def test_clocks_that_the_move_had_stopped_run_on_from_now_and_lose_nothing() -> None:
    played = desk()
    played.do(cmd.StartTask(task="make"))
    played.wait(minutes=10)
    played.move("second")
    played.now += dt.timedelta(minutes=3)
    played.do(undoing(played))
    task = played.task("make")
    assert (task.status, task.seconds, task.running) == ("open", 600, {"sales": played.now})


def test_a_comment_since_is_no_hindrance_and_stays() -> None:
    played = desk()
    played.move("second")
    command, end = undoing(played), played.deal.seq
    played.do(cmd.Comment(text="wrong card"))
    played.do(undoing(played, end, command.seq))
    assert played.deal.stage == "first"


def test_what_became_due_while_the_deal_was_away_fires_at_once() -> None:
    played = desk()
    played.wait(minutes=58)
    played.move("second")
    played.now += dt.timedelta(minutes=4)
    assert types(played.do(undoing(played))) == ["move_undone", "fired"]


def test_a_closed_deal_is_open_again() -> None:
    played = desk()
    played.move("won")
    played.do(undoing(played))
    assert (played.deal.status, played.deal.stage) == ("open", "first")


def test_the_responsible_and_their_head_may_undo_what_another_did() -> None:
    for who in ("boris", "sales", "head", "operator"):
        played = desk()
        played.move("second", by="boris")
        played.do(undoing(played), who)
    played = desk()
    played.move("second", by="boris")
    assert refused(played, undoing(played), "lawyer").code == "not_allowed"


def test_a_move_is_undone_within_five_minutes() -> None:
    played = desk()
    played.move("second")
    played.now += UNDO_WITHIN
    late = Desk(played.definition, played.facts, played.now, played.state, list(played.events))
    played.do(undoing(played))
    late.now += dt.timedelta(seconds=1)
    assert refused(late, undoing(late)).code == "undo_too_late"


@pytest.mark.parametrize(
    "since",
    [
        cmd.Fill(fields={"paper": "x"}),
        cmd.StartTask(task="check"),
        cmd.CreateTask(title="x", assignee="sales"),
        cmd.Move(to="third"),
    ],
    ids=lambda command: command.type,
)
def test_once_anything_else_was_decided_the_move_stands(since: cmd.Command) -> None:
    played = desk()
    played.move("second")
    command, end = undoing(played), played.deal.seq
    played.do(since)
    assert refused(played, undoing(played, end, command.seq)).code == "undo_overtaken"


def test_a_move_is_undone_once_and_the_one_before_it_stays() -> None:
    played = desk()
    played.move("second")
    first, end = undoing(played), played.deal.seq
    played.move("third")
    played.do(undoing(played))
    assert refused(played, first).code == "undo_overtaken"  # what is known now is the later move
    assert refused(played, undoing(played, end, first.seq)).code == "undo_overtaken"


def test_what_came_due_just_before_the_undoing_is_not_lost() -> None:
    """It fires first, in the same decision, and so the move is not the last thing that happened."""
    played = desk("{notify: {to: responsible, text: x}, after: 2m}")
    played.move("third")
    command = undoing(played)
    played.now += dt.timedelta(minutes=3)
    decision = played.decide(command)
    assert [one.event.type for one in decision.events] == ["fired", "notified"]
    assert decision.refusal
    assert decision.refusal.code == "undo_overtaken"


@pytest.mark.parametrize(
    "rule",
    [
        "{open: {id: child, pipeline: p}}",
        "{set: {company.known: true}}",
        "{approve: {id: ok, title: {ru: x, en: x}, steps: [{id: s, title: {ru: x, en: x}, approvers: [head]}]}}",
        "{task: {id: mirrored, mirror: onec}}",
    ],
    ids=["another deal", "the company", "an approval", "1C"],
)
def test_a_move_that_reached_beyond_the_deal_stands(rule: str) -> None:
    played = desk(rule)
    played.move("third")
    refusal = refused(played, undoing(played))
    assert refusal.code == "undo_left_house"
    assert refusal.stage == "third"
    assert refusal.message.en != refusal.message.ru


def test_an_end_that_another_deal_waits_for_stands() -> None:
    parent = Parent(deal="x", pipeline="y", key="k", wait=True)
    played = desk(parent=parent)
    played.move("won")
    assert refused(played, undoing(played)).code == "undo_left_house"
    played = desk(parent=parent.model_copy(update={"wait": False}))
    played.move("won")
    played.do(undoing(played))


def test_only_a_move_by_a_person_is_undone() -> None:
    played = desk()
    assert refused(played, undoing(played)).code == "undo_overtaken"
    played.do(cmd.Fill(fields={"note": "onward"}))
    assert played.deal.stage == "third"
    moved = next(one.seq for one in played.events if isinstance(one.event, ev.Moved))
    assert refused(played, undoing(played, number=moved)).code == "undo_overtaken"


def test_a_deal_that_would_leave_again_by_itself_stays_where_it_is() -> None:
    played = desk()
    played.move("second", fields={"note": "onward"})
    refusal = refused(played, undoing(played))
    assert (refusal.code, refusal.stage) == ("undo_in_vain", "second")


def test_automatic_moves_that_followed_at_once_are_undone_with_it() -> None:
    played = Desk(undoable()).open()
    played.move("phone", fields={"flag": True, "note": "x"})
    assert played.deal.stage == "desk"  # by itself
    assert played.deal.visit == 3
    played.do(undoing(played))
    assert (played.deal.stage, played.deal.visit) == ("desk", 1)


def test_the_workflow_comes_to_the_same_deal() -> None:
    played = desk()
    played.move("second", fields={"paper": "typed"})
    before, known = played.deal, len(played.events)
    played.do(undoing(played))
    sent = json.loads(json.dumps(wire.answer(played.events[known:], played.deal.seq, None)))
    assert wire.apply(before, sent) == played.deal


def test_a_move_that_can_be_undone_takes_no_more_history_than_before() -> None:
    """Only the move's own event says more, and only where its command brought something before it."""
    played = desk()
    played.move("second", fields={"paper": "typed"})
    played.move("first")
    with_lead, bare = [wire.pack([one]) for one in played.events if is_by_hand(one)]
    assert "lead" not in json.dumps(bare)
    without = json.dumps(with_lead).replace(', "lead": 2', "")
    assert 0 < len(json.dumps(with_lead)) - len(without) < 12


def test_a_move_that_said_that_nobody_answered_gives_the_call_back() -> None:
    played = Desk(shipped("prom2b/lead")).open(source="site")
    played.move("in_progress")
    before, due = played.deal, played.due()
    played.move("no_answer")
    played.do(undoing(played))
    assert (played.deal.stage, played.deal.calls, played.due()) == ("in_progress", before.calls, due)
