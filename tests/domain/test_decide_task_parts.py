"""Tasks for each of several people, results in two steps, gates and fields to finish, items, comments, `again`."""

from __future__ import annotations

from typing import Any

import pytest

from domain import commands as cmd
from domain import events as ev
from domain.facts import Facts
from tests.domain.builders import Desk, facts, organisation, small, told, types

EACH = """
a:
  rules: [{task: {id: collect, each: [responsible, 'role:accountant', head], deadline: 1d}}]
  when_task: {collect: {finished: [{move: won, when: {task.collect.open: 0}}]}}
b: {}
won: {kind: won}
"""
SHIP = """
a:
  rules:
    - task:
        id: ship
        assignee: warehouse
        result: file
        interim_field: list
        result_field: photos
        needs: [sum]
        finish_when: [{id: paid_first, when: {stage: paid}}]
        checklist:
          - pack
          - {text: Tell, needs: [list], tell: [responsible, assignee]}
paid:
  rules: [{comment_task: {task: ship, text: Paid}}]
won: {kind: won}
"""
FIELDS = {"list": "file", "photos": "files", "sum": "money"}
ROUND = """
a:
  rules: [{task: {id: ask, outcomes: [agreed, not_agreed], deadline: 2h}}]
  when_task:
    ask: {agreed: [{move: won}], not_agreed: [{task: {id: handle}}]}
    handle: {finished: [{again: ask}]}
won: {kind: won}
"""


def open_keys(desk: Desk) -> list[tuple[str, str]]:
    return [(task.key, task.assignee) for task in desk.deal.open_tasks()]


def test_one_task_for_each_and_the_last_to_end_sets_it_off() -> None:
    desk = Desk(small(EACH)).open()
    assert open_keys(desk) == [("collect", "sales"), ("collect", "accountant"), ("collect", "head")]
    desk.do(cmd.FinishTask(task="collect"), "accountant")  # by the key: the person's own
    assert open_keys(desk) == [("collect", "sales"), ("collect", "head")]
    desk.do(cmd.FinishTask(task="collect"), "head")
    assert desk.deal.stage == "a"
    desk.do(cmd.FinishTask(task="collect"))
    assert desk.deal.status == "won"


def test_a_person_named_twice_gets_one_task() -> None:
    desk = Desk(small(EACH)).open(responsible="accountant")
    assert open_keys(desk) == [("collect", "accountant"), ("collect", "director")]


def test_on_coming_back_open_tasks_are_kept_and_handed_over() -> None:
    desk = Desk(small(EACH)).open()
    desk.do(cmd.FinishTask(task="collect"), "accountant")
    desk.move("b")
    desk.do(cmd.Fill(responsible="boris"))
    events = desk.move("a")
    assert open_keys(desk) == [("collect", "boris"), ("collect", "head"), ("collect", "accountant")]
    assert types(events) == ["moved", "task_reassigned", "task_created", "scheduled"]


def ship() -> Desk:
    return Desk(small(SHIP, **FIELDS)).open()


def test_nothing_ends_before_its_gate_and_its_fields() -> None:
    desk = ship()
    refusal = desk.refused(cmd.FinishTask(task="ship", files=("offer.pdf",)), "warehouse")
    assert (refusal.code, refusal.missing) == ("missing_fields", ("sum",))
    assert [gate.id for gate in refusal.gates] == ["paid_first"]
    desk.do(cmd.Fill(fields={"sum": 5}))
    assert desk.refused(cmd.FinishTask(task="ship", files=("offer.pdf",)), "warehouse").code == "gate_not_met"


def test_a_result_before_the_gate_is_interim_and_no_result_of_the_whole() -> None:
    desk = ship()
    interim = cmd.CommentTask(task="ship", text="x", files=("recount.xlsx",), result=True)
    desk.do(interim, "warehouse")
    assert desk.deal.fields == {"list": {"id": "recount.xlsx", "name": "recount.xlsx"}}
    assert not desk.task("ship").has_result_file
    desk.move("paid", fields={"sum": 5})
    assert desk.refused(cmd.FinishTask(task="ship"), "warehouse").missing == ("photos",)
    desk.do(cmd.CommentTask(task="ship", files=("offer.pdf",), result=True), "warehouse")
    assert [file["name"] for file in desk.deal.fields["photos"]] == ["offer.pdf"]  # type: ignore[union-attr, index, call-overload]
    desk.do(cmd.FinishTask(task="ship", files=("invoice.pdf",)), "warehouse")
    assert [file["name"] for file in desk.deal.fields["photos"]] == ["offer.pdf", "invoice.pdf"]  # type: ignore[union-attr, index, call-overload]


