"""Approvals as the deal sees them: planned by a rule, ended once, and recalled when the deal is lost."""

from __future__ import annotations

import datetime as dt

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.approval.starting import starting
from domain.deal import ApprovalResult, DealApproval
from domain.loading import load_text
from domain.problems import Problem
from tests.domain.builders import Desk, small, told, types

STAGES = """
draft: {}
approval:
  gates: [{id: agreed, when: {approval.papers.status: approved}}]
  rules:
    - approve:
        id: papers
        title: {ru: Бумаги, en: Papers}
        documents: [paper, more]
        steps:
          - {id: big, title: {ru: b, en: b}, approvers: role:director, when: {amount: {gt: 500000}}}
          - {id: law, title: {ru: l, en: l}, approvers: role:lawyer, when: {amount: {gt: 100}}}
  when_approval:
    papers:
      approved: [{move: signing}]
      rejected: [{task: {id: fix}}]
      withdrawn: [{move: draft}]
signing: {}
won: {kind: won}
lost: {kind: lost}
"""
FILE = {"id": "contract.docx", "name": "contract.docx"}


def a_desk(amount: int = 1000) -> Desk:
    fields = {"paper": "contract.docx", "more": ["invoice.pdf"]}
    return Desk(small(STAGES, paper="file", more="files")).open(amount=amount, fields=fields)


def the(desk: Desk, key: str = "papers") -> DealApproval:
    return desk.deal.approvals[key]


def done(desk: Desk, status: str = "approved", key: str = "papers", **given: object) -> cmd.ApprovalDone:
    result = {"key": key, "status": status, "by": "lawyer", "at": desk.now, **given}
    return cmd.ApprovalDone(result=ApprovalResult.model_validate(result))


@pytest.mark.parametrize(("amount", "steps"), [(500001, ["big", "law"]), (500000, ["law"]), (101, ["law"])])
def test_only_steps_whose_condition_holds_are_planned(amount: int, steps: list[str]) -> None:
    desk = a_desk(amount)
    desk.move("approval")
    start = starting(desk.deal, "papers")
    assert [one.id for one in start.steps] == steps
    assert start.documents == (FILE, {"id": "invoice.pdf", "name": "invoice.pdf"})


def test_without_a_step_that_applies_it_is_approved_at_once() -> None:
    desk = a_desk(100)
    events = desk.move("approval")
    assert types(events) == ["moved", "approval_planned", "approval_ended", "moved"]
    assert (desk.deal.stage, the(desk).status, the(desk).plan) == ("signing", "approved", None)


def test_the_end_sets_off_the_stages_rules_once() -> None:
    desk = a_desk()
    desk.move("approval")
    assert desk.refused(cmd.Move(to="signing")).code == "gate_not_met"
    desk.do(cmd.ApprovalStarted(key="papers"), "system")
    with pytest.raises(ValueError, match="started already"):
        starting(desk.deal, "papers")
    events = desk.do(done(desk), "system")
    assert types(events) == ["approval_ended", "moved"]
    assert told(events) == ["sales"]
    assert desk.deal.stage == "signing"
    assert desk.do(done(desk), "system") == []
    assert desk.do(done(desk, "rejected"), "system") == []
    assert desk.do(done(desk, key="stranger"), "system") == []


def test_an_end_that_comes_before_the_start_is_known_counts() -> None:
    desk = a_desk()
    desk.move("approval")
    desk.do(done(desk), "system")
    assert the(desk).plan is None
    assert desk.do(cmd.ApprovalStarted(key="papers"), "system") == []


def test_rejected_remarks_and_another_round() -> None:
    desk = a_desk()
    desk.move("approval")
    desk.do(done(desk, "rejected", comment="No seal"), "system")
    assert desk.task("fix").status == "open"
    desk.move("draft")
    desk.move("approval")
    assert list(desk.deal.approvals) == ["papers", "papers.2"]
    assert the(desk, "papers.2").approval != the(desk).approval
    assert desk.refused(cmd.Move(to="signing")).code == "gate_not_met"


def test_one_that_runs_goes_on_when_the_stage_is_entered_again() -> None:
    desk = a_desk()
    desk.move("approval")
    desk.move("draft")
    desk.move("approval")
    assert list(desk.deal.approvals) == ["papers"]


