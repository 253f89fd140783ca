"""The card: what keeps a task from being finished and a stage from being entered, before anyone tries."""

from __future__ import annotations

from typing import Any

from api.cards import card
from domain import commands as cmd
from tests.domain.builders import Desk, small

SHIP = """
a:
  rules:
    - task:
        id: ship
        needs: [list]
        finish_when: [{id: paid_first, when: {stage: paid}}]
        checklist: [pack, {text: Tell, needs: [list]}]
    - {again: ship, after: 1d}
    - {comment_task: {task: ship, text: Hurry}, after: 2d}
    - {notify: {to: head, text: x}, at: due}
paid: {enter_when: [{id: agreed, when: {flag: true}}]}
won: {kind: won}
"""


def shown(desk: Desk) -> dict[str, Any]:
    return card(desk.deal, desk.definition, desk.facts, [], [])


def opened() -> Desk:
    return Desk(small(SHIP, list="file", flag="bool", due="date")).open()


def test_a_task_says_what_it_waits_for() -> None:
    desk = opened()
    (task,) = shown(desk)["tasks"]
    gate = {"id": "paid_first", "message": {"ru": "paid_first", "en": "paid_first"}}
    assert task["finish"] == {"ready": False, "missing": ["list"], "gates": [gate]}
    assert [(item["text"]["en"], item["needs"]) for item in task["checklist"]] == [
        ("pack", []),
        ("Tell", ["list"]),
    ]
    desk.move("paid", fields={"flag": True, "list": "offer.pdf"})
    assert shown(desk)["tasks"][0]["finish"] == {"ready": True, "missing": [], "gates": []}
    desk.do(cmd.FinishTask(task="ship"))
    assert shown(desk)["tasks"][0]["finish"] is None


def test_a_task_made_by_hand_waits_for_nothing() -> None:
    desk = opened()
    desk.do(cmd.CreateTask(title="Call", assignee="sales"))
    assert shown(desk)["tasks"][1]["finish"] == {"ready": True, "missing": [], "gates": []}


def test_moves_name_the_gate_at_a_stages_door() -> None:
    desk = opened()
    moves = {move["to"]: move for move in shown(desk)["moves"]}
    assert [gate["id"] for gate in moves["paid"]["gates"]] == ["agreed"]
    assert moves["won"]["ready"]


def test_the_agenda_says_what_comes_in_words() -> None:
    desk = opened()
    desk.do(cmd.Fill(fields={"due": "2026-12-01"}))
    assert [entry["words"]["en"] for entry in shown(desk)["agenda"]] == [
        "The task again: “ship”",
        "Comment on the task: “ship”",
        "x",
    ]
