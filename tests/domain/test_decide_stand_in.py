"""Deals that other deals open: who gets them when the responsible has left, and what a late opening takes along."""

from __future__ import annotations

from typing import Any

import pytest

from domain import commands as cmd
from domain.deal import ChildResult, Parent
from domain.facts import Facts
from domain.opening import opening
from tests.domain.builders import DEAL, Desk, facts, small, told

CHILD = small("a: {}\nwon: {kind: won}")
PARENT = Parent(deal=DEAL, pipeline="p", key="k", wait=False)


def without(*people: str, directors: tuple[str, ...] | None = None) -> Facts:
    """The facts after these people have left."""
    known = facts()
    organisation = known.organisation
    employees = {
        name: one.model_copy(update={"active": one.active and name not in people})
        for name, one in organisation.employees.items()
    }
    roles = dict(organisation.roles)
    if directors is not None:
        roles["director"] = directors
    changed = organisation.model_copy(update={"employees": employees, "roles": roles})
    return known.model_copy(update={"organisation": changed})


@pytest.mark.parametrize(
    ("left", "directors", "gets_it"),
    [
        ((), None, "sales"),
        (("sales",), None, "head"),
        (("sales", "head"), None, "director"),
        (("sales", "head", "director"), ("director", "lawyer"), "lawyer"),
        (("sales", "head", "director"), ("director",), "sales"),  # nobody is left: it stays findable
    ],
)
def test_a_deal_opened_by_another_goes_to_who_stands_in(
    left: tuple[str, ...], directors: tuple[str, ...] | None, gets_it: str
) -> None:
    desk = Desk(CHILD, without(*left, directors=directors))
    events = desk.do(cmd.Open(pipeline="test.small", responsible="sales", parent=PARENT), "system")
    assert desk.deal.responsible == gets_it
    assert told(events, "control") == ([gets_it] if gets_it != "sales" else [])


def test_a_ring_of_heads_and_an_unknown_person_end_with_a_director() -> None:
    known = without("sales", "head")
    employees = dict(known.organisation.employees)
    employees["head"] = employees["head"].model_copy(update={"head": "sales"})
    ring = known.organisation.model_copy(update={"employees": employees})
    for person in ("sales", "ghost"):
        desk = Desk(CHILD, known.model_copy(update={"organisation": ring}))
        desk.do(cmd.Open(pipeline="test.small", responsible=person, parent=PARENT), "system")
        assert desk.deal.responsible == "director"


def test_a_person_is_told_to_choose_another_responsible() -> None:
    desk = Desk(CHILD, without("sales"))
    refusal = desk.refused(cmd.Open(pipeline="test.small", responsible="sales"), "head")
    assert refusal.code == "unknown_employee"


LATER = """
a:
  rules:
    - open:
        id: contract
        pipeline: p
        wait: true
        on_won: [{open: {id: next, pipeline: q}, TIME}]
won: {kind: won}
"""


@pytest.mark.parametrize(
    ("time", "fields"), [("after: 1d", {}), ("at: day", {"day": "2026-11-24"}), ("after: 1wd", {})]
)
def test_a_deal_opened_some_time_after_a_childs_end_takes_its_result_along(
    time: str, fields: dict[str, Any]
) -> None:
    desk = Desk(small(LATER.replace("TIME", time), day="date")).open(fields=fields)
    child = desk.deal.children["contract"]
    result = ChildResult(
        key="contract", deal=child.deal, status="won", stage="won", company="romashka", fields={"number": "7"}
    )
    desk.do(cmd.ChildDone(result=result), "system")
    assert "next" not in desk.deal.children
    desk.wait(days=1)
    opened = opening(desk.deal, "next")
    assert (opened.company, opened.fields["number"]) == ("romashka", "7")
    assert [(link.deal, link.kind) for link in opened.links] == [(DEAL, "opened_by"), (child.deal, "follows")]
