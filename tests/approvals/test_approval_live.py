"""Approvals on the real servers: races, repeats, other runs, and a worker killed between end and report."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.service import RPCError

from domain.approval.events import Ended
from domain.events import SignalRefused
from embedded.temporal import TemporalServer
from store.queries import Wanted, list_approvals, notifications
from store.session import make_engine
from tests.approvals.running import LiveApproval, an_approval, shuffled, the_approval
from tests.crash.process import WorkerProcess
from tests.live import Live, eventually, running
from workflows import policies

HOLD = text("SELECT 1 FROM deals WHERE id = :deal FOR UPDATE")


async def test_a_whole_approval_in_both_cards_and_lists(live: Live) -> None:
    approval = await an_approval(live)
    async with live.engine.connect() as connection:
        [row] = (await list_approvals(connection, Wanted("lawyer", deal=approval.deal.id))).items
        assert (row.step, row.waits_for) == ("lawyer", ["lawyer"])
        told = (await notifications(connection, "lawyer")).items
    assert [(one.approval, one.kind) for one in told if one.deal == approval.deal.id] == [
        (approval.id, "assignment")
    ]
    assert (await approval.handle.query("card"))["status"] == "pending"
    assert [entry["id"] for entry in await approval.handle.query("agenda")] == [
        "step.1.overdue",
        "step.1.remind",
    ]
    await approval.do("decide", by="lawyer", decision="approve")
    await approval.do("decide", by="clerk", decision="approve")
    await approval.do("decide", by="accountant", decision="approve")
    await eventually(approval.ended)
    assert (await approval.deal.stored()).stage == "signing"
    assert (await approval.handle.describe()).status is not None
    assert await approval.reports() == 1
    async with live.engine.connect() as connection:
        assert (await list_approvals(connection, Wanted("head", deal=approval.deal.id))).items == []


async def test_a_finished_approval_is_taken_up_to_refuse_what_comes_late(live: Live) -> None:
    approval = await an_approval(live)
    await approval.do("decide", by="lawyer", decision="reject", comment="No seal")
    await eventually(approval.ended)
    await approval.handle.result()
    before = await approval.stored()
    assert await approval.outcome("decide", by="lawyer", decision="approve") == "approval_closed"
    assert await approval.outcome("withdraw", by="sales") == "approval_closed"
    assert await approval.stored() == before
    assert await approval.reports() == 1


async def test_a_repeated_command_is_done_once(live: Live) -> None:
    approval = await an_approval(live)
    first = await approval.do("decide", by="lawyer", command="c1", decision="approve")
    await approval.do("decide", by="clerk", decision="approve")
    assert await approval.do("decide", by="lawyer", command="c1", decision="approve") == first


async def test_a_refused_signal_is_on_record(live: Live) -> None:
    approval = await an_approval(live)
    await approval.handle.signal("decide", {"decision": "approve", "by": "designer", "id": "s1"})
    await approval.handle.signal("decide", {"decision": "maybe", "by": "lawyer"})
    await approval.handle.signal("fly", {})

    async def refusals() -> bool:
        codes = [one.event.code for one in await approval.record() if isinstance(one.event, SignalRefused)]
        return codes == ["not_allowed", "invalid_value", "invalid_value"]

    await eventually(refusals)
    assert (await approval.stored()).status == "pending"


async def test_a_second_report_changes_nothing(live: Live) -> None:
    """Whoever says it again, under the same id or another: the deal has heard it."""
    approval = await an_approval(live)
    await approval.do("decide", by="lawyer", decision="reject", comment="No seal")
    await eventually(approval.ended)
    result = {"key": "documents", "status": "approved", "by": "x", "at": "2026-11-23T10:00:00Z"}
    await approval.deal.tell("approval_done", id=f"{approval.id}/done", result=result)
    await approval.deal.tell("approval_done", id="again", result=result)
    await approval.deal.tell("comment", id="last", text="last")
    await eventually(lambda: approval.deal.has("commented"))
    ended = [one for one in await approval.deal.record() if one.event.type == "approval_ended"]
    assert [one.event.result.status for one in ended] == ["rejected"]  # type: ignore[union-attr]


async def test_a_lost_deal_recalls_its_approval(live: Live) -> None:
    approval = await an_approval(live)
    await approval.deal.do("move", to="lost", reason="x")
    await eventually(approval.ended)
    assert (await approval.stored()).status == "withdrawn"
    assert (await approval.deal.handle.result()) == {"stage": "lost", "status": "lost"}
    assert await approval.reports() == 1


async def test_a_deal_that_has_ended_is_taken_up_for_a_late_report(live: Live) -> None:
    approval = await an_approval(live, signer="designer")
    for who in ("lawyer", "clerk", "accountant"):
        await approval.do("decide", by=who, decision="approve")
    await eventually(approval.ended)
    signature = await the_approval(approval.deal, "signer")
    await approval.deal.handle.terminate("lost")
    await signature.do("decide", by="designer", decision="approve")
    await eventually(signature.ended)
    await eventually(lambda: approval.deal.has("approval_ended", 2))
    assert (await approval.deal.stored()).stage == "signed"


async def test_it_goes_on_in_the_next_run(live: Live) -> None:
    """Everything a run knows is carried on: voices, timers, command ids."""
    approval = await an_approval(live)
    await approval.handle.terminate("another run")
    start = {"approval": approval.id, "resume": True, "threshold": 40}
    await live.client.start_workflow(policies.APPROVAL, start, id=approval.handle.id, task_queue=live.queue)
    first = (await approval.handle.describe()).run_id
    await approval.do("delegate", by="lawyer", command="d1", to="designer")
    people = ["designer", "lawyer"]

    async def renewed() -> bool:
        await approval.do("delegate", by=people[0], to=people[1])
        people.reverse()
        return (await approval.handle.describe()).run_id != first

    await eventually(renewed, within=60)
    assert [entry["id"] for entry in await approval.handle.query("agenda")] == [
        "step.1.overdue",
        "step.1.remind",
    ]
    await approval.do("delegate", by="lawyer", command="d1", to="designer")  # answered from the ledger
    assert await approval.outcome("decide", by=people[1], decision="approve") == "not_allowed"
    assert await approval.outcome("decide", by=people[0], decision="approve") == "done"


@pytest.mark.parametrize("seed", range(20))
async def test_two_decide_at_once_and_a_withdrawal_races_them(live: Live, seed: int) -> None:
    """One end, and the deal hears of it once. Whoever was late is told so."""
    approval = await an_approval(live)
    await approval.do("decide", by="lawyer", decision="approve")
    calls = shuffled(
        seed,
        ("decide", {"by": "clerk", "decision": "approve"}),
        ("decide", {"by": "accountant", "decision": "approve"}),
        ("decide", {"by": "head", "decision": "reject", "comment": "x"}),
        ("withdraw", {"by": "sales"}),
    )
    answers = await asyncio.gather(*(approval.outcome(name, **fields) for name, fields in calls))
    await eventually(approval.ended)
    stored = await approval.stored()
    ends = [one.event.status for one in await approval.record() if isinstance(one.event, Ended)]
    assert ends == [stored.status]
    assert set(answers) <= {"done", "approval_closed"}
    decided = [seat.decision for seat in stored.step.decided()]
    assert len(decided) + (stored.status == "withdrawn") == answers.count("done")
    assert decided.count("approve") <= 2
    assert (stored.status == "approved") == (decided.count("approve") == 2)
    result = (await approval.deal.stored()).approvals["documents"].result
    assert result is not None
    assert (result.status, result.by) == (stored.status, stored.ended_by)
    assert await approval.reports() == 1


async def test_killed_between_the_end_and_the_report_the_deal_hears_it_once(
    approvals_url: str, approvals_temporal: TemporalServer, tmp_path: Path
) -> None:
    """The worker dies when PostgreSQL has the end and the deal, whose row is held, cannot have heard of it yet."""
    engine = make_engine(approvals_url)
    async with running(approvals_url, approvals_temporal.address, worker=False) as live:
        worker = WorkerProcess(approvals_url, approvals_temporal.address, live.queue, tmp_path / "worker.log")
        try:
            await worker.start()
            for _ in range(4):
                approval = await an_approval(live)
                rejecting = asyncio.create_task(
                    approval.do("decide", by="lawyer", command="r1", decision="reject", comment="x")
                )
                async with engine.begin() as holding:
                    await holding.execute(HOLD, {"deal": approval.deal.id})
                    await eventually(lambda one=approval: _is_over(one))  # type: ignore[misc]
                    worker.kill()
                    assert not await approval.deal.has("approval_ended")
                await worker.start()
                await rejecting
                await eventually(approval.ended, within=60)
                assert (await approval.deal.stored()).latest_task("fix_documents") is not None
                assert await approval.reports() == 1
                ended = [one for one in await approval.deal.record() if one.event.type == "approval_ended"]
                assert len(ended) == 1
        finally:
            worker.kill()
            await engine.dispose()


async def _is_over(approval: LiveApproval) -> bool:
    try:
        return (await approval.stored()).status != "pending"
    except RPCError:
        return False
