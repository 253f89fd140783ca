"""Moves: what they ask for, what they set off, and moves that happen by themselves."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.deal import PendingMove
from tests.domain.builders import Desk, facts, shipped, small, told, types

QUOTE = {"contact_name": "Анна", "contact_phone": "+7 900", "request": "Кружки"}
OFFER = {"offer_file": "offer.pdf", "offer_approver": "director"}


def test_a_jump_names_every_missing_field_and_gate_at_once() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(fields={"request": "Кружки"})
    refusal = desk.refused(cmd.Move(to="agreed"))
    assert refusal.code == "missing_fields"
    assert refusal.missing == ("contact_name", "contact_phone", "offer_file", "offer_approver")
    assert [gate.id for gate in refusal.gates] == ["offer_approved"]
    assert refusal.stage == "new"
    for word in ("Контактное лицо", "Коммерческое предложение", "КП ещё не согласовано"):
        assert word in refusal.message.ru
    assert "Contact person" in refusal.message.en


def test_a_gate_alone_is_its_own_refusal() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(fields=QUOTE | OFFER)
    desk.move("approve_offer")
    refusal = desk.refused(cmd.Move(to="agree_with_client"))
    assert (refusal.code, refusal.missing) == ("gate_not_met", ())
    desk.do(cmd.FinishTask(task="approve_offer", outcome="approved"), "director")
    desk.move("agree_with_client")


def test_exit_fields_of_the_target_are_not_asked_for() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(fields=QUOTE)
    desk.move("prepare_offer")
    assert desk.deal.stage == "prepare_offer"


def test_a_company_without_inn_and_no_company_at_all() -> None:
    desk = Desk(shipped("fulfilment/contract"), facts(inn="")).open(fields={"checker": "lawyer"})
    assert desk.refused(cmd.Move(to="check_counterparty")).missing == ("company",)
    desk.do(cmd.Fill(company="romashka"))
    assert desk.refused(cmd.Move(to="check_counterparty")).missing == ("company.inn",)
    desk.do(cmd.Fill(company_fields={"inn": "7707083893"}))
    desk.move("check_counterparty")


def test_a_move_fills_its_fields_first_and_a_refused_one_fills_nothing() -> None:
    desk = Desk(shipped("fulfilment/quote")).open()
    desk.refused(cmd.Move(to="prepare_offer", fields={"contact_name": "Анна"}))
    assert desk.deal.fields == {}
    desk.move("prepare_offer", fields=QUOTE)
    assert desk.deal.fields == QUOTE


ENTRY = """
a: {}
b: {entry: [paper]}
c: {exit: [other], gates: [{id: never, when: {paper: nothing}}]}
won: {kind: won}
lost: {kind: lost}
"""


def test_entry_fields_are_asked_for_from_anywhere() -> None:
    desk = Desk(small(ENTRY, paper="text", other="text")).open()
    assert desk.refused(cmd.Move(to="b")).missing == ("paper",)
    desk.move("c")
    assert desk.refused(cmd.Move(to="b")).missing == ("paper",), "backward too"
    desk.move("b", fields={"paper": "x"})


def test_backward_and_lost_moves_ask_nothing() -> None:
    desk = Desk(small(ENTRY, paper="text", other="text")).open()
    desk.move("c")
    desk.move("a")
    desk.move("c")
    desk.move("lost", reason="no")
    assert (desk.deal.status, desk.deal.reason) == ("lost", "no")


def test_what_was_done_counts_after_a_step_back_unless_it_is_asked_for_anew() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(fields={**QUOTE, **OFFER})
    desk.move("approve_offer")
    desk.do(cmd.FinishTask(task="approve_offer", outcome="approved"), "director")
    desk.move("prepare_offer")
    desk.move("agree_with_client")
    desk.move("prepare_offer")
    desk.move("approve_offer")
    assert desk.refused(cmd.Move(to="agree_with_client")).code == "gate_not_met"


KEPT_IN_A_FIELD = """
prepare: {rules: [{set: {agreed: null}}]}
approve:
  gates: [{id: agreed, when: {agreed: true}}]
  rules: [{task: {id: approve, outcomes: {approved: {}, rejected: {}}}}]
  when_task: {approve: {approved: [{set: {agreed: true}}]}}
