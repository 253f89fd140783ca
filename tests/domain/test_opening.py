"""The command a child deal opens with, and what it reports at its end."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.commands import Open
from domain.deal import Child, ChildResult, Deal
from domain.opening import child_id, opening, result_of
from tests.domain.builders import DEAL, MONDAY, Desk, small


def parent(**changes: object) -> Deal:
    deal = Deal(
        id=DEAL,
        pipeline="parent",
        definition="d",
        title="T",
        stage="a",
        moved_at=MONDAY,
        opened_at=MONDAY,
        at=MONDAY,
        responsible="sales",
        creator="boris",
        company="romashka",
        amount=Decimal(10),
        source="site",
        fields={"a": 1, "b": 2},
        children={"k": Child(key="k", deal="x", pipeline="child", rule="r", wait=True)},
    )
    return deal.model_copy(update=changes)


def test_everything_known_travels_along() -> None:
    command = opening(parent(), "k")
    assert (command.pipeline, command.responsible, command.company) == ("child", "sales", "romashka")
    assert (command.amount, command.source, command.fields) == (Decimal(10), "site", {"a": 1, "b": 2})
    assert command.parent is not None
    assert (command.parent.deal, command.parent.key, command.parent.wait) == (DEAL, "k", True)
    assert [(link.deal, link.kind) for link in command.links] == [(DEAL, "opened_by")]
    assert Open.model_validate(command.model_dump(mode="json")) == command


def test_what_an_ended_child_found_out_goes_before_what_the_parent_knew() -> None:
    result = ChildResult(key="k", deal="x", status="won", stage="s", company="roga", fields={"b": 3, "c": 4})
    first = Child(key="k", deal="x", pipeline="child", rule="r", wait=True, result=result)
    second = Child(key="n", deal="y", pipeline="next", rule="r", wait=False, source_child="k")
    command = opening(parent(children={"k": first, "n": second}), "n")
    assert command.fields == {"a": 1, "b": 3, "c": 4}
    assert (command.company, command.amount) == ("roga", Decimal(10))
    assert [(link.deal, link.kind) for link in command.links] == [(DEAL, "opened_by"), ("x", "follows")]


def test_the_childs_id_is_always_the_same_and_one_for_each_key() -> None:
    assert child_id(DEAL, "a") == child_id(DEAL, "a")
    assert child_id(DEAL, "a") != child_id(DEAL, "b")


def test_a_deal_without_a_parent_reports_to_nobody() -> None:
    desk = Desk(small("a: {}\nwon: {kind: won}")).open()
    with pytest.raises(ValueError, match="no parent"):
        result_of(desk.deal)