def test_a_lost_deal_recalls_it_and_is_quiet_only_when_it_has_ended() -> None:
    desk = a_desk()
    desk.move("approval")
    desk.do(cmd.ApprovalStarted(key="papers"), "system")
    events = desk.move("lost", reason="x")
    assert types(events)[-1] == "approval_recalled"
    assert the(desk).recall
    assert not desk.deal.is_quiet()
    assert types(desk.do(cmd.RecallSent(key="papers"), "system")) == ["recall_sent"]
    assert desk.do(cmd.RecallSent(key="papers"), "system") == []
    assert not desk.deal.is_quiet()
    events = desk.do(done(desk, "withdrawn", by="system"), "system")
    assert (types(events), told(events)) == (["approval_ended"], [])
    assert desk.deal.is_quiet()


def test_a_decision_that_wins_against_the_recall_changes_nothing_of_a_lost_deal() -> None:
    desk = a_desk()
    desk.move("approval")
    desk.do(cmd.ApprovalStarted(key="papers"), "system")
    desk.move("lost", reason="x")
    assert types(desk.do(done(desk), "system")) == ["approval_ended"]
    assert (desk.deal.stage, the(desk).recall, the(desk).status) == ("lost", False, "approved")


def test_a_deal_of_before_approvals_reads_as_one_without() -> None:
    desk = a_desk()
    state = desk.deal.model_dump(mode="json", exclude_defaults=True)
    assert "approvals" not in state
    assert desk.wait(**{"days": 1}) == []
    assert isinstance(desk.events[0].event, ev.Opened)
    assert desk.now > dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def problems(approve: str, stage: str = "", kind: str = "open") -> list[tuple[str, int]]:
    """What is wrong with a pipeline that has this `approve` in line 11, and `stage` under it."""
    text = f"""\
pipeline: test.lint
title: {{ru: t, en: t}}
fields:
  paper: {{type: file, title: {{ru: t, en: t}}}}
  words: {{type: text, title: {{ru: t, en: t}}}}
stages:
  new: {{title: {{ru: t, en: t}}, optional: [paper, words]}}
  work:
    title: {{ru: t, en: t}}
    rules:
      - approve: {approve}
{stage}
  won: {{title: {{ru: t, en: t}}, kind: won}}
  lost: {{title: {{ru: t, en: t}}, kind: lost}}
"""
    loaded = load_text(text, "test.yaml")
    found: list[Problem] = loaded if isinstance(loaded, list) else []
    return [(problem.code, problem.line) for problem in found]


GOOD = "{id: a, title: {ru: t, en: t}, steps: [{id: s, title: {ru: t, en: t}, approvers: head}]"


@pytest.mark.parametrize(
    ("approve", "stage", "found"),
    [
        (GOOD + "}", "", []),
        (GOOD + ", documents: [paper]}", "    when_approval: {a: {approved: [{move: won}]}}", []),
        (GOOD + ", documents: [words]}", "", [("wrong_field_type", 11)]),
        (GOOD + ", documents: [nothing]}", "", [("unknown_field", 11)]),
        (GOOD.replace("head", "client") + "}", "", [("bad_recipient", 11)]),
        (GOOD.replace("head", "head, mode: most") + "}", "", [("wrong_value", 11)]),
        (GOOD.replace("head", "head, mode: 0") + "}", "", [("wrong_value", 11)]),
        (GOOD.replace("head", "head, mode: true") + "}", "", [("wrong_value", 11)]),
        (GOOD.replace("head", "head, when: {nothing: 1}") + "}", "", [("unknown_path", 11)]),
        (GOOD.replace("head", "head, deadline: soon") + "}", "", [("bad_duration", 11)]),
        ("{id: a, title: {ru: t, en: t}, steps: []}", "", [("wrong_value", 11)]),
        (GOOD.replace("head", "[]") + "}", "", [("wrong_value", 11)]),
        ("{id: a, title: {ru: t, en: t}}", "", [("missing_key", 11)]),
        (GOOD + "}", "    when_approval: {b: {approved: []}}", [("unknown_approval", 12)]),
        (GOOD + "}", "    when_approval: {a: {done: []}}", [("unknown_outcome", 12)]),
        (
            GOOD + "}",
            "    gates: [{id: g, when: {approval.b.status: approved}, message: {ru: t, en: t}}]",
            [("unknown_approval", 12)],
        ),
        (
            GOOD + "}",
            "    gates: [{id: g, when: {approval.a.status: open}, message: {ru: t, en: t}}]",
            [("wrong_value", 12)],
        ),
        (
            GOOD + "}",
            "    gates: [{id: g, when: {approval.a.by: head}, message: {ru: t, en: t}}]",
            [("unknown_path", 12)],
        ),
    ],
)
def test_what_the_linter_says(approve: str, stage: str, found: list[tuple[str, int]]) -> None:
    assert problems(approve, stage) == found