client: {}
won: {kind: won}
"""


def test_an_answer_kept_in_a_field_is_taken_back_where_the_field_is_emptied() -> None:
    """As docs/language.md says."""
    desk = Desk(small(KEPT_IN_A_FIELD, agreed="bool")).open()
    desk.move("approve")
    desk.do(cmd.FinishTask(task="approve", outcome="approved"))
    desk.move("client")
    desk.move("approve")
    desk.move("prepare")
    refusal = desk.refused(cmd.Move(to="client"))
    assert [gate.id for gate in refusal.gates] == ["agreed"]


def test_an_entry_field_of_a_stage_jumped_over_is_not_asked_for() -> None:
    desk = Desk(small(ENTRY, paper="text", other="text")).open()
    desk.move("c")
    assert desk.deal.stage == "c"


LOST = """
a: {}
won: {kind: won}
kept: {kind: lost, reason_field: why}
listed: {kind: lost, reasons: [price, other]}
"""


def test_a_loss_needs_its_reason() -> None:
    desk = Desk(small(LOST, why="text")).open()
    refusal = desk.refused(cmd.Move(to="kept", reason="   "))
    assert (refusal.code, refusal.missing) == ("reason_required", ("why",))
    assert desk.refused(cmd.Move(to="listed")).allowed == ("price", "other")
    assert desk.refused(cmd.Move(to="listed", reason="weather")).code == "reason_required"


def test_the_reason_lands_in_its_field_and_may_come_from_there() -> None:
    desk = Desk(small(LOST, why="text")).open()
    desk.move("kept", reason="дорого")
    assert (desk.deal.fields["why"], desk.deal.reason) == ("дорого", "дорого")
    other = Desk(small(LOST, why="text")).open(fields={"why": "ушёл"})
    other.move("kept")
    assert other.deal.reason == "ушёл"


def test_other_needs_a_comment_where_reasons_are_listed() -> None:
    desk = Desk(small(LOST, why="text")).open()
    assert desk.refused(cmd.Move(to="listed", reason="other")).code == "comment_required"
    desk.move("listed", reason="other", comment="переезд")
    assert (desk.deal.reason, desk.deal.reason_comment) == ("other", "переезд")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (cmd.Move(to="nowhere"), "unknown_stage"),
        (cmd.Move(to="a"), "same_stage"),
        (cmd.Move(to="won", expected_stage="b"), "stale_stage"),
        (cmd.Move(to="won", fields={"nothing": 1}), "unknown_field"),
        (cmd.Reopen(to="a"), "deal_open"),
        (cmd.Open(pipeline="test.small", responsible="sales"), "deal_exists"),
        (cmd.Retry(), "nothing_to_do"),
    ],
)
def test_moves_that_make_no_sense(command: cmd.Command, code: str) -> None:
    assert Desk(small(LOST, why="text")).open().refused(command).code == code


def test_commands_for_a_deal_that_is_not_there() -> None:
    desk = Desk(small(LOST))
    decision = desk.decide(cmd.Comment(text="?"))
    assert decision.refusal is not None
    assert (decision.refusal.code, decision.deal, decision.events) == ("unknown_deal", None, ())


AUTO = """
a:
  exit: [paper]
  gates: [{id: paid, when: {sum: {ge: 100}}}]
  rules: [{task: {id: t, outcomes: [yes_, no_]}}]
  when_task: {t: {yes_: [{move: b}], no_: [{move: {to: lost, reason: conclusion}}]}}
