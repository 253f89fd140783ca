"""Calls on a person's list: planned, reminded of, logged, tried again; words from outside; answers with dates."""

from __future__ import annotations

from domain import commands as cmd
from domain.events import CompanyMade
from tests.domain.builders import Desk, moscow, shipped, small, told, types

PLANNED = """
a:
  optional: [call_at]
  rules:
    - call: {id: ring, title: {ru: Звонок, en: Ring}, at: call_at, remind_before: 15m}
  when_call: {ring: {reached: [{move: b}]}}
b: {}
won: {kind: won}
lost: {kind: lost}
"""


def lead(source: str = "site") -> Desk:
    desk = Desk(shipped("prom2b/lead")).open(source=source)
    desk.move("in_progress")
    return desk


def test_a_planned_call_reminds_before_and_follows_its_date() -> None:
    desk = Desk(small(PLANNED, call_at="datetime")).open(fields={"call_at": "2026-11-23T15:00"})
    assert [entry.due for entry in desk.deal.agenda.values()] == [moscow("2026-11-23T14:45")]
    desk.do(cmd.Fill(fields={"call_at": "2026-11-24T12:00"}))
    assert [call.due for call in desk.deal.calls.values()] == [moscow("2026-11-24T12:00")]
    assert [entry.due for entry in desk.deal.agenda.values()] == [moscow("2026-11-24T11:45")]
    assert told(desk.wait(days=1, hours=1, minutes=45)) == ["sales"]
    desk.do(cmd.LogCall(outcome="reached"))
    assert (desk.deal.stage, desk.deal.agenda) == ("b", {})


def test_a_call_is_logged_once_and_named_by_number_key_or_nothing() -> None:
    desk = lead()
    assert desk.refused(cmd.LogCall(call="ring", outcome="reached")).allowed == ("first_contact",)
    assert desk.refused(cmd.LogCall(call=99, outcome="reached")).code == "unknown_call"
    desk.do(cmd.LogCall(call=1, outcome="reached", note="да"))
    assert desk.deal.calls[1].note == "да"
    refusal = desk.refused(cmd.LogCall(call="first_contact", outcome="no_answer"))
    assert (refusal.code, "sales" in refusal.message.en) == ("call_closed", True)
    assert desk.refused(cmd.LogCall(outcome="reached")).code == "unknown_call"


def test_a_call_may_be_planned_again_for_a_moment() -> None:
    desk = lead()
    desk.do(cmd.LogCall(outcome="no_answer", next_at=moscow("2026-11-25T11:00")))
    assert (desk.deal.stage, desk.deal.calls[2].due) == ("in_progress", moscow("2026-11-25T11:00"))
    assert "attempt.first_contact" not in desk.deal.agenda


def test_a_person_who_moves_the_deal_ends_the_attempts() -> None:
    desk = lead()
    desk.do(cmd.LogCall(outcome="no_answer"))
    assert desk.deal.stage == "no_answer"
    desk.move("in_progress")
    assert set(desk.deal.agenda) == {"call.2.unlogged"}, "the attempt left with its stage"
    desk.do(cmd.LogCall(outcome="reached"))
    desk.move("new")
    desk.move("in_progress")
    assert [call.status for call in desk.deal.calls.values()] == ["finished", "finished"], (
        "reached: no new one"
    )


def test_open_calls_end_with_their_visit() -> None:
    desk = lead()
    events = desk.move("new")
    assert "calls_cancelled" in types(events)
    assert [call.status for call in desk.deal.calls.values()] == ["cancelled"]


def test_word_from_outside_moves_the_deal_only_where_the_stage_says_so() -> None:
    desk = Desk(shipped("prom2b/order")).open(fields={"consultation_needed": False})
    desk.do(cmd.Happened(kind="call.incoming"))
    assert desk.deal.stage == "make_offer"
    desk.do(cmd.Fill(fields={"offer_file": "offer.pdf"}))
    assert desk.deal.stage == "feedback", "by itself, once the offer is there"
    desk.do(cmd.Happened(kind="mail.incoming"))
    assert desk.deal.stage == "contacted"


def test_an_answer_asks_for_what_its_option_needs() -> None:
    desk = Desk(shipped("prom2b/order")).open(
        fields={"consultation_needed": False, "offer_file": "offer.pdf"}
    )
    desk.do(cmd.Happened(kind="mail.incoming"))
    assert desk.refused(cmd.Answer(assignment="react", option="other")).missing == ("comment",)
    assert desk.refused(cmd.Answer(assignment="react", option="postponed")).missing == ("date",)
    desk.do(cmd.Answer(assignment="react", option="call_later"))
    assert [call.due for call in desk.deal.calls.values()] == [moscow("2026-11-30T10:00")], (
        "a week by default"
    )


def test_a_lead_becomes_a_company_of_its_name_once() -> None:
    desk = lead()
    desk.do(cmd.Fill(fields={"company_name": " ООО «Лютик» ", "consultation_needed": True}))
    events = desk.move("target")
    made = [event for event in events if isinstance(event, CompanyMade)]
    assert [event.name for event in made] == ["ООО «Лютик»"]
    assert desk.deal.company == made[0].company
    desk.do(cmd.Reopen(to="new"))
    assert "company_made" not in types(desk.move("target"))
