"""What comes due: reminders, delayed rules, deadlines, and a worker that slept for days."""

from __future__ import annotations

import datetime as dt
import random

from domain import commands as cmd
from domain import events as ev
from domain.evolve import fold
from tests.domain.builders import MONDAY, Desk, moscow, shipped, small, told

HOUR = dt.timedelta(hours=1)
QUOTE = {"contact_name": "Анна", "contact_phone": "+7 900", "request": "Кружки"}


def prepared() -> Desk:
    desk = Desk(shipped("fulfilment/quote")).open(fields=QUOTE)
    desk.move("prepare_offer")
    return desk


def test_a_reminder_comes_back_each_working_day() -> None:
    desk = prepared()
    assert desk.due() == {"task.1.remind": "2026-11-24T10:00"}
    for _ in range(4):
        assert told(desk.wait(days=1), "reminder") == ["sales"]
    assert desk.due() == {"task.1.remind": "2026-11-30T10:00"}, "not at the weekend"


def test_after_days_without_a_worker_one_reminder_comes_at_its_own_moment() -> None:
    desk = prepared()
    assert told(desk.wait(days=10, hours=1), "reminder") == ["sales"]
    assert [recorded.at for recorded in desk.events if told([recorded.event], "reminder")] == [
        moscow("2026-11-24T10:00")
    ]
    assert desk.due() == {"task.1.remind": "2026-12-04T10:00"}


STAY = """
a:
  rules:
    - {notify: {to: responsible, text: dies}, after: 2h}
    - {notify: {to: head, text: kept}, after: 3h, on_leave: keep}
    - {notify: {to: director, text: again}, every: 1h}
    - {notify: {to: lawyer, text: only with paper}, after: 1h, when: {paper: {filled: true}}}
b: {}
won: {kind: won}
"""


def test_delayed_rules_fire_while_the_deal_stays() -> None:
    desk = Desk(small(STAY, paper="text")).open()
    assert told(desk.wait(hours=1)) == ["director"], "the condition is looked at when it fires"
    assert told(desk.wait(hours=1)) == ["sales", "director"]
    assert sorted(told(desk.wait(hours=1))) == ["director", "head"]
    assert list(desk.due()) == ["a.rules.2"]


def test_a_condition_that_holds_only_when_the_rule_fires_is_enough() -> None:
    desk = Desk(small(STAY, paper="text")).open()
    desk.do(cmd.Fill(fields={"paper": "x"}))
    assert told(desk.wait(hours=1)) == ["director", "lawyer"]


def test_leaving_cancels_what_was_not_to_be_kept() -> None:
    desk = Desk(small(STAY, paper="text")).open()
    desk.move("b")
    assert list(desk.due()) == ["a.rules.1"]
    assert told(desk.wait(hours=5)) == ["head"]
    assert desk.deal.agenda == {}


def test_what_came_due_before_a_move_fires_before_it() -> None:
    desk = Desk(small(STAY, paper="text")).open()
    desk.now += 2 * HOUR
    events = desk.move("b")
    assert told(events) == ["director", "sales"]
    assert events[-1].type == "moved"


def test_closing_silences_even_what_was_kept() -> None:
    desk = Desk(small(STAY, paper="text")).open()
    desk.move("won")
    assert desk.deal.agenda == {}
    assert desk.wait(days=30) == []
    assert desk.deal.is_quiet()


def test_a_closing_stage_may_have_rules_of_its_own() -> None:
    stages = "a: {}\nwon: {kind: won, rules: [{notify: {to: responsible, text: ask}, after: 1d}]}"
    desk = Desk(small(stages)).open()
    desk.move("won")
    assert not desk.deal.is_quiet()
    assert told(desk.wait(days=1)) == ["sales"]
    assert desk.deal.is_quiet()


def overdue_desk() -> Desk:
    desk = Desk(small("a: {}\nwon: {kind: won}\nlost: {kind: lost}")).open()
    deadline = desk.now + 2 * HOUR
    desk.do(cmd.CreateTask(title="x", assignee="warehouse", deadline=deadline), "lawyer")
    return desk


def test_an_overdue_task_is_told_once_and_to_the_head_a_working_day_later() -> None:
    desk = overdue_desk()
    assert told(desk.wait(hours=2), "overdue") == ["warehouse", "lawyer", "sales"]
    assert desk.due() == {"task.1.escalate": "2026-11-24T12:00"}
    assert desk.wait(hours=23) == []
    assert told(desk.wait(hours=1), "overdue") == ["head"]
    assert desk.deal.agenda == {}
    assert desk.wait(days=30) == []


def test_a_person_is_told_once_however_many_parts_they_play() -> None:
    desk = Desk(small("a: {rules: [{task: {id: t, deadline: 1h}}]}\nwon: {kind: won}")).open()
    assert told(desk.wait(hours=1), "overdue") == ["sales"]


