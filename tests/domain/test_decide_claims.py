"""A deal that several people may take: the first has it."""

from __future__ import annotations

import datetime as dt
import random

from domain import commands as cmd
from domain import events as ev
from domain.evolve import fold
from tests.domain.builders import MONDAY, Desk, told, types
from tests.domain.involved import involved


def offered() -> Desk:
    return Desk(involved()).open()


def test_everyone_who_may_claim_is_told_and_an_hour_runs() -> None:
    desk = Desk(involved())
    events = desk.do(cmd.Open(pipeline="test.small", responsible="sales"))
    assert types(events) == ["opened", "claim_offered", "scheduled"]
    assert told(events, "info") == ["lawyer", "accountant"]
    assert desk.due() == {"claim": "2026-11-23T11:00"}
    assert desk.deal.responsible == "sales", "who opened it holds it until it is claimed"


def test_the_first_to_claim_is_responsible_and_the_others_hear_who_it_is() -> None:
    desk = offered()
    events = desk.do(cmd.Claim(), "lawyer")
    assert (desk.deal.stage, desk.deal.responsible) == ("work", "lawyer")
    assert told(events, "info") == ["accountant"]
    assert "claim" not in desk.deal.agenda
    late = desk.refused(cmd.Claim(), "accountant")
    assert late.code == "already_claimed"
    assert "Lawyer" in late.message.en
    assert [(one.by, one.at) for one in late.decided] == [("lawyer", desk.now)]
    assert desk.refused(cmd.Decline(reason="busy"), "accountant").code == "already_claimed"


def test_claims_are_for_the_people_asked() -> None:
    desk = offered()
    for somebody in ("sales", "operator", "system", "former"):
        assert desk.refused(cmd.Claim(), somebody).code == "not_allowed"
        assert desk.refused(cmd.Decline(reason="x"), somebody).code == "not_allowed"
    assert desk.refused(cmd.Decline(reason="x"), "director").allowed == ("lawyer", "accountant")
    desk.do(cmd.Claim(), "director")  # who is told that nobody claims may take it
    assert desk.deal.responsible == "director"


def test_when_all_have_declined_it_is_told_once() -> None:
    desk = offered()
    assert desk.refused(cmd.Decline(reason=" "), "lawyer").missing == ("reason",)
    assert told(desk.do(cmd.Decline(reason=" busy "), "lawyer")) == []
    assert desk.refused(cmd.Decline(reason="again"), "lawyer").code == "nothing_to_do"
    assert told(desk.do(cmd.Decline(reason="no"), "accountant"), "control") == ["director"]
    assert desk.deal.claim is not None
    assert desk.deal.claim.declined == {"lawyer": "busy", "accountant": "no"}
    assert desk.deal.agenda == {}
    assert told(desk.wait(days=2)) == []
    desk.do(cmd.Claim(), "lawyer")
    assert desk.deal.stage == "work"


def test_when_nobody_claims_in_time_it_is_told_once() -> None:
    desk = offered()
    assert told(desk.wait(minutes=59)) == []
    assert told(desk.wait(minutes=1), "control") == ["director"]
    desk.do(cmd.Decline(reason="x"), "lawyer")
    assert told(desk.do(cmd.Decline(reason="x"), "accountant")) == []


def test_a_deal_moved_by_hand_is_nobodys_to_claim_until_it_comes_back() -> None:
    desk = offered()
    desk.move("work")
    assert "sales" in desk.refused(cmd.Claim(), "lawyer").message.en.lower()
    assert told(desk.wait(hours=2), "control") == []
    assert told(desk.move("new"), "info") == ["lawyer", "accountant"]
    desk.do(cmd.Claim(), "accountant")
    assert desk.deal.responsible == "accountant"


def test_a_stage_without_a_claim_has_none() -> None:
    plain = involved()
    stages = {name: stage.model_copy(update={"claim": None}) for name, stage in plain.stages.items()}
    desk = Desk(plain.model_copy(update={"stages": stages})).open()
    assert desk.refused(cmd.Claim(), "lawyer").code == "nothing_to_do"


def test_a_claim_in_the_last_second_beats_the_timer() -> None:
    desk = offered()
    desk.now += dt.timedelta(minutes=59, seconds=59)
    desk.do(cmd.Claim(), "lawyer")
    assert told(desk.wait(seconds=1), "control") == []
    desk = offered()
    desk.now += dt.timedelta(hours=1)
    events = desk.do(cmd.Claim(), "lawyer")
    assert isinstance(events[0], ev.Fired), "what is due comes first"
    assert told(events, "control") == ["director"]
    assert desk.deal.responsible == "lawyer"


def test_a_claimed_deal_that_cannot_go_on_yet_is_claimed_all_the_same() -> None:
    plain = involved()
    work = plain.stages["work"].model_copy(update={"entry": ("note",)})
    desk = Desk(plain.model_copy(update={"stages": {**plain.stages, "work": work}})).open()
    desk.do(cmd.Claim(), "lawyer")
    assert (desk.deal.stage, desk.deal.responsible, desk.deal.agenda) == ("new", "lawyer", {})
    assert desk.refused(cmd.Claim(), "accountant").code == "already_claimed"
    assert told(desk.wait(hours=2), "control") == []
    desk.do(cmd.Fill(fields={"note": "x"}))
    assert desk.deal.stage == "work"


def test_several_claim_at_once_a_thousand_times() -> None:
    """Whatever the order of claims, refusals to take it, and the timer: one has it, and who is late hears who."""
    for seed in range(1000):
        dice = random.Random(seed)
        desk = offered()
        acts: list[tuple[str, cmd.Command]] = [
            *((person, cmd.Claim()) for person in ("lawyer", "accountant", "director")),
            (dice.choice(("lawyer", "accountant")), cmd.Decline(reason="busy")),
            *[("system", cmd.Tick())] * dice.randint(0, 2),
        ]
        dice.shuffle(acts)
        moments = sorted(MONDAY + dt.timedelta(minutes=60, seconds=dice.randint(-3, 3)) for _ in acts)
        for desk.now, (person, command) in zip(moments, acts, strict=True):
            _race_one(desk, person, command)
        _one_has_it(desk)


def _race_one(desk: Desk, person: str, command: cmd.Command) -> None:
    """One of several commands at once: what it may come to, given who was first."""
    holder = desk.deal.claim.by if desk.deal.claim else None
    refusal = desk.decide(command, person).refusal
    if isinstance(command, cmd.Claim) and holder is None:
        assert refusal is None
        assert desk.deal.responsible == person
    elif not isinstance(command, cmd.Tick) and holder is not None:
        assert refusal is not None
        assert (refusal.code, [one.by for one in refusal.decided]) == ("already_claimed", [holder])
    else:
        assert refusal is None


def _one_has_it(desk: Desk) -> None:
    desk.wait(hours=2)
    deal, events = desk.deal, [recorded.event for recorded in desk.events]
    assert [recorded.seq for recorded in desk.events] == list(range(1, deal.seq + 1))
    assert fold(None, desk.events) == deal
    assert [event.type for event in events].count("claimed") == 1
    assert deal.claim is not None
    assert (deal.stage, deal.responsible, deal.agenda) == ("work", deal.claim.by, {})
    claimed_at = next(recorded.at for recorded in desk.events if isinstance(recorded.event, ev.Claimed))
    late = claimed_at >= MONDAY + dt.timedelta(hours=1)
    assert told(events, "control") == (["director"] if late else [])