b: {}
won: {kind: won}
lost: {kind: lost}
"""


def test_an_automatic_move_waits_tells_once_and_happens_by_itself() -> None:
    desk = Desk(small(AUTO, paper="text", sum="money")).open()
    events = desk.do(cmd.FinishTask(task="t", outcome="yes_"))
    assert desk.deal.stage == "a"
    assert desk.deal.pending_move == PendingMove(to="b")
    assert told(events) == ["sales"]
    assert [(event.missing, event.gates) for event in events if isinstance(event, ev.MoveBlocked)] == [
        (("paper",), ("paid",))
    ]
    assert told(desk.do(cmd.Fill(fields={"paper": "x"}))) == [], "what is missing is told once"
    assert desk.deal.stage == "a"
    events = desk.do(cmd.Fill(fields={"sum": 100}))
    assert types(events) == ["filled", "moved"]
    moved = desk.deal
    assert (moved.stage, moved.pending_move) == ("b", None)
    assert desk.events[-1].by == "system"


def test_the_same_move_tried_again_is_not_told_again() -> None:
    desk = Desk(
        small("a: {exit: [paper], rules: [{move: b, every: 1d}]}\nb: {}\nwon: {kind: won}", paper="text")
    )
    desk.open()
    assert told(desk.wait(days=1)) == ["sales"]
    assert told(desk.wait(days=1)) == []
    desk.do(cmd.Fill(fields={"paper": "x"}))
    assert desk.deal.stage == "b"


def test_a_waiting_move_is_forgotten_when_a_person_moves_elsewhere() -> None:
    desk = Desk(small(AUTO, paper="text", sum="money")).open()
    desk.do(cmd.FinishTask(task="t", outcome="yes_"))
    desk.move("lost", reason="x")
    desk.do(cmd.Reopen(to="a"))
    desk.do(cmd.Fill(fields={"paper": "x", "sum": 100}))
    assert desk.deal.stage == "a"


def test_the_conclusion_becomes_the_reason_of_an_automatic_loss() -> None:
    desk = Desk(small(AUTO, paper="text", sum="money")).open()
    desk.do(cmd.FinishTask(task="t", outcome="no_", comment="долги"))
    assert (desk.deal.status, desk.deal.reason) == ("lost", "долги")


def test_the_first_move_that_holds_wins_and_other_rules_run_before_it() -> None:
    stages = """
a: {}
b:
  rules:
    - {move: c, when: {paper: no}}
    - {move: d}
    - {move: e}
    - {set: {paper: seen}}
c: {}
d: {}
e: {}
won: {kind: won}
"""
    desk = Desk(small(stages, paper="text")).open()
    events = desk.move("b")
    assert types(events) == ["moved", "filled", "moved"]
    assert desk.deal.stage == "d"


LOOP = """
a: {}
b: {rules: [{move: c}]}
c: {rules: [{move: b}]}
won: {kind: won}
"""


def test_more_than_25_automatic_moves_in_a_row_need_attention() -> None:
    desk = Desk(small(LOOP)).open()
    events = desk.move("b")
    assert sum(isinstance(event, ev.Moved) and event.auto for event in events) == 25
    assert desk.deal.attention is not None
    desk.do(cmd.Retry())
    assert desk.deal.attention is None


def test_a_waiting_move_counts_as_an_automatic_one() -> None:
    stages = LOOP.replace("b: {rules", "b: {gates: [{id: go, when: {paper: x}}], rules")
    desk = Desk(small(stages, paper="text")).open()
    desk.move("b")
    events = desk.do(cmd.Fill(fields={"paper": "x"}))
    assert sum(event.type == "moved" for event in events) == 25
    assert desk.deal.attention is not None


def test_automatic_moves_are_counted_anew_for_each_thing_that_comes_due() -> None:
    stages = """
a: {}
b: {rules: [{move: c, after: 1h}]}
c: {rules: [{move: b, after: 1h}]}
won: {kind: won}
"""
    desk = Desk(small(stages)).open()
    desk.move("b")
    desk.wait(hours=40)
    assert (desk.deal.visit, desk.deal.attention) == (42, None)


def test_a_waiting_move_goes_at_the_moment_when_what_it_waits_for_comes_due() -> None:
    stages = """
a:
  exit: [paper]
  rules:
    - {move: b, after: 1h}
    - {set: {paper: done}, after: 2h}
    - {notify: {to: responsible, text: late}, after: 3h}
b: {}
won: {kind: won}
"""
    awake = Desk(small(stages, paper="text")).open()
    for _ in range(4):
        awake.wait(hours=1)
    asleep = Desk(small(stages, paper="text")).open()
    asleep.wait(hours=4)
    assert asleep.deal == awake.deal
    assert [recorded.event for recorded in asleep.events] == [recorded.event for recorded in awake.events]
