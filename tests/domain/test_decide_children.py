"""Deals opened from a deal, what they report, and effects in the outside world."""

from __future__ import annotations

import pytest

from domain import commands as cmd
from domain.deal import ChildResult, Parent
from domain.opening import child_id, opening, result_of
from tests.domain.builders import DEAL, Desk, facts, shipped, small, told, types

FILLED = {
    "contact_name": "Анна",
    "contact_phone": "+7 900",
    "request": "Кружки",
    "offer_file": "offer.pdf",
    "offer_approver": "director",
}


def agreed(**company: object) -> Desk:
    """A quote that is won; the company has these fields."""
    desk = Desk(shipped("fulfilment/quote"), facts(**company)).open(company="romashka", fields=FILLED)
    desk.move("approve_offer")
    desk.do(cmd.FinishTask(task="approve_offer", outcome="approved"), "director")
    desk.move("agreed")
    return desk


def report(key: str, status: str, **given: object) -> cmd.ChildDone:
    result = {"key": key, "deal": child_id(DEAL, key), "status": status, "stage": "x", **given}
    return cmd.ChildDone(result=ChildResult.model_validate(result))


def test_a_new_client_signs_first_and_receives_after_it() -> None:
    desk = agreed()
    assert list(desk.deal.children) == ["contract"]
    assert not desk.deal.is_quiet()
    assert types(desk.do(cmd.ChildStarted(key="contract"), "system")) == ["deal_started"]
    assert desk.do(cmd.ChildStarted(key="contract"), "system") == []
    signed = report("contract", "won", fields={"signed_contract": {"id": "contract.docx", "name": "c"}})
    assert types(desk.do(signed, "system")) == ["child_ended", "deal_planned"]
    receiving = opening(desk.deal, "receiving")
    assert receiving.fields["signed_contract"] == {"id": "contract.docx", "name": "c"}
    assert receiving.fields["contact_name"] == "Анна"
    assert [link.kind for link in receiving.links] == ["opened_by", "follows"]
    assert desk.do(signed, "system") == [], "the same report twice is harmless"
    assert list(desk.deal.children) == ["contract", "receiving"]


def test_a_known_client_goes_straight_to_receiving() -> None:
    assert list(agreed(contract_signed=True).deal.children) == ["receiving"]


def test_a_lost_contract_is_told_and_opens_nothing() -> None:
    desk = agreed()
    assert told(desk.do(report("contract", "lost"), "system")) == ["sales"]
    assert desk.do(report("contract", "lost"), "system") == []
    assert list(desk.deal.children) == ["contract"]


def test_a_child_reopened_and_won_after_its_loss_counts() -> None:
    desk = agreed()
    desk.do(report("contract", "lost"), "system")
    desk.do(report("contract", "won"), "system")
    assert list(desk.deal.children) == ["contract", "receiving"]
    desk.do(report("contract", "lost"), "system")
    desk.do(report("contract", "won"), "system")
    assert list(desk.deal.children) == ["contract", "receiving"], "receiving opens once"


def test_the_same_deal_opens_again_only_after_a_loss() -> None:
    desk = agreed()
    for _ in range(2):
        desk.do(cmd.Reopen(to="agree_with_client"))
        desk.move("agreed")
    assert list(desk.deal.children) == ["contract"]
    desk.do(report("contract", "lost"), "system")
    desk.do(cmd.Reopen(to="agree_with_client"))
    desk.move("agreed")
    assert list(desk.deal.children) == ["contract", "contract.2"]
    assert len({child.deal for child in desk.deal.children.values()}) == 2


def test_a_report_of_a_child_that_nobody_opened_is_ignored() -> None:
    assert agreed().do(report("stranger", "won"), "system") == []


def test_a_child_tells_its_parent_once_for_each_end() -> None:
    definition = small("a: {}\nwon: {kind: won}\nlost: {kind: lost}")
    parent = Parent(deal=DEAL, pipeline="p", key="k", wait=True)
    desk = Desk(definition).open(parent=parent, fields={"carried": "kept though unknown here"})
    assert not desk.deal.report_due
    desk.move("lost", reason="x")
    assert desk.deal.report_due
    assert (result_of(desk.deal).status, result_of(desk.deal).fields) == ("lost", desk.deal.fields)
    assert types(desk.do(cmd.Reported(), "system")) == ["result_reported"]
    assert desk.do(cmd.Reported(), "system") == []
    assert desk.deal.is_quiet()
    desk.do(cmd.Reopen(to="a"))
    desk.move("won")
    assert desk.deal.report_due


