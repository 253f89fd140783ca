"""Closed deals, reopening, and commands that are refused half-way."""

from __future__ import annotations

from domain import commands as cmd
from tests.domain.builders import Desk, small, types

STAGES = "a: {}\nwon: {kind: won}\nlost: {kind: lost}"


def test_reopening_asks_for_entry_fields_only_and_runs_the_stages_rules() -> None:
    stages = """
a: {exit: [paper]}
early: {kind: lost}
between: {exit: [paper], gates: [{id: never, when: {paper: x}}]}
b: {entry: [other], rules: [{task: {id: t}}]}
won: {kind: won}
"""
    desk = Desk(small(stages, paper="text", other="text")).open()
    desk.move("early", reason="x")
    assert desk.refused(cmd.Reopen(to="b")).missing == ("other",)
    assert desk.refused(cmd.Reopen(to="won")).allowed == ("a", "between", "b")
    desk.do(cmd.Fill(fields={"other": "x"}))
    events = desk.do(cmd.Reopen(to="b"))
    assert types(events) == ["reopened", "task_created"]
    assert (desk.deal.status, desk.deal.reason, desk.deal.visit) == ("open", None, 3)


def test_a_closed_deal_refuses_moves_and_new_tasks_but_takes_comments() -> None:
    desk = Desk(small(STAGES, why="text")).open()
    desk.move("won")
    for command in (cmd.Move(to="a"), cmd.CreateTask(title="x", assignee="sales")):
        refusal = desk.refused(command)
        assert (refusal.code, refusal.allowed) == ("deal_closed", ("reopen",))
    desk.do(cmd.Comment(text="спасибо"))
    desk.do(cmd.Fill(fields={"why": "x"}))


def test_a_refused_command_keeps_what_came_due_before_it() -> None:
    desk = Desk(small("a: {rules: [{set: {paper: x}, after: 1h}]}\nwon: {kind: won}", paper="text")).open()
    desk.now = desk.now.replace(hour=desk.now.hour + 2)
    decision = desk.decide(cmd.Move(to="nowhere", fields={"paper": "y"}))
    assert decision.refusal is not None
    assert [recorded.event.type for recorded in decision.events] == ["fired", "filled"]
    assert desk.deal.fields == {"paper": "x"}
    assert desk.deal.seq == len(desk.events)
