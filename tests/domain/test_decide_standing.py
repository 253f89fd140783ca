"""Standing moves: a stage's `move` with `when`, looked at whenever something changes. And gates at a stage's door."""

from __future__ import annotations

from domain import commands as cmd
from domain.events import AttentionNeeded, Moved
from tests.domain.builders import Desk, facts, small, told, types

STAGES = """
a:
  rules:
    - {move: b, when: {paper: {filled: true}}}
    - {move: c, when: {flag: true}}
b: {}
c: {}
won: {kind: won}
lost: {kind: lost}
"""
GATED = """
a:
  exit: [sum]
  rules:
    - {move: b, when: {paper: {filled: true}}}
    - {move: won, when: {flag: true}}
b: {entry: [note]}
won: {kind: won}
"""
FIELDS = {"paper": "text", "flag": "bool", "sum": "money", "note": "text"}


def test_the_deal_goes_on_once_the_condition_holds() -> None:
    desk = Desk(small(STAGES, **FIELDS)).open()
    assert desk.deal.stage == "a"
    desk.do(cmd.Fill(fields={"note": "x"}))
    assert desk.deal.stage == "a"
    assert types(desk.do(cmd.Fill(fields={"flag": True}))) == ["filled", "moved"]
    assert desk.deal.stage == "c"


def test_the_first_that_holds_counts_also_on_entry() -> None:
    desk = Desk(small(STAGES, **FIELDS)).open(fields={"paper": "x", "flag": True})
    assert desk.deal.stage == "b"


def test_a_task_that_ends_is_a_change_too() -> None:
    stages = "a: {rules: [{task: {id: do}}, {move: b, when: {task.do.open: 0}}]}\nb: {}\nwon: {kind: won}"
    desk = Desk(small(stages)).open()
    assert desk.deal.stage == "a"
    desk.do(cmd.FinishTask(task="do"))
    assert desk.deal.stage == "b"


def test_a_companys_mark_is_seen_at_the_next_change() -> None:
    stages = "a: {rules: [{move: b, when: {company.contract_signed: true}}]}\nb: {}\nwon: {kind: won}"
    desk = Desk(small(stages), facts=facts(contract_signed=False)).open(company="romashka")
    desk.facts = facts(contract_signed=True)
    desk.wait(minutes=1)
    assert desk.deal.stage == "b"


def test_one_that_lacks_something_waits_and_is_told_once() -> None:
    desk = Desk(small(GATED, **FIELDS)).open()
    events = desk.do(cmd.Fill(fields={"paper": "x"}))
    assert types(events) == ["filled", "move_blocked"]
    assert told(events) == ["sales"]
    assert types(desk.do(cmd.Fill(fields={"sum": 5}))) == ["filled"]
    assert types(desk.do(cmd.Fill(fields={"flag": True}))) == ["filled"]  # the first still wants to
    assert types(desk.do(cmd.Fill(fields={"note": "x"}))) == ["filled", "moved"]
    assert (desk.deal.stage, desk.deal.pending_move) == ("b", None)


def test_one_that_waited_is_dropped_when_nothing_calls_for_it_any_more() -> None:
    desk = Desk(small(GATED, **FIELDS)).open(fields={"paper": "x"})
    assert desk.deal.pending_move is not None
    assert types(desk.do(cmd.Fill(fields={"paper": None}))) == ["filled", "move_dropped"]
    assert types(desk.do(cmd.Fill(fields={"sum": 5, "note": "x"}))) == ["filled"]
    assert desk.deal.stage == "a"
    desk.do(cmd.Fill(fields={"flag": True}))
    assert desk.deal.stage == "won"


def test_a_move_that_waits_for_another_reason_is_kept() -> None:
    stages = """
    a:
      exit: [sum]
      rules: [{task: {id: do}}, {move: c, when: {flag: true}}]
      when_task: {do: {finished: [{move: b}]}}
    b: {}
    c: {}
    won: {kind: won}
    """
    desk = Desk(small(stages, **FIELDS)).open()
    desk.do(cmd.FinishTask(task="do"))
    assert types(desk.do(cmd.Fill(fields={"flag": True}))) == ["filled"]
    desk.do(cmd.Fill(fields={"sum": 5}))
    assert [e.event.stage for e in desk.events if isinstance(e.event, Moved)] == ["b"]


def test_two_that_send_the_deal_round_end_after_25() -> None:
    stages = """
    a: {rules: [{move: b, when: {flag: true}}]}
    b: {rules: [{move: a, when: {flag: true}}]}
    won: {kind: won}
    """
    desk = Desk(small(stages, **FIELDS)).open()
    events = desk.do(cmd.Fill(fields={"flag": True}))
    assert sum(isinstance(event, Moved) for event in events) == 25
    assert sum(isinstance(event, AttentionNeeded) for event in events) == 1


def test_a_closed_deal_stands_still() -> None:
    stages = "a: {}\nwon: {kind: won, rules: [{move: a, when: {flag: true}}]}"
    desk = Desk(small(stages, **FIELDS)).open()
    desk.move("won")
    assert types(desk.do(cmd.Fill(fields={"flag": True}))) == ["filled"]


DOORS = """
a: {}
b: {enter_when: [{id: prepaid_only, when: {flag: true}}]}
c: {enter_when: [{id: after_b, when: {stage: b}}], rules: [{move: b, when: {paper: back}}]}
won: {kind: won}
lost: {kind: lost, enter_when: [{id: really, when: {note: {filled: true}}}]}
"""


def test_a_door_is_shut_from_wherever_the_deal_comes() -> None:
    desk = Desk(small(DOORS, **FIELDS)).open()
    refusal = desk.refused(cmd.Move(to="b"))
    assert (refusal.code, [gate.id for gate in refusal.gates]) == ("gate_not_met", ["prepaid_only"])
    assert [gate.id for gate in desk.refused(cmd.Move(to="c")).gates] == ["after_b"]
    assert [gate.id for gate in desk.refused(cmd.Move(to="lost", reason="x")).gates] == ["really"]
    desk.move("b", fields={"flag": True})
    desk.move("c", fields={"flag": False})
    assert [gate.id for gate in desk.refused(cmd.Move(to="b")).gates] == ["prepaid_only"]
    desk.move("won")  # passed over, or left: only the target's door counts
    assert [gate.id for gate in desk.refused(cmd.Reopen(to="b")).gates] == ["prepaid_only"]


def test_a_move_by_itself_waits_at_the_door() -> None:
    desk = Desk(small(DOORS, **FIELDS)).open(fields={"flag": True})
    desk.move("b")
    desk.move("c", fields={"flag": False})
    assert types(desk.do(cmd.Fill(fields={"paper": "back"}))) == ["filled", "move_blocked"]
    assert types(desk.do(cmd.Fill(fields={"flag": True}))) == ["filled", "moved"]
