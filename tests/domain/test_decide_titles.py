"""What a deal is called, and what the deals are called that it opens."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain.base import Text
from domain.deal import Child, ChildResult
from domain.definition import Pipeline
from domain.events import DealPlanned
from domain.opening import child_id, opening
from tests.domain.builders import DEAL, Desk, small, types
from tests.domain.involved import involved

GIVEN = "Хранение 200 коробов"
NEXT = {"id": "next", "pipeline": "p"}
OPENS = f"""
a: {{}}
won:
  kind: won
  rules: [{{open: {{id: first, pipeline: p, wait: true, on_won: [{{open: {NEXT}}}]}}}}]
"""


def hands_over() -> Pipeline:
    """Called otherwise in each language. A won deal opens `first`, and `next` when that is won."""
    return small(OPENS).model_copy(update={"title": Text(ru="Расчёт", en="Quote")})


def won(title: str | None) -> Desk:
    desk = Desk(hands_over()).open(title=title)
    desk.move("won")
    return desk


def first_won() -> cmd.ChildDone:
    done = ChildResult(key="first", deal=child_id(DEAL, "first"), status="won", stage="x")
    return cmd.ChildDone(result=done)


def test_a_title_that_somebody_gave_is_handed_on() -> None:
    desk = won(GIVEN)
    assert opening(desk.deal, "first").title == GIVEN
    desk.do(first_won(), "system")
    assert opening(desk.deal, "next").title == GIVEN


@pytest.mark.parametrize("title", [None, "", "  ", "Расчёт", " Расчёт ", "Quote"])
def test_the_pipelines_name_is_handed_on_to_nobody(title: str | None) -> None:
    desk = won(title)
    assert desk.deal.title.strip() in ("Расчёт", "Quote")
    assert opening(desk.deal, "first").title is None


def test_a_title_given_later_is_handed_on_too() -> None:
    desk = Desk(hands_over()).open()
    desk.do(cmd.Fill(title=f" {GIVEN} "))
    assert desk.deal.title == GIVEN
    desk.move("won")
    assert opening(desk.deal, "first").title == GIVEN


def test_a_new_title_renames_only_what_is_opened_after_it() -> None:
    desk = won(GIVEN)
    desk.do(cmd.Fill(title="Хранение 300 коробов"))
    desk.do(first_won(), "system")
    assert [opening(desk.deal, key).title for key in ("first", "next")] == [GIVEN, "Хранение 300 коробов"]


def test_a_process_is_called_like_the_deal_that_started_it() -> None:
    titled, untitled = (Desk(involved()).open(title=title) for title in (GIVEN, None))
    for desk in (titled, untitled):
        desk.do(cmd.StartProcess(kind="buy"))
    assert opening(titled.deal, "process_buy").title == GIVEN
    assert opening(untitled.deal, "process_buy").title is None


def test_a_title_cannot_be_taken_away() -> None:
    desk = Desk(hands_over()).open(title=GIVEN)
    refusal = desk.refused(cmd.Fill(title=" "))
    assert (refusal.code, refusal.missing) == ("invalid_value", ("title",))
    assert types(desk.do(cmd.Fill(title=f"{GIVEN} "))) == [], "it is called so already"


def test_records_of_before_titles_were_handed_on_still_read() -> None:
    data = {"key": "k", "deal": "x", "pipeline": "p", "rule": "r", "wait": True}
    assert DealPlanned.model_validate({"type": "deal_planned", **data}).title is None
    assert Child.model_validate(data).title is None
