"""Tasks and assignments: made, worked on, finished with what their rule asks for."""

from __future__ import annotations

import datetime as dt

import pytest

from domain import commands as cmd
from domain import events as ev
from tests.domain.builders import FILES, Desk, moscow, shipped, small, told, types

WORK = """
a:
  rules:
    - task:
        id: t
        assignee: field:worker
        creator: head
        co_executors: role:office
        time_tracking: true
        result: file
        result_field: scan
        checklist: [one, two]
        finish_on_forward: true
        report_finish_to: responsible
        report_results_to: [creator]
  when_task: {t: {finished: [{notify: {to: director, text: done}}]}}
b: {}
won: {kind: won}
lost: {kind: lost}
"""


def work(**fields: str) -> Desk:
    definition = small(WORK, worker="employee", scan="file")
    return Desk(definition).open(fields={"worker": "warehouse", **fields})


def test_a_task_reaches_its_people() -> None:
    desk = work()
    task = desk.task("t")
    assert (task.assignee, task.creator, task.co_executors) == ("warehouse", "head", ("lawyer", "accountant"))
    assert told([recorded.event for recorded in desk.events], "task") == ["warehouse", "lawyer", "accountant"]


def test_the_responsible_stands_in_for_nobody() -> None:
    definition = small("a: {rules: [{task: {id: t, assignee: role:empty}}]}\nwon: {kind: won}")
    assert Desk(definition).open().task("t").assignee == "sales"


def test_a_result_with_a_file_is_asked_for_and_kept() -> None:
    desk = work()
    refusal = desk.refused(cmd.FinishTask(task="t", comment="готово", result=True), "warehouse")
    assert (refusal.code, refusal.missing) == ("result_file_required", ("scan",))
    events = desk.do(cmd.CommentTask(task="t", files=("recount.xlsx",), result=True), "warehouse")
    assert types(events) == ["task_commented", "filled"]
    assert told(events) == ["head"]
    assert desk.deal.fields["scan"] == {"id": "recount.xlsx", "name": "recount.xlsx"}
    events = desk.do(cmd.FinishTask(task="t"), "warehouse")
    assert told(events) == ["sales", "director"]
    assert desk.refused(cmd.FinishTask(task="t"), "warehouse").code == "task_closed"


def test_a_comment_that_is_not_the_result_does_not_count() -> None:
    desk = work()
    desk.do(cmd.CommentTask(task="t", files=("recount.xlsx",)), "warehouse")
    assert "scan" not in desk.deal.fields
    assert desk.refused(cmd.FinishTask(task="t"), "warehouse").code == "result_file_required"


def test_result_files_of_a_files_field_add_up() -> None:
    stages = "a: {rules: [{task: {id: t, result: file, result_field: scans}}]}\nwon: {kind: won}\nlost: {kind: lost}"
    desk = Desk(small(stages, scans="files")).open()
    desk.do(cmd.CommentTask(task="t", files=FILES[:1], result=True))
    desk.do(cmd.FinishTask(task="t", files=FILES[1:3]))
    assert desk.deal.fields["scans"] == [{"id": name, "name": name} for name in FILES[:3]]


RESULT = """
a: {rules: [{task: {id: t, result: required, outcomes: {good: {}, bad: {comment: required}}}}]}
won: {kind: won}
"""


@pytest.mark.parametrize(
    ("finish", "code"),
    [
        ({}, "outcome_required"),
        ({"outcome": "ugly"}, "unknown_outcome"),
        ({"outcome": "bad"}, "comment_required"),
        ({"outcome": "good"}, "result_required"),
        ({"outcome": "good", "comment": "x"}, "result_required"),
        ({"outcome": "good", "comment": "  ", "result": True}, "result_required"),
        ({"outcome": "good", "files": ("nothing.pdf",)}, "unknown_file"),
    ],
)
def test_a_task_cannot_be_finished_without_what_its_rule_asks(finish: dict[str, object], code: str) -> None:
    desk = Desk(small(RESULT)).open()
    assert desk.refused(cmd.FinishTask.model_validate({"task": "t", **finish})).code == code


def test_an_outcome_with_its_result() -> None:
    desk = Desk(small(RESULT)).open()
    desk.do(cmd.FinishTask(task="t", outcome="bad", comment="долги", result=True))
    task = desk.task("t")
    assert (task.status, task.outcome, task.conclusion, task.finished_by) == (
        "finished",
        "bad",
        "долги",
        "sales",
    )


def test_two_clocks_run_side_by_side_and_finishing_stops_them() -> None:
    desk = work()
    desk.do(cmd.StartTask(task="t"), "warehouse")
    desk.now += dt.timedelta(minutes=10)
    desk.do(cmd.StartTask(task="t"), "lawyer")
    assert desk.do(cmd.StartTask(task="t"), "lawyer") == [], "a clock that runs goes on"
    desk.now += dt.timedelta(minutes=5)
    desk.do(cmd.StopTask(task="t"), "warehouse")
    assert desk.task("t").seconds == 15 * 60
    assert desk.refused(cmd.StopTask(task="t"), "warehouse").code == "nothing_to_do"
    desk.now += dt.timedelta(minutes=1)
    desk.do(cmd.FinishTask(task="t", files=("recount.xlsx",)), "warehouse")
    assert (desk.task("t").seconds, desk.task("t").running) == ((15 + 6) * 60, {})


