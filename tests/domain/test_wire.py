"""What travels into Temporal's history: small, readable, and folding to the same deal."""

from __future__ import annotations

import json

from domain import commands as cmd
from domain import wire
from domain.errors import Refusal
from domain.evolve import fold
from tests.domain.builders import Desk, shipped, small

TWENTY = """
a: {}
b:
  rules:
"""


def test_a_move_with_twenty_tasks_and_notices_stays_small() -> None:
    tasks = "".join(
        f"    - {{task: {{id: task_number_{n}, assignee: 'role:office', deadline: {n + 1}wd}}}}\n"
        for n in range(20)
    )
    desk = Desk(small(TWENTY + tasks + "won: {kind: won}")).open()
    before = len(desk.events)
    events = desk.move("b")
    assert sum(event.type == "task_created" for event in events) == 20
    assert sum(event.type == "notified" for event in events) == 20
    packed = wire.pack(desk.events[before:])
    assert isinstance(packed, str)
    assert len(packed) < 900


def test_a_short_answer_stays_readable() -> None:
    desk = Desk(shipped("fulfilment/quote")).open()
    events = desk.do(cmd.Fill(fields={"request": "Кружки"}))
    assert [event.type for event in events] == ["filled"]
    packed = wire.pack(desk.events[-1:])
    assert isinstance(packed, list)
    assert packed[0][3] == {"type": "filled", "fields": {"request": "Кружки"}}


def test_answers_fold_to_the_same_deal() -> None:
    desk, carried = Desk(shipped("fulfilment/quote")), None
    steps = (
        cmd.Open(pipeline="fulfilment.quote", responsible="sales", amount="5"),  # type: ignore[arg-type]
        cmd.Comment(text="только для людей"),
        cmd.Move(to="prepare_offer", fields={"contact_name": "А", "contact_phone": "1", "request": "x"}),
        cmd.CommentTask(task="prepare_offer", text="x", files=("offer.pdf",), result=True),
        cmd.Fill(fields={"contact_phone": None, "offer_file": "offer.pdf", "offer_approver": "director"}),
        cmd.Move(to="nowhere"),
    )
    for step in steps:
        decision = desk.decide(step)
        sent = json.loads(json.dumps(wire.answer(decision.events, desk.deal.seq, decision.refusal)))
        carried = wire.apply(carried, sent)
        assert carried == desk.deal
    assert carried == fold(None, desk.events)


def test_a_refusal_travels_whole() -> None:
    refusal = Desk(shipped("fulfilment/quote")).open().refused(cmd.Move(to="agreed"))
    sent = json.loads(json.dumps(wire.answer([], 1, refusal)))["refusal"]
    assert Refusal.model_validate(sent) == refusal


def test_what_only_people_read_is_left_out() -> None:
    desk = Desk(shipped("fulfilment/quote")).open(
        fields={"contact_name": "А", "contact_phone": "1", "request": "x"}
    )
    desk.move("prepare_offer")
    desk.do(cmd.CommentTask(task="prepare_offer", files=("offer.pdf",), result=True))
    packed = wire.pack(desk.events[-1:])
    assert packed[0][3] == {"type": "task_commented", "task": 1, "result": True, "has_file": True}


def test_unknown_keys_of_newer_versions_are_ignored() -> None:
    event = {"type": "fired", "id": "x", "new": 1}
    (read,) = wire.unpack([[2, "2026-11-23T07:00:00+00:00", "system", event]])
    assert read.event.type == "fired"


def test_unknown_types_of_newer_versions_are_harmless() -> None:
    desk = Desk(small("a: {}\nwon: {kind: won}")).open()
    event = {"type": "weather_changed", "to": "rain"}
    newer = wire.Answer(seq=2, events=[[2, "2026-11-23T07:00:00+00:00", "system", event]], refusal=None)
    assert wire.apply(desk.deal, newer) == desk.deal.model_copy(update={"seq": 2})