def test_a_parent_that_does_not_wait_is_told_nothing() -> None:
    parent = Parent(deal=DEAL, pipeline="p", key="k", wait=False)
    desk = Desk(small("a: {}\nwon: {kind: won}")).open(parent=parent)
    desk.move("won")
    assert not desk.deal.report_due


def sent() -> Desk:
    desk = Desk(shipped("fulfilment/contract"), facts(inn="77")).open(company="romashka")
    desk.move("check_counterparty", fields={"checker": "lawyer"})
    desk.do(cmd.FinishTask(task="check_counterparty", outcome="passed", comment="ok", result=True), "lawyer")
    desk.move("send_contract", fields={"contract_draft": "contract.docx"})
    desk.do(cmd.SendMessage(message="contract"))
    return desk


def test_a_message_is_planned_with_its_attachment_under_a_lasting_key() -> None:
    desk = sent()
    (effect,) = desk.deal.effects.values()
    assert effect.key == f"{DEAL}/{desk.deal.seq}/1"
    assert desk.refused(cmd.SendMessage(message="offer")).allowed == ("contract",)
    desk.do(cmd.Fill(fields={"contract_draft": None}))
    assert desk.refused(cmd.SendMessage(message="contract")).missing == ("contract_draft",)


def test_an_effect_is_done_once() -> None:
    desk = sent()
    (key,) = desk.deal.effects
    assert types(desk.do(cmd.EffectResult(key=key), "system")) == ["effect_done"]
    assert desk.do(cmd.EffectResult(key=key), "system") == []
    assert desk.deal.effects == {}


def test_a_failed_effect_needs_attention_is_told_once_and_may_be_tried_again() -> None:
    desk = sent()
    (key,) = desk.deal.effects
    failed = cmd.EffectResult(key=key, cause="timeout")
    assert told(desk.do(failed, "system"), "control") == ["sales"]
    assert desk.deal.attention is not None
    assert desk.deal.attention.ru == "Сообщение «Отправить договор клиенту»: не получается (timeout)"
    assert (
        desk.deal.attention.en == "The message “Send the contract to the client”: it does not work (timeout)"
    )
    assert desk.do(failed, "system") == []
    desk.do(cmd.Retry())
    retried = desk.deal
    assert (retried.attention, retried.effects[key].cause) == (None, None)
    assert told(desk.do(failed, "system"), "control") == ["sales"]
    assert desk.deal.effects[key].attempts == 2


def test_a_signed_contract_marks_the_company_within_the_same_decision() -> None:
    stages = """
a: {}
won:
  kind: won
  rules:
    - {set: {company.contract_signed: true}}
    - {open: {id: next, pipeline: p}, when: {company.contract_signed: true}}
"""
    desk = Desk(small(stages)).open(company="romashka")
    assert types(desk.move("won")) == ["moved", "company_set", "deal_planned"]
    bare = Desk(small(stages)).open()
    assert types(bare.move("won")) == ["moved"], "no company, nothing to mark"
    lost = Desk(small(stages)).open(company="romashka")
    lost.facts = lost.facts.model_copy(update={"companies": {}})
    assert types(lost.move("won")) == ["moved"]


@pytest.mark.parametrize(("by_hand", "asked", "opens"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_a_contract_by_hand_opens_receiving_only_when_asked(by_hand: bool, asked: bool, opens: int) -> None:
    parent = None if by_hand else Parent(deal=DEAL, pipeline="p", key="k", wait=True)
    desk = Desk(shipped("fulfilment/contract"), facts(inn="77")).open(
        company="romashka", parent=parent, fields={"checker": "lawyer", "open_receiving": asked}
    )
    desk.move("check_counterparty")
    desk.do(cmd.FinishTask(task="check_counterparty", outcome="passed", comment="ok", result=True), "lawyer")
    desk.move("signed", fields={"contract_draft": "contract.docx", "signed_contract": "contract.docx"})
    assert len(desk.deal.children) == opens
    assert desk.facts.companies["romashka"].fields["contract_signed"] is True