@pytest.mark.parametrize(("to", "status"), [("b", "finished"), ("lost", "cancelled")])
def test_time_worked_is_kept_when_the_deal_goes_on_or_is_lost(to: str, status: str) -> None:
    desk = work()
    desk.do(cmd.StartTask(task="t"), "warehouse")
    desk.now += dt.timedelta(minutes=10)
    desk.move(to, reason="x")
    task = desk.task("t")
    assert (task.status, task.seconds, task.running) == (status, 600, {})


def test_the_checklist() -> None:
    desk = work()
    desk.do(cmd.CheckTask(task="t", item=2), "warehouse")
    assert desk.task("t").checked == (1,)
    assert desk.do(cmd.CheckTask(task="t", item=2), "warehouse") == []
    desk.do(cmd.CheckTask(task="t", item=2, done=False), "warehouse")
    assert desk.task("t").checked == ()
    for item in (0, 3, -1):
        assert desk.refused(cmd.CheckTask(task="t", item=item)).code == "unknown_item"


@pytest.mark.parametrize(
    "who", ["warehouse", "accountant", "head", "sales", "director", "system", "operator"]
)
def test_who_may_finish(who: str) -> None:
    work().do(cmd.FinishTask(task="t", files=("recount.xlsx",)), who)


def test_who_may_not_finish() -> None:
    assert work().refused(cmd.FinishTask(task="t", files=("recount.xlsx",)), "boris").code == "not_allowed"


def test_a_task_finishes_by_itself_when_the_deal_goes_forward_only() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(
        fields={"contact_name": "А", "contact_phone": "1", "request": "x"}
    )
    desk.move("prepare_offer")
    desk.move("new")
    assert desk.task("prepare_offer").status == "open"
    desk.move("prepare_offer")
    assert desk.task("prepare_offer").number == 1, "no second task while the first is open"
    desk.move("approve_offer", fields={"offer_file": "offer.pdf", "offer_approver": "director"})
    task = desk.task("prepare_offer")
    assert (task.status, task.finished_by) == ("finished", "system")


def test_a_task_that_is_open_goes_to_the_person_now_named() -> None:
    desk = work()
    desk.move("b")
    desk.move("a")
    assert desk.task("t").number == 2, "the first was finished when the deal went on"
    stages = WORK.replace("finish_on_forward: true", "finish_on_forward: false")
    kept = Desk(small(stages, worker="employee", scan="file")).open(fields={"worker": "warehouse"})
    kept.move("b", fields={"worker": "lawyer"})
    events = kept.move("a")
    assert types(events) == ["moved", "task_reassigned"]
    assert told(events, "task") == ["lawyer"]
    assert (kept.task("t").number, kept.task("t").assignee) == (1, "lawyer")


def test_a_loss_cancels_tasks_and_a_win_does_not() -> None:
    lost, won = work(), work()
    for desk in (lost, won):
        desk.do(cmd.CreateTask(title="x", assignee="sales", deadline=desk.now + dt.timedelta(days=1)))
    lost.move("lost", reason="x")
    assert {task.status for task in lost.deal.tasks.values()} == {"cancelled"}
    won.move("won")
    assert [task.status for task in won.deal.tasks.values()] == ["finished", "open"]
    assert lost.deal.agenda == won.deal.agenda == {}


def test_a_task_by_hand() -> None:
    desk = work()
    desk.do(cmd.CreateTask(title="Позвонить", assignee="role:office", observers=("head",)), "boris")
    task = desk.deal.tasks[2]
    assert (task.key, task.assignee, task.creator) == ("task_2", "lawyer", "boris")
    assert desk.refused(cmd.FinishTask(task=2, outcome="x"), "boris").code == "unknown_outcome"
    desk.do(cmd.FinishTask(task="Позвонить"), "boris")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"assignee": "former"}, "unknown_employee"),
        ({"assignee": "nobody"}, "unknown_employee"),
        ({"observers": ["former"]}, "unknown_employee"),
        ({"title": " "}, "invalid_value"),
        ({"key": "t"}, "invalid_value"),
        ({"deadline": "0001-01-01T00:00:00Z"}, "invalid_value"),
        ({"deadline": "9999-12-31T23:59:59-12:00"}, "invalid_value"),
        ({"deadline": "9999-12-31T23:59:59"}, "invalid_value"),
    ],
)
def test_a_task_by_hand_that_cannot_be(given: dict[str, object], code: str) -> None:
    desk = work()
    command = cmd.CreateTask.model_validate({"title": "x", "assignee": "sales", **given})
    assert desk.refused(command).code == code


def test_a_deadline_without_a_zone_is_a_time_of_the_organisation() -> None:
    desk = work()
    desk.do(cmd.CreateTask(title="x", assignee="sales", deadline=dt.datetime(2026, 11, 25, 12)))
    assert desk.deal.tasks[2].deadline == moscow("2026-11-25T12:00")
    desk.wait(days=3)


@pytest.mark.parametrize("name", ["nothing", "²", 99, "9" * 5000, ""])
def test_a_task_that_is_not_there(name: int | str) -> None:
    desk = work()
    refusal = desk.refused(cmd.StartTask(task=name))
    assert (refusal.code, refusal.allowed) == ("unknown_task", ("t",))
    assert desk.refused(cmd.Answer(assignment=name, option="x")).code == "unknown_assignment"


def test_a_clock_that_ran_backwards_adds_nothing() -> None:
    desk = work()
    desk.do(cmd.StartTask(task="t"))
    desk.now -= dt.timedelta(hours=1)
    events = desk.do(cmd.StopTask(task="t"))
    assert events == [ev.TaskStopped(task=1, seconds=0)]
