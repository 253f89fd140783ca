"""Approvals on the core: who may decide, quorums, time, and 1 000 random lives that nothing breaks."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from domain import wire
from domain.approval import commands as cmd
from domain.approval import wire as approval_wire
from domain.approval.decide import decide, result_of
from domain.approval.rights import rights
from domain.approval.state import Approval
from domain.decide import Moment
from domain.facts import Employee, Facts
from tests.approvals.helpers import APPROVAL, PEOPLE, Table, a_deal, random_command, random_plan, step, told
from tests.domain.builders import facts, moscow


def test_all_of_a_step_must_approve_and_then_the_next_is_asked() -> None:
    table = Table((step("one", "role:office"), step("two", "director"))).start()
    assert [seat.person for seat in table.approval.undecided()] == ["lawyer", "accountant"]
    assert told(table.approve("accountant")) == []
    assert told(table.approve("lawyer")) == ["director"]
    assert table.approval.step.plan.id == "two"
    table.approve("director")
    assert (table.approval.status, table.approval.ended_by) == ("approved", "director")
    assert result_of(table.approval).status == "approved"


@pytest.mark.parametrize(("mode", "needed"), [("all", 3), ("any", 1), (2, 2), (3, 3), (9, 3)])
def test_the_quorum(mode: str | int, needed: int) -> None:
    people = ["lawyer", "accountant", "boris"]
    table = Table((step("one", *people, mode=mode),)).start()
    for person in people[: needed - 1]:
        table.approve(person)
    assert table.approval.undecided()
    table.approve(people[needed - 1])
    assert table.approval.status == "approved"


def test_people_are_found_when_their_step_begins() -> None:
    table = Table((step("one", "boris"), step("two", "field:signer", "responsible"))).start()
    table.deal = a_deal(responsible="warehouse", signer="lawyer")
    table.approve("boris")
    assert [seat.person for seat in table.approval.undecided()] == ["lawyer", "warehouse"]


def test_for_a_role_that_nobody_has_the_responsibles_head_is_asked() -> None:
    table = Table((step("one", "role:empty"),)).start()
    assert [seat.person for seat in table.approval.undecided()] == ["head"]


def test_a_rejection_needs_a_comment_and_ends_everything() -> None:
    table = Table((step("one", "lawyer", "boris", mode="any"), step("two", "director"))).start()
    for comment in (None, "  "):
        refusal = table.refused(cmd.Decide(decision="reject", comment=comment), "lawyer")
        assert (refusal.code, refusal.missing) == ("comment_required", ("comment",))
    assert told(table.reject("lawyer", "No seal"), "info") == ["boris"]
    assert (table.approval.status, table.approval.comment) == ("rejected", "No seal")
    late = table.refused(cmd.Decide(decision="approve"), "boris")
    assert late.code == "approval_closed"
    assert [(one.by, one.decision, one.comment) for one in late.decided] == [("lawyer", "reject", "No seal")]
    assert "Lawyer, 23.11.2026 10:00" in late.message.en


def test_a_second_decision_says_when_the_first_was() -> None:
    table = Table((step("one", "lawyer", "boris"),)).start()
    table.approve("lawyer")
    table.now += dt.timedelta(hours=1)
    refusal = table.refused(cmd.Decide(decision="reject", comment="x"), "lawyer")
    assert refusal.code == "already_decided"
    assert [(one.by, one.decision, one.at) for one in refusal.decided] == [
        ("lawyer", "approve", moscow("2026-11-23T10:00"))
    ]


def test_the_same_person_in_two_steps_is_not_taken_for_both_by_a_double_click() -> None:
    table = Table((step("one", "lawyer"), step("two", "lawyer"))).start()
    first = cmd.Decide(decision="approve", step="one")
    table.do(first, "lawyer")
    assert table.refused(first, "lawyer").code == "already_decided"
    table.do(cmd.Decide(decision="approve", step="two"), "lawyer")
    assert table.approval.status == "approved"


def test_who_may_not_decide() -> None:
    table = Table((step("one", "lawyer"), step("two", "director"))).start()
    for person in ("sales", "director", "operator", "system", "ghost"):
        refusal = table.refused(cmd.Decide(decision="approve"), person)
        assert (refusal.code, refusal.allowed) == ("not_allowed", ("lawyer",))


def test_a_voice_passed_on_is_gone_and_may_come_back() -> None:
    table = Table((step("one", "lawyer", "accountant"),)).start()
    assert told(table.do(cmd.Delegate(to="boris"), "lawyer")) == ["boris"]
    assert table.refused(cmd.Decide(decision="approve"), "lawyer").code == "not_allowed"
    assert table.refused(cmd.Delegate(to="head"), "lawyer").code == "not_allowed"
    assert table.refused(cmd.Delegate(to="accountant"), "boris").missing == ("to",)
    assert table.refused(cmd.Delegate(to="former"), "boris").code == "unknown_employee"
    table.do(cmd.Delegate(to="warehouse"), "boris")
    table.do(cmd.Delegate(to="lawyer"), "warehouse")
    table.approve("lawyer")
    table.approve("accountant")
    [seat, _] = table.approval.step.seats.values()
    assert (seat.person, seat.passed_by) == ("lawyer", ("lawyer", "boris", "warehouse"))
    assert table.approval.status == "approved"


def test_a_head_passes_on_for_one_who_is_away() -> None:
    table = Table((step("one", "boris"),)).start()
    assert table.refused(cmd.Delegate(to="lawyer", approver="boris"), "director").code == "not_allowed"
    table.do(cmd.Delegate(to="lawyer", approver="boris"), "head")
    assert [seat.person for seat in table.approval.undecided()] == ["lawyer"]


@pytest.mark.parametrize("by", ["sales", "head", "director", "system", "operator"])
def test_who_may_withdraw(by: str) -> None:
    table = Table((step("one", "lawyer"),)).start()
    for other in ("lawyer", "boris", "accountant"):
        assert table.refused(cmd.Withdraw(), other).code == "not_allowed"
    assert told(table.do(cmd.Withdraw(comment="later"), by)) == ["lawyer"]
    assert (table.approval.status, table.approval.ended_by) == ("withdrawn", by)
    assert table.refused(cmd.Withdraw(), by).code == "approval_closed"
    assert table.refused(cmd.Decide(decision="approve"), "lawyer").decided[-1].decision == "withdraw"


def test_whom_a_head_may_pass_on_for() -> None:
    table = Table((step("one", "boris", "lawyer"),)).start()
    head = rights(table.approval, table.deal, Moment(table.now, "head", APPROVAL), table.facts)
    assert (head.decide, head.delegate, head.withdraw) == (False, ("boris",), True)


def test_what_a_person_is_told_they_may_do_is_what_is_not_refused() -> None:
    for seed in range(30):
        dice = random.Random(seed)
        table = Table(random_plan(dice), deal=a_deal(signer="lawyer"), facts=with_somebody_new()).start()
        for _ in range(10):
            for person in (*PEOPLE, "former", "ghost"):
                assert_rights_hold(table, Moment(now=table.now, by=person, deal=APPROVAL))
            table.decide(random_command(dice), dice.choice([*PEOPLE, "operator"]))


def with_somebody_new() -> Facts:
    known = facts().organisation
    employees = {**known.employees, "new": Employee(id="new", name="New")}
    return Facts(organisation=known.model_copy(update={"employees": employees}))


def assert_rights_hold(table: Table, moment: Moment) -> None:
    """Each right is tried out on the approval as it stands; nothing comes of it. `new` takes over from anybody."""

    def refused(command: cmd.Command) -> bool:
        return decide(table.approval, table.deal, command, moment, table.facts).refusal is not None

    told = rights(table.approval, table.deal, moment, table.facts)
    passed_on = [one for one in PEOPLE if not refused(cmd.Delegate(to="new", approver=one))]
    assert told.decide == (not refused(cmd.Decide(decision="approve")))
    assert told.withdraw == (not refused(cmd.Withdraw()))
    assert sorted(told.delegate) == sorted(passed_on)


def test_reminders_deadline_and_head_in_working_time() -> None:
    """Friday 16:00: one working day ends on Monday 16:00; the head hears a working day later."""
    table = Table((step("one", "boris", "lawyer", deadline="1wd"),), now=moscow("2026-11-27T16:00")).start()
    due = {name: entry.due for name, entry in table.approval.agenda.items()}
    monday = moscow("2026-11-30T16:00")
    assert due == {"step.1.remind": monday, "step.1.overdue": monday}
    assert told(table.tick(monday - dt.timedelta(minutes=1))) == []
    table.approve("lawyer")
    events = table.tick(monday)
    assert (told(events, "overdue"), told(events, "reminder")) == (["boris", "sales"], [])
    events = table.tick(moscow("2026-12-01T16:00"))
    assert (told(events, "overdue"), told(events, "reminder")) == (["head"], ["boris"])
    assert told(table.tick(moscow("2026-12-02T16:00"))) == ["boris"]
    assert "step.1.escalate" not in table.approval.agenda


def test_after_a_week_without_a_worker_one_reminder_comes() -> None:
    table = Table((step("one", "boris"),)).start()
    assert told(table.tick(moscow("2026-12-02T12:00"))) == ["boris"]
    assert table.approval.agenda["step.1.remind"].due == moscow("2026-12-03T10:00")


def test_what_came_due_fires_before_the_command() -> None:
    table = Table((step("one", "boris", deadline="4wh"),)).start()
    table.now = moscow("2026-11-23T15:00")
    assert told(table.approve("boris"), "overdue") == ["boris", "sales"]
    assert [recorded.at for recorded in table.events if recorded.event.type == "fired"] == [
        moscow("2026-11-23T14:00")
    ]


def test_a_repeated_start_changes_nothing() -> None:
    table = Table((step("one", "boris"),)).start()
    before = table.approval
    assert table.start().approval == before


def test_the_workflows_copy_is_the_approval() -> None:
    """What travels is enough to keep the workflow's copy, compressed or not."""
    table = Table((step("one", "role:office", "boris", mode=2), step("two", "director"))).start()
    table.approve("boris")
    table.approve("lawyer")
    table.reject("director")
    sent = wire.answer(table.events, table.approval.seq, None)
    carried = approval_wire.apply(None, sent)
    assert carried == table.approval.model_copy(update={"at": carried.at if carried else None})