def test_without_a_gate_the_first_result_is_the_interim_one() -> None:
    stages = "a: {rules: [{task: {id: do, interim_field: list, result_field: photos}}]}\nwon: {kind: won}"
    desk = Desk(small(stages, **FIELDS)).open()
    for name in ("recount.xlsx", "offer.pdf"):
        desk.do(cmd.CommentTask(task="do", files=(name,), result=True))
    assert desk.deal.fields["list"] == {"id": "recount.xlsx", "name": "recount.xlsx"}
    assert desk.deal.fields["photos"] == [{"id": "offer.pdf", "name": "offer.pdf"}]


def test_an_item_asks_for_its_fields_and_tells() -> None:
    desk = ship()
    assert told(desk.do(cmd.CheckTask(task="ship", item=1), "warehouse")) == []
    tick = cmd.CheckTask(task="ship", item=2)
    assert desk.refused(tick, "warehouse").missing == ("list",)
    desk.do(cmd.Fill(fields={"list": "recount.xlsx"}))
    events = desk.do(tick, "warehouse")
    assert told(events) == ["sales", "warehouse"]
    assert next(event.text.en for event in events if isinstance(event, ev.Notified)).endswith("Tell")
    assert desk.do(tick, "warehouse") == []
    assert told(desk.do(cmd.CheckTask(task="ship", item=2, done=False), "warehouse")) == []


def test_a_comment_by_itself_is_told_in_both_languages_and_needs_an_open_task() -> None:
    desk = ship()
    events = desk.move("paid", fields={"sum": 5})
    (said,) = [event for event in events if isinstance(event, ev.TaskCommented)]
    assert said.said is not None
    assert (said.text, said.said.en, said.result) == ("Paid", "Paid", False)
    assert told(events) == ["warehouse"]
    desk.do(cmd.FinishTask(task="ship", files=("offer.pdf",)), "warehouse")
    desk.move("a")
    assert types(desk.move("paid")) == ["moved", "task_commented"]  # made anew on the way back


def test_round_and_round_until_agreed() -> None:
    desk = Desk(small(ROUND)).open()
    for _ in range(3):
        desk.do(cmd.FinishTask(task="ask", outcome="not_agreed"))
        assert open_keys(desk) == [("handle", "sales")]
        desk.now = desk.now.replace(hour=desk.now.hour + 1)
        desk.do(cmd.FinishTask(task="handle"))
        assert open_keys(desk) == [("ask", "sales")]
        deadline = desk.task("ask").deadline
        assert deadline is not None
        assert (deadline - desk.now).total_seconds() == 2 * 3600
    desk.do(cmd.FinishTask(task="ask", outcome="agreed"))
    assert desk.deal.status == "won"


@pytest.mark.parametrize("contact", [None, {"name": "Иван"}])
def test_marks_on_company_and_contact(contact: dict[str, Any] | None) -> None:
    stages = "a: {}\nwon: {kind: won, rules: [{set: {contact.no_deal: true, company.no_deal: true}}]}"
    desk = Desk(small(stages)).open(contact=contact, company="romashka")
    desk.move("won")
    assert desk.deal.contact == (contact and {"name": "Иван", "no_deal": True})
    assert desk.facts.companies["romashka"].fields == {"no_deal": True}


def test_conditions_read_the_contact() -> None:
    stages = "a: {gates: [{id: g, when: {contact.vip: true}}], exit: [contact.phone]}\nwon: {kind: won}"
    desk = Desk(small(stages)).open(contact={"name": "Иван"})
    refusal = desk.refused(cmd.Move(to="won"))
    assert (refusal.missing, [gate.id for gate in refusal.gates]) == (("contact.phone",), ["g"])
    desk.do(cmd.Fill(contact={"name": "Иван", "phone": "1", "vip": True}))
    desk.move("won")


def test_a_role_of_several_gives_one_task() -> None:
    stages = "a: {rules: [{task: {id: do, each: ['role:office', responsible]}}]}\nwon: {kind: won}"
    desk = Desk(small(stages), facts=Facts(organisation=organisation(), companies=facts().companies)).open()
    assert len(open_keys(desk)) == 2


@pytest.mark.parametrize(
    ("contact", "made"),
    [
        (None, {"name": "Иван", "phone": "1"}),
        ({"name": "Пётр", "email": "p@x.ru"}, {"name": "Пётр", "email": "p@x.ru", "phone": "1"}),
    ],
    ids=["of the card's fields", "what it says already stays"],
)
def test_a_rule_makes_the_contact(contact: dict[str, Any] | None, made: dict[str, Any]) -> None:
    rules = "[{set: {contact: {name: who, phone: number, email: mail}}}]"
    definition = small(f"a: {{}}\nwon: {{kind: won, rules: {rules}}}", who="text", number="text", mail="text")
    desk = Desk(definition).open(contact=contact, fields={"who": "Иван", "number": "1"})
    desk.move("won")
    assert desk.deal.contact == made
