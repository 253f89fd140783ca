"""Several people of one role: who has the least to do gets the task, and keeps it."""

from __future__ import annotations

from domain import commands as cmd
from domain.events import TaskReassigned
from tests.domain.builders import Desk, facts, small

STAGES = """
new:
  rules:
    - task: {id: one, assignee: role:office}
    - task: {id: two, assignee: role:office}
    - task: {id: three, assignee: role:office}
back:
  rules:
    - again: one
won: {kind: won}
"""


def opened(**load: int) -> Desk:
    desk = Desk(small(STAGES), facts=facts().model_copy(update={"load": load}))
    return desk.open()


def holders(desk: Desk) -> list[str]:
    return [task.assignee for task in desk.deal.tasks.values()]


def test_tasks_of_the_same_decision_count() -> None:
    assert holders(opened(accountant=0, lawyer=0)) == ["accountant", "lawyer", "accountant"]


def test_the_least_busy_is_first_and_a_tie_goes_by_id() -> None:
    assert holders(opened(accountant=2, lawyer=0)) == ["lawyer", "lawyer", "accountant"]


def test_without_figures_it_is_the_first_of_the_role() -> None:
    assert holders(opened()) == ["lawyer", "lawyer", "lawyer"]


def test_an_open_task_stays_with_its_holder() -> None:
    desk = opened(accountant=0, lawyer=0)
    desk.facts = desk.facts.model_copy(update={"load": {"accountant": 9, "lawyer": 0}})
    events = desk.do(cmd.Move(to="back"))
    assert not [event for event in events if isinstance(event, TaskReassigned)]
    assert desk.task("one").assignee == "accountant"