@pytest.mark.parametrize("start", range(0, 1000, 100))
def test_a_thousand_random_lives(start: int) -> None:
    """Two at once, withdrawals, chains of delegations, time: `helpers.check` holds after every decision."""
    for seed in range(start, start + 100):
        dice = random.Random(seed)
        table = Table(random_plan(dice), deal=a_deal(signer="lawyer")).start()
        finished: Approval | None = None
        for _ in range(40):
            if dice.random() < 0.3:
                table.now += dt.timedelta(hours=dice.randint(1, 30))
            table.decide(random_command(dice), dice.choice([*PEOPLE, "operator"]))
            if finished is None and table.approval.status != "pending":
                finished = table.approval
            table.report()
        if finished:
            assert table.reports == 1
            assert result_of(table.approval) == result_of(finished)


@pytest.mark.parametrize("mode", ["any", 2, "all"])
def test_two_decide_at_once_a_thousand_times(mode: str | int) -> None:
    """Whatever the order of two approvers and a withdrawal: one end, and each late one hears of it."""
    for seed in range(1000):
        dice = random.Random(seed)
        table = Table((step("one", "lawyer", "accountant", mode=mode),)).start()
        commands: list[tuple[str, cmd.Command]] = [
            ("lawyer", cmd.Decide(decision="approve")),
            ("accountant", cmd.Decide(decision=dice.choice(["approve", "reject"]), comment="x")),
            ("sales", cmd.Withdraw()),
        ]
        dice.shuffle(commands)
        refused = []
        for by, command in commands:
            open_before = table.approval.status == "pending"
            refusal = table.decide(command, by).refusal
            assert (refusal is None) == open_before
            refused += [refusal.code] if refusal else []
        assert table.approval.status != "pending"
        assert set(refused) <= {"approval_closed"}


def test_the_checks_see_a_quorum_counted_twice() -> None:
    """The invariant is not empty: a state with one person on both seats is found."""
    table = Table((step("one", "lawyer", "accountant"),)).start()
    seats = {
        number: seat.model_copy(update={"person": "lawyer"})
        for number, seat in table.approval.step.seats.items()
    }
    spoilt = table.approval.model_copy(
        update={"steps": (table.approval.step.model_copy(update={"seats": seats}),)}
    )
    table.state = spoilt
    with pytest.raises(AssertionError):
        table.decide(cmd.Decide(decision="approve"), "lawyer")
