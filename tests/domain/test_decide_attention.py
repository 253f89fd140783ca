"""What a person has to look at: said on the card in both languages, told once, gone when it works after all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from domain import commands as cmd
from domain import events as ev
from domain.aside import Aside
from domain.base import Text
from domain.deal import Deal
from domain.events import Recorded
from domain.evolve import evolve
from tests.domain.builders import Desk, facts, small, told, types

STAGES = """
a:
  rules:
    - send: first
    - send: second
  messages:
    first: {title: {ru: Первое, en: First}, subject: {ru: П, en: F}, text: {ru: П, en: F}}
    second: {title: {ru: Второе, en: Second}, subject: {ru: В, en: S}, text: {ru: В, en: S}}
b: {}
won: {kind: won}
"""
AWAY: dict[str, JsonValue] = {"late": {"cause": "no route", "code": "not_now"}}


def waiting() -> tuple[Desk, list[str]]:
    """A deal with two messages planned, and their effects' keys."""
    desk = Desk(small(STAGES), facts()).open(contact={"email": "ivan@client.example"})
    assert len(desk.deal.effects) == 2
    return desk, list(desk.deal.effects)


def late(desk: Desk, key: str) -> list[ev.Event]:
    return desk.do(cmd.EffectResult(key=key, result=AWAY), "system")


def test_what_waits_for_hours_is_said_in_both_languages_and_told_once() -> None:
    desk, (first, _) = waiting()
    events = late(desk, first)
    assert types(events) == ["effect_late"]
    assert told(events, "control") == ["sales"]
    said = desk.deal.attention
    assert said is not None
    assert said.ru.startswith(
        "Сообщение «Первое»: сервер сообщений не принимает (no route). Ждёт уже несколько часов"
    )
    assert said.en.startswith(
        "The message “First”: the messages' server does not take it (no route). It has waited"
    )
    assert desk.deal.effects[first].cause is None, "it is not given up"
    assert late(desk, first) == [], "told once"


def test_moves_go_on_and_attention_goes_when_it_works_after_all() -> None:
    desk, (first, second) = waiting()
    assert told(late(desk, first), "control") == ["sales"]
    assert told(late(desk, second), "control") == [], "one reason, told once"
    assert types(desk.move("b")) == ["moved"]
    desk.do(cmd.EffectResult(key=second), "system")
    assert desk.deal.attention is not None
    assert "First" in desk.deal.attention.en, "the other one still waits"
    desk.do(cmd.EffectResult(key=first), "system")
    assert desk.deal.attention is None


def test_another_reason_for_attention_stays_when_a_late_effect_is_done() -> None:
    desk, (first, second) = waiting()
    late(desk, first)
    desk.do(cmd.EffectResult(key=second, cause="550 no such user", code="refused"), "system")
    desk.do(cmd.EffectResult(key=first), "system")
    assert desk.deal.attention is not None
    assert "550" in desk.deal.attention.ru


def test_retry_asks_for_what_is_late_at_once_and_for_what_was_given_up_anew() -> None:
    desk, (first, second) = waiting()
    late(desk, first)
    desk.do(cmd.EffectResult(key=second, cause="550", code="refused"), "system")
    desk.do(cmd.Retry())
    again = {key: (effect.again, effect.cause, effect.trouble) for key, effect in desk.deal.effects.items()}
    assert again == {first: (1, None, None), second: (0, None, None)}
    assert desk.deal.attention is None
    assert told(late(desk, first), "control") == ["sales"], "asked for and late again: told again"


def set_aside(desk: Desk) -> None:
    desk.do(cmd.SetAside(signal=Aside(id="s", command="comment", cause="KeyError")), "system")


def cleared(deal: Deal, **event: str) -> Deal:
    """The deal after attention was cleared, as the record says it."""
    row = {"seq": deal.seq + 1, "at": deal.at, "by": "sales"}
    return evolve(deal, Recorded.model_validate({**row, "event": {"type": "attention_cleared", **event}}))


def test_cleared_for_one_effect_the_others_wait_on_and_the_card_speaks_of_them() -> None:
    desk, (first, second) = waiting()
    for key in (first, second):
        desk.do(cmd.EffectResult(key=key, cause="550", code="refused"), "system")
    spoken = desk.deal.attention
    assert spoken is not None
    assert "Second" in spoken.en

    one = cleared(desk.deal, only=second)
    assert {key: effect.cause for key, effect in one.effects.items()} == {first: "550", second: None}
    assert one.attention is not None
    assert "First" in one.attention.en
    assert cleared(one, only=first).attention is None
    gone = cleared(desk.deal, only="gone")
    assert (gone.effects, gone.attention) == (desk.deal.effects, spoken)
    set_aside(desk)
    last = desk.deal.attention
    assert last != spoken
    assert cleared(desk.deal, only=first).attention == last, "the card speaks of something else"


def test_a_record_that_names_no_effect_clears_them_all() -> None:
    desk, keys = waiting()
    for key in keys:
        desk.do(cmd.EffectResult(key=key, cause="550"), "system")
    deal = cleared(desk.deal)
    assert [effect.cause for effect in deal.effects.values()] == [None, None]
    assert deal.attention is None


@pytest.mark.parametrize("over", ["cleared", "done"])
def test_a_signal_set_aside_is_spoken_of_again_once_a_later_trouble_is_over(over: str) -> None:
    """Else nobody could retry: there would be nothing to look at."""
    desk, (first, _) = waiting()
    set_aside(desk)
    late(desk, first)
    deal = cleared(desk.deal, only=first)
    if over == "done":
        desk.do(cmd.EffectResult(key=first), "system")
        deal = desk.deal
    assert deal.attention is not None
    assert "KeyError" in deal.attention.en
    assert not deal.aside["s"].again


def test_a_signal_asked_for_again_is_not_spoken_of() -> None:
    desk, (first, _) = waiting()
    set_aside(desk)
    desk.do(cmd.Retry())
    late(desk, first)
    desk.do(cmd.EffectResult(key=first), "system")
    assert (desk.deal.attention, desk.deal.aside["s"].again) == (None, True)


def test_too_many_moves_are_told_to_the_responsible() -> None:
    loop = "a: {}\nb: {rules: [{move: c}]}\nc: {rules: [{move: b}]}\nwon: {kind: won}"
    desk = Desk(small(loop)).open()
    events = desk.move("b")
    assert told(events, "control") == ["sales"]
    assert desk.deal.attention is not None
    assert "по кругу" in desk.deal.attention.ru


@pytest.mark.parametrize(
    "record",
    [
        {"type": "attention_needed", "cause": "more than 25 automatic moves in a row"},
        {"type": "effect_failed", "key": "k", "cause": "550"},
    ],
)
def test_old_records_fold_and_show_their_one_sentence_for_both_languages(record: dict[str, str]) -> None:
    desk, (first, _) = waiting()
    row = {"seq": 99, "at": datetime(2026, 1, 1, tzinfo=UTC), "by": "system"}
    record = {**record, **({"key": first} if "key" in record else {})}
    deal = evolve(desk.deal, Recorded.model_validate({**row, "event": record}))
    assert deal.attention == Text.same(record["cause"])


def test_an_old_state_is_read_with_its_one_sentence() -> None:
    desk, _ = waiting()
    old = {**desk.deal.model_dump(mode="json"), "attention": "550 no such user"}
    assert Deal.model_validate(old).attention == Text.same("550 no such user")
