"""Work requests, processes, doubles in 1C, offers from 1C, and messages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from domain import commands as cmd
from domain import events as ev
from domain.deal import ChildResult
from domain.facts import Employee, Facts
from tests.domain.builders import DEAL, Desk, facts, moscow, told, types
from tests.domain.involved import involved


def with_card(known: Facts) -> Facts:
    """The manager has everything that a message names; the lawyer can be mailed."""
    manager = Employee(
        id="sales", name="Ann", position="Manager", phone="+7", email="ann@example.com", head="head"
    )
    lawyer = Employee(id="lawyer", name="Lee", email="lee@example.com")
    people = {**known.organisation.employees, "sales": manager, "lawyer": lawyer}
    organisation = known.organisation.model_copy(update={"employees": people})
    return known.model_copy(update={"organisation": organisation})


def working(**fields: object) -> Desk:
    desk = Desk(involved(), with_card(facts())).open(company="romashka", title="Pumps", fields=fields)
    desk.move("work")
    return desk


def planned(events: list[ev.Event], kind: str) -> list[ev.EffectPlanned]:
    return [event for event in events if isinstance(event, ev.EffectPlanned) and event.kind == kind]


def test_a_request_is_a_task_for_its_role_once_while_it_is_open() -> None:
    desk = Desk(involved()).open()
    events = desk.do(cmd.Request(kind="check", text=" the buyer "), "boris")
    assert types(events) == ["task_created", "scheduled"]
    task = desk.task("request_check")
    assert (task.assignee, task.creator, task.description) == ("lawyer", "boris", "the buyer")
    assert task.deadline == moscow("2026-11-24T10:00")
    assert told(events, "task") == ["lawyer"]
    assert desk.refused(cmd.Request(kind="check")).code == "nothing_to_do"
    assert desk.refused(cmd.Request(kind="dance")).allowed == ("check", "haul")
    desk.do(cmd.FinishTask(task="request_check"), "lawyer")
    desk.do(cmd.Request(kind="check", deadline=dt.datetime(2026, 11, 27, 12)), "operator")
    task = desk.task("request_check")
    assert (task.creator, task.deadline) == ("sales", moscow("2026-11-27T12:00"))
    desk.move("lost", reason="x")
    assert desk.refused(cmd.Request(kind="check")).code == "deal_closed"


def test_several_processes_of_a_kind_may_run_and_their_ends_are_told() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.StartProcess(kind="buy"))
    desk.do(cmd.StartProcess(kind="buy", deadline=dt.datetime(2026, 11, 24, 12)))
    desk.do(cmd.StartProcess(kind="make"))
    children = desk.deal.children
    assert list(children) == ["process_buy", "process_buy.2", "process_make"]
    assert all(child.wait for child in children.values())
    assert len({child.deal for child in children.values()}) == 3
    assert {name: at for name, at in desk.due().items() if name != "claim"} == {
        "process_buy.overdue": "2026-11-26T10:00",
        "process_buy.2.overdue": "2026-11-24T12:00",
    }
    assert desk.refused(cmd.StartProcess(kind="sing")).allowed == ("buy", "make")
    assert told(desk.wait(hours=26), "overdue") == ["sales"]
    assert told(desk.wait(days=1), "overdue") == ["head"]
    for key in ("process_buy", "process_make"):
        result = ChildResult(key=key, deal=children[key].deal, status="won", stage="done")
        events = desk.do(cmd.ChildDone(result=result))
        assert told(events, "info") == ["sales"]
    assert "process_buy.overdue" not in desk.deal.agenda
    assert told(desk.wait(days=9), "overdue") == []
    desk.move("lost", reason="x")
    assert desk.refused(cmd.StartProcess(kind="buy")).code == "deal_closed"


def test_a_mirrored_task_is_made_and_closed_in_1c() -> None:
    desk = Desk(involved()).open()
    wish = planned(desk.do(cmd.Request(kind="haul", text="two pallets")), "onec_task")[0]
    assert wish.name == "mirror.1"
    assert wish.detail["key"] == f"{DEAL}.1"
    assert wish.detail["description"] == "two pallets"
    assert wish.detail["deadline"] == moscow("2026-11-25T10:00").isoformat()
    desk.do(
        cmd.EffectResult(key=wish.key, result={"status": "open", "number": "0007", "more": [1]}), "system"
    )
    assert (desk.deal.mirrored[1].state, desk.deal.mirrored[1].number) == ("open", "0007")
    assert desk.deal.effects == {}
    closing = planned(desk.do(cmd.FinishTask(task=1, comment="done", result=True), "warehouse"), "onec_task")[
        0
    ]
    assert closing.detail == {"operation": "complete", "key": f"{DEAL}.1", "result": "done"}
    assert desk.deal.mirrored[1].closed
    assert planned(desk.wait(days=1), "onec_task") == []


def test_a_task_cancelled_here_is_withdrawn_in_1c() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Request(kind="haul"))
    events = desk.move("lost", reason="x")
    assert [one.detail["operation"] for one in planned(events, "onec_task")] == ["cancel"]


def test_a_task_that_was_closed_before_it_could_be_mirrored_is_left_alone() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Request(kind="haul"))
    desk.do(cmd.FinishTask(task=1), "warehouse")
    desk.state = desk.deal.model_copy(update={"mirrored": {}})
    assert desk.do(cmd.Tick()) == []


def test_word_from_1c_of_a_task_by_its_public_id() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Request(kind="haul"))
    desk.do(cmd.Happened(kind="onec.task_state", detail={"task": f"{DEAL}.1", "state": "packed"}), "system")
    assert desk.deal.mirrored[1].state == "packed"
    assert types(
        desk.do(cmd.Happened(kind="onec.task_state", detail={"task": "77", "state": "x"}), "system")
    ) == ["happened_outside"]
    desk.do(cmd.Request(kind="check"))
    plain = desk.do(
        cmd.Happened(kind="onec.task_state", detail={"task": "request_check", "state": "x"}), "system"
    )
    assert types(plain) == ["happened_outside"], "a task that has no double"
    events = desk.do(cmd.Happened(kind="onec.task_done", detail={"task": f"{DEAL}.1"}), "system")
    assert desk.task("request_haul").status == "finished"
    assert planned(events, "onec_task") == [], "1C knows it already"


def test_1c_may_say_again_what_it_was_told_to_close() -> None:
    desk = Desk(involved()).open()
    desk.do(cmd.Request(kind="haul"))
    desk.do(cmd.FinishTask(task="request_haul"), "warehouse")
    echo = cmd.Happened(kind="onec.task_done", detail={"task": f"{DEAL}.1", "number": "ВР-1"})
    assert types(desk.do(echo, "system")) == ["happened_outside", "task_mirrored"]
    assert (desk.deal.mirrored[1].state, desk.deal.mirrored[1].number) == ("done", "ВР-1")
    assert types(desk.do(echo, "system")) == ["happened_outside"], "nothing new"


def test_an_offer_from_1c_fills_the_card() -> None:
    local = [recorded.event for recorded in working(note="local").events]
    assert planned(local, "onec_offer") == []
    desk = working(note="to Russia")
    key = next(effect.key for effect in desk.deal.effects.values() if effect.kind == "onec_offer")
    line = {"code": "K15", "title": "Valve", "quantity": "4", "unit": "pc", "price": "12.50"}
    offer: dict[str, Any] = {"lines": [line, {**line, "code": ""}], "file": {"id": "f", "name": "kp.pdf"}}
    desk.do(cmd.EffectResult(key=key, result={"offer": offer}), "system")
    assert desk.deal.fields["offer_items"] == "Valve (K15): 4 pc × 12.50\nValve: 4 pc × 12.50"
    assert desk.deal.fields["offer_file"] == {"id": "f", "name": "kp.pdf"}


def test_an_offer_is_asked_for_once_at_a_time() -> None:
    desk = working(note="russia")
    desk.move("new")
    assert planned(desk.move("work"), "onec_offer") == []


def test_an_offer_that_is_not_there_or_makes_no_sense_fills_nothing() -> None:
    for result, said in (
        ({}, []),
        ({"offer": None}, ["sales"]),
        ({"offer": {"lines": "x", "file": "y"}}, []),
        ({"offer": {"lines": [1], "file": {}}}, []),
    ):
        desk = working(note="russia")
        key = next(effect.key for effect in desk.deal.effects.values() if effect.kind == "onec_offer")
        events = desk.do(cmd.EffectResult(key=key, result=result), "system")  # type: ignore[arg-type]
        assert (types(events), told(events)) == (["effect_done"], said), result


def test_messages_are_filled_in_both_languages_and_never_twice() -> None:
    desk = Desk(involved(), with_card(facts())).open(company="romashka", title="{stage}{manager.name}")
    message = planned(desk.move("work"), "message")[0]
    assert message.detail["to"] == "client"
    assert message.detail["subject"] == {
        "ru": "О «{stage}{manager.name}»",
        "en": "About “{stage}{manager.name}”",
    }
    assert message.detail["text"] == {
        "ru": "Ann, Manager, +7, ann@example.com; work; ООО «Ромашка»",
        "en": "work",
    }


def test_a_message_to_people_goes_to_each_with_what_is_there() -> None:
    desk = working(scan="offer.pdf")
    desk.do(cmd.FinishTask(task="ship", comment="late", result=True), "warehouse")
    sent = planned(desk.do(cmd.FinishTask(task="fix")), "message")
    assert [(one.detail["to"], one.detail.get("channel")) for one in sent] == [
        ("lawyer", "email"),
        ("accountant", None),
    ]
    assert sent[0].detail["attachments"] == [{"id": "offer.pdf", "name": "offer.pdf"}]
    assert len({one.key for one in sent}) == 2
    assert desk.refused(cmd.SendMessage(message="papers")).missing == ("offer_file",), (
        "by hand all must be there"
    )
    assert desk.refused(cmd.SendMessage(message="songs")).allowed == ("hello", "papers")


def test_a_task_quotes_what_set_it_off() -> None:
    desk = working()
    assert desk.task("ship").description == "Везти."
    desk.do(cmd.FinishTask(task="ship", comment="сломано", result=True), "warehouse")
    assert desk.task("fix").description == "Замечания: сломано"


def test_an_exit_field_may_depend_on_a_condition() -> None:
    desk = working(note="scan it", plan=[{"percent": 100, "date": "2026-12-01"}])
    assert desk.refused(cmd.Move(to="done")).missing == ("scan",)
    desk.do(cmd.Fill(fields={"note": "no"}))
    desk.move("done")
    assert desk.deal.status == "won"
