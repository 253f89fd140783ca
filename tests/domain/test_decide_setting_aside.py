"""Signals that a fault in the program has kept from being done: on the card until they are done."""

from __future__ import annotations

from domain import commands as cmd
from domain import events as ev
from domain.aside import Aside
from tests.domain.builders import Desk, small, told, types

SIGNAL = Aside(id="s1", command="comment", body={"text": "x", "by": "lawyer"}, cause="KeyError: 'x'")
SET_ASIDE = cmd.SetAside(signal=SIGNAL)


def desk() -> Desk:
    return Desk(small("a: {}\nwon: {kind: won}")).open()


def test_a_signal_set_aside_is_kept_whole_and_calls_for_attention_once() -> None:
    table = desk()
    events = table.do(SET_ASIDE, "system")
    assert types(events) == ["signal_set_aside"]
    assert told(events, "control") == ["sales"]
    assert table.deal.aside == {"s1": SIGNAL}
    assert table.deal.attention is not None
    assert "KeyError" in table.deal.attention.ru
    assert "“comment”" in table.deal.attention.en
    assert table.do(SET_ASIDE, "system") == []


def test_a_retry_asks_for_it_again_and_it_is_kept_until_it_is_done() -> None:
    table = desk()
    table.do(SET_ASIDE, "system")
    table.do(cmd.Retry())
    assert (table.deal.attention, table.deal.aside["s1"].again) == (None, True)
    assert types(table.do(cmd.TakeUp(id="s1"), "system")) == ["signal_taken_up"]
    assert table.deal.aside == {}
    assert table.do(cmd.TakeUp(id="s1"), "system") == []


def test_one_that_fails_again_is_told_again() -> None:
    table = desk()
    table.do(SET_ASIDE, "system")
    table.do(cmd.Retry())
    again = SIGNAL.model_copy(update={"cause": "ValueError", "again": True})
    assert told(table.do(cmd.SetAside(signal=again), "system"), "control") == ["sales"]
    assert (table.deal.aside["s1"].cause, table.deal.aside["s1"].again) == ("ValueError", False)


def test_what_is_set_aside_later_is_not_asked_for_by_an_earlier_retry() -> None:
    table = desk()
    table.do(SET_ASIDE, "system")
    table.do(cmd.Retry())
    table.do(cmd.SetAside(signal=SIGNAL.model_copy(update={"id": "s2"})), "system")
    assert {id: kept.again for id, kept in table.deal.aside.items()} == {"s1": True, "s2": False}


def test_a_closed_deal_is_not_over_while_something_is_set_aside() -> None:
    table = desk()
    table.do(SET_ASIDE, "system")
    table.move("won")
    assert not table.deal.is_quiet()
    table.do(cmd.TakeUp(id="s1"), "system")
    assert table.deal.is_quiet()


def test_the_event_holds_the_whole_signal_for_people_to_read() -> None:
    (event, _) = desk().do(SET_ASIDE, "system")
    assert isinstance(event, ev.SignalSetAside)
    assert event.signal == SIGNAL
