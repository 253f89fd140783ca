"""Calls on a person's list: planned, reminded of, logged, tried again; words from outside; answers with dates."""

from __future__ import annotations

from domain import commands as cmd
from domain.events import CompanyMade
from domain.opening import opening
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
    assert refusal.code == "call_closed"
    assert refusal.message.ru == "Этот звонок уже отмечен: Sales, 23.11.2026 10:00."
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


def test_a_move_by_hand_to_where_attempts_wait_says_that_nobody_answered() -> None:
    desk = lead()
    desk.move("no_answer")
    assert [(call.outcome, call.logged_by) for call in desk.deal.calls.values()] == [("no_answer", "sales")]
    assert desk.deal.agenda["attempt.first_contact"].due == moscow("2026-11-23T10:30")
    desk.wait(minutes=30)
    assert (desk.deal.stage, desk.deal.calls[2].status) == ("in_progress", "open")
    for day in (0, 1, 3, 0):
        assert desk.deal.status == "open"
        desk.move("no_answer")
        desk.wait(days=day, hours=1)
    assert desk.deal.stage == "unreachable", "the fifth ends it"


def test_a_lead_that_was_never_called_is_not_forgotten_where_attempts_wait() -> None:
    desk = Desk(shipped("prom2b/lead")).open(source="site")
    desk.move("no_answer")
    desk.wait(minutes=30)
    assert desk.deal.stage == "in_progress"
    by_phone = Desk(shipped("prom2b/lead")).open(source="call")
    by_phone.move("no_answer")
    assert "attempt.first_contact" not in by_phone.deal.agenda, "no attempts are made where the client called"


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
    client = {"contact_name": "Анна", "contact_phone": "+79990000001"}
    desk.do(cmd.Fill(fields={"company_name": " ООО «Лютик» ", "consultation_needed": True, **client}))
    events = desk.move("target")
    made = [event for event in events if isinstance(event, CompanyMade)]
    assert [event.name for event in made] == ["ООО «Лютик»"]
    assert desk.deal.company == made[0].company
    assert desk.deal.contact == {"name": "Анна", "phone": "+79990000001"}
    assert opening(desk.deal, "order").contact == desk.deal.contact, "it goes on to the order"
    desk.do(cmd.Reopen(to="new"))
    assert "company_made" not in types(desk.move("target"))
