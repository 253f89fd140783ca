"""Questions put to people, and tasks closed in another system."""

from __future__ import annotations

from domain import commands as cmd
from tests.domain.builders import Desk, facts, shipped, small, told, types


def check_desk() -> Desk:
    desk = Desk(shipped("fulfilment/contract"), facts(inn="77")).open(
        company="romashka", fields={"checker": "lawyer", "contract_draft": "contract.docx"}
    )
    desk.move("check_counterparty")
    return desk


def test_a_task_closed_elsewhere_without_an_outcome_leads_to_a_question() -> None:
    desk = check_desk()
    events = desk.do(
        cmd.Happened(kind="onec.task_done", detail={"task": "check_counterparty", "outcome": ["x"]}), "system"
    )
    assert types(events) == ["happened_outside", "task_finished", "assignment_created", "scheduled"]
    assert told(events) == ["sales", "lawyer"]
    assert desk.refused(cmd.Answer(assignment="record_check", option="x")).allowed == ("passed", "failed")
    assert told(desk.wait(days=1)) == ["lawyer"], "reminded each working day"
    desk.do(cmd.Answer(assignment="record_check", option="passed"), "lawyer")
    assert (desk.deal.stage, desk.deal.agenda) == ("draft_contract", {})
    assert desk.refused(cmd.Answer(assignment="record_check", option="passed")).code == "assignment_closed"


def test_a_failed_check_ends_the_contract_with_its_conclusion() -> None:
    desk = check_desk()
    desk.do(
        cmd.FinishTask(task="check_counterparty", outcome="failed", comment="долги", result=True), "lawyer"
    )
    assert (desk.deal.stage, desk.deal.reason) == ("check_failed", "долги")


def test_a_question_dies_with_its_stage_visit() -> None:
    stages = """
a: {rules: [{assign: {id: q, options: [y, n], remind: {every: 1d}}}]}
b: {}
won: {kind: won}
lost: {kind: lost, rules: [{assign: {id: q, options: [y, n]}}]}
"""
    desk = Desk(small(stages)).open()
    desk.move("b")
    assert [entry.status for entry in desk.deal.assignments.values()] == ["cancelled"]
    assert desk.deal.agenda == {}
    assert desk.refused(cmd.Answer(assignment=1, option="y")).code == "assignment_closed"
    desk.move("lost", reason="x")
    desk.do(cmd.Reopen(to="b"))
    assert {entry.status for entry in desk.deal.assignments.values()} == {"cancelled"}


def test_word_of_a_task_that_is_not_there_is_refused_whole() -> None:
    desk = check_desk()
    unknown = cmd.Happened(kind="onec.task_done", detail={"task": "x"})
    assert desk.refused(unknown, "system").code == "unknown_task"


def test_only_1c_says_that_a_task_is_done_there() -> None:
    desk = check_desk()
    done = cmd.Happened(kind="onec.task_done", detail={"task": "check_counterparty"})
    for person in ("sales", "lawyer", "boris", "nobody"):
        refusal = desk.refused(done, person)
        assert (refusal.code, refusal.allowed[0]) == ("not_allowed", "role:integration")
        for said in (
            refusal.message.ru,
            refusal.message.en,
        ):  # what to do instead, for people and for systems
            assert all(part in said for part in ("/api/tasks/{id}/finish", "/api/hooks/1c", "integration"))
        state = cmd.Happened(kind="onec.task_state", detail={"task": "check_counterparty", "state": "x"})
        assert desk.refused(state, person).code == "not_allowed"
    roles = {**desk.facts.organisation.roles, "integration": ("boris",)}
    organisation = desk.facts.organisation.model_copy(update={"roles": roles})
    desk.facts = desk.facts.model_copy(update={"organisation": organisation})
    assert types(desk.do(done, "boris"))[:2] == ["happened_outside", "task_finished"]


def test_a_question_is_answered_by_those_it_concerns() -> None:
    stages = """
a:
  rules: [{assign: {id: q, assignee: 'role:lawyer', options: [y, n]}}]
won: {kind: won}
"""
    for person in ("lawyer", "sales", "director", "head", "operator", "system"):
        Desk(small(stages)).open().do(cmd.Answer(assignment="q", option="y"), person)
    desk = Desk(small(stages)).open()
    for stranger in ("boris", "accountant", "ghost"):
        refusal = desk.refused(cmd.Answer(assignment="q", option="y"), stranger)
        assert (refusal.code, refusal.allowed) == ("not_allowed", ("lawyer", "sales"))
        assert "Lawyer" in refusal.message.en
