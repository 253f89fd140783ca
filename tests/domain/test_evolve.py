"""Folding: total, pure, and harmless for events that this version does not know."""

from __future__ import annotations

import pytest

from domain import events as ev
from domain.deal import Deal
from domain.evolve import _FOLDS, evolve, fold
from tests.domain.builders import DEAL, MONDAY


def recorded(seq: int, event: ev.Event) -> ev.Recorded:
    return ev.Recorded(seq=seq, at=MONDAY, by="sales", event=event)


OPENED = ev.Opened(deal=DEAL, pipeline="p", definition="d", title="T", stage="a", responsible="sales")


def opened() -> Deal:
    deal = fold(None, [recorded(1, OPENED)])
    assert deal is not None
    return deal


def test_a_record_starts_with_opened() -> None:
    with pytest.raises(ValueError, match="starts with `opened`"):
        evolve(None, recorded(1, ev.Fired(id="x")))
    assert fold(None, []) is None


@pytest.mark.parametrize(
    "event",
    [
        ev.TaskReassigned(task=9, assignee="x"),
        ev.TaskStarted(task=9),
        ev.TaskStopped(task=9, seconds=5),
        ev.TaskCommented(task=9, result=True),
        ev.TaskChecked(task=9, item=0),
        ev.TaskFinished(task=9),
        ev.TasksCancelled(tasks=(9,), assignments=(9,)),
        ev.AssignmentAnswered(assignment=9, option="x"),
        ev.Fired(id="x"),
        ev.DealStarted(key="x"),
        ev.EffectDone(key="x"),
        ev.EffectFailed(key="x", cause="y"),
        ev.ResultReported(),
        ev.AttentionCleared(),
        ev.Filled(fields={"x": None}),
        ev.Changed(),
        ev.CompanySet(company="x", fields={"y": 1}),
        ev.Commented(text="x"),
        ev.Unknown(),
    ],
    ids=lambda event: event.type,
)
def test_events_about_what_is_not_there_change_nothing(event: ev.Event) -> None:
    before = opened()
    assert evolve(before, recorded(2, event)) == before.model_copy(update={"seq": 2})


def test_every_event_that_is_folded_has_a_fold() -> None:
    told = {model.model_fields["type"].default for model in ev.TOLD_ONLY}
    folded = {model.model_fields["type"].default for model in _FOLDS}
    assert folded | told | {"opened", "company_set"} == set(ev.EVENT_TYPES)
    assert not folded & told


def test_unknown_keys_of_newer_versions_are_ignored() -> None:
    row = {
        "seq": 2,
        "at": "2026-11-23T07:00:00Z",
        "by": "sales",
        "mood": "good",
        "event": {"type": "filled", "fields": {"a": 1}, "why": "because"},
    }
    (read,) = ev.RECORD.validate_python([row])
    assert evolve(opened(), read).fields == {"a": 1}
    newer = {**opened().model_dump(mode="json"), "colour": "red"}
    assert Deal.model_validate(newer) == opened()


def test_unknown_types_of_newer_versions_fold_as_nothing() -> None:
    row = {
        "seq": 2,
        "at": "2026-11-23T07:00:00Z",
        "by": "sales",
        "event": {"type": "weather_changed", "to": "rain"},
    }
    (read,) = ev.RECORD.validate_python([row])
    assert evolve(opened(), read) == opened().model_copy(update={"seq": 2})


def test_an_older_moment_does_not_turn_the_deals_clock_back() -> None:
    late = ev.Recorded(seq=2, at=MONDAY.replace(year=2020), by="x", event=ev.Fired(id="x"))
    assert evolve(opened(), late).at == MONDAY
