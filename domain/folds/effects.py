"""What is to be done outside, what of it does not work, and what a person has to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain import events as ev
from domain.base import Text
from domain.deal import Deal, Effect
from domain.folds import aside

Changes = dict[str, Any]


def _planned(deal: Deal, event: ev.EffectPlanned, _: ev.Recorded) -> Changes:
    planned = Effect(key=event.key, kind=event.kind, name=event.name, yields=event.yields)
    return {"effects": {**deal.effects, event.key: planned}}


def _done(deal: Deal, event: ev.EffectDone, _: ev.Recorded) -> Changes:
    done = deal.effects.get(event.key)
    left = {key: effect for key, effect in deal.effects.items() if key != event.key}
    changes: Changes = {"effects": left}
    if done and done.trouble and done.trouble == deal.attention:
        # It worked after all: nobody has to look any more, unless at something else.
        changes["attention"] = _still_wrong(deal, left)
    return changes


def _failed(deal: Deal, event: ev.EffectFailed, _: ev.Recorded) -> Changes:
    effect = deal.effects.get(event.key)
    if effect is None:
        return {}
    text = event.text or Text.same(event.cause)
    changed = {"cause": event.cause, "trouble": text, "attempts": effect.attempts + 1}
    return {"effects": {**deal.effects, event.key: effect.model_copy(update=changed)}, "attention": text}


def _late(deal: Deal, event: ev.EffectLate, _: ev.Recorded) -> Changes:
    effect = deal.effects.get(event.key)
    if effect is None:
        return {}
    late = effect.model_copy(update={"trouble": event.text, "code": event.code})
    return {"effects": {**deal.effects, event.key: late}, "attention": event.text}


def _attention_needed(_: Deal, event: ev.AttentionNeeded, __: ev.Recorded) -> Changes:
    return {"attention": event.text or Text.same(event.cause)}


def _attention_cleared(deal: Deal, event: ev.AttentionCleared, _: ev.Recorded) -> Changes:
    if event.only is not None:
        return _one_cleared(deal, event.only)
    again = {key: _again(effect) for key, effect in deal.effects.items()}
    return {"attention": None, "effects": again, **aside.all_again(deal)}


def _one_cleared(deal: Deal, key: str) -> Changes:
    """Whatever else was given up stays so, and the card goes on to say it."""
    effect = deal.effects.get(key)
    if effect is None:
        return {}
    effects = {**deal.effects, key: _again(effect)}
    changes: Changes = {"effects": effects}
    if effect.trouble and effect.trouble == deal.attention:
        changes["attention"] = _still_wrong(deal, effects)
    return changes


def _still_wrong(deal: Deal, effects: Mapping[str, Effect]) -> Text | None:
    """What the card says once one trouble is over: that of another effect, or of a signal set aside."""
    return next((one.trouble for one in effects.values() if one.trouble), None) or aside.trouble(deal)


def _again(effect: Effect) -> Effect:
    """What was given up waits to be done anew; what is still tried is to be tried at once."""
    under_way = effect.trouble is not None and effect.cause is None
    return effect.model_copy(
        update={"cause": None, "trouble": None, "again": effect.again + (1 if under_way else 0)}
    )


FOLDS: dict[type[Any], Callable[[Deal, Any, ev.Recorded], Changes]] = {
    ev.EffectPlanned: _planned,
    ev.EffectDone: _done,
    ev.EffectFailed: _failed,
    ev.EffectLate: _late,
    ev.AttentionNeeded: _attention_needed,
    ev.AttentionCleared: _attention_cleared,
}