def test_a_task_done_in_time_is_not_overdue() -> None:
    desk = overdue_desk()
    desk.do(cmd.FinishTask(task=1), "warehouse")
    assert desk.wait(days=3) == []


def test_both_words_of_an_overdue_task_after_a_long_sleep() -> None:
    assert told(overdue_desk().wait(days=9)) == ["warehouse", "lawyer", "sales", "head"]


def test_deadlines_count_again_after_reopening() -> None:
    desk = overdue_desk()
    desk.move("won")
    assert desk.wait(days=9) == []
    assert told(desk.do(cmd.Reopen(to="a"))) == ["warehouse", "lawyer", "sales", "head"]
    assert desk.wait(minutes=1) == []


def test_an_overdue_task_told_before_closing_is_not_told_again() -> None:
    desk = overdue_desk()
    desk.wait(hours=3)
    desk.move("won")
    desk.do(cmd.Reopen(to="a"))
    assert desk.wait(hours=1) == []


def test_working_hours_and_the_shift_into_them() -> None:
    stages = """
a:
  rules:
    - {notify: {to: responsible, text: a}, after: 10h, working: true}
    - {notify: {to: responsible, text: b}, after: 10wh}
    - {notify: {to: responsible, text: c}, after: 2wd}
won: {kind: won}
"""
    due = Desk(small(stages)).open().due()
    assert list(due.values()) == ["2026-11-24T09:00", "2026-11-24T11:00", "2026-11-25T10:00"]


def test_a_decision_stays_small_however_much_is_due() -> None:
    stages = """
a: {rules: [{move: b, after: 1m}]}
b: {rules: [{move: a, after: 1m}]}
won: {kind: won}
"""
    desk = Desk(small(stages)).open()
    desk.wait(hours=5)
    assert desk.deal.visit == 101
    due = desk.deal.next_due()
    assert due is not None
    assert due <= desk.now, "the rest is due at once"
    desk.wait(minutes=0)
    assert desk.deal.visit == 201


def test_people_are_found_when_the_rule_fires() -> None:
    stages = "a: {rules: [{notify: {to: 'role:office', text: x}, after: 1h}]}\nwon: {kind: won}"
    desk = Desk(small(stages)).open()
    office = desk.facts.organisation.model_copy(update={"roles": {"office": ("warehouse",)}})
    desk.facts = desk.facts.model_copy(update={"organisation": office})
    assert told(desk.wait(hours=1)) == ["warehouse"]


RACE = """
a:
  rules:
    - {notify: {to: responsible, text: dies}, after: 1h}
    - {notify: {to: head, text: kept}, after: 1h, on_leave: keep}
    - {move: late, after: 1h}
by_hand: {}
late: {}
won: {kind: won}
"""


def test_a_move_races_a_timer_a_thousand_times() -> None:
    """The moments alone decide, not when the worker happens to wake: the timer acts, or the move cancels it."""
    due = MONDAY + HOUR
    for seed in range(1000):
        dice = random.Random(seed)
        desk = Desk(small(RACE)).open()
        acts: list[cmd.Command] = [
            cmd.Move(to="by_hand", expected_stage="a"),
            *[cmd.Tick()] * dice.randint(0, 3),
        ]
        dice.shuffle(acts)
        moments = sorted(
            due + dt.timedelta(milliseconds=dice.choice((-1, 0, 1, dice.randint(-2000, 2000)))) for _ in acts
        )
        refused, moved_at = None, due
        for desk.now, command in zip(moments, acts, strict=True):
            refusal = desk.decide(command).refusal
            if isinstance(command, cmd.Move):
                refused, moved_at = refusal, desk.now
        desk.wait(minutes=1)
        _came_out_whole(desk, person_first=moved_at < due)
        assert (refused.code if refused else None) == (None if moved_at < due else "stale_stage")


def _came_out_whole(desk: Desk, *, person_first: bool) -> None:
    events = [recorded.event for recorded in desk.events]
    assert [recorded.seq for recorded in desk.events] == list(range(1, desk.deal.seq + 1))
    assert fold(None, desk.events) == desk.deal
    assert desk.deal.agenda == {}
    moves = [(event.stage, event.auto) for event in events if isinstance(event, ev.Moved)]
    assert moves == [("by_hand", False) if person_first else ("late", True)]
    assert told(events) == (["head"] if person_first else ["sales", "head"])
    fired = {
        (event.id, recorded.at) for recorded in desk.events if isinstance(event := recorded.event, ev.Fired)
    }
    kept = {"a.rules.1"} if person_first else {"a.rules.0", "a.rules.1", "a.rules.2"}
    assert fired == {(id, MONDAY + HOUR) for id in kept}
    assert len(fired) == sum(isinstance(event, ev.Fired) for event in events)
