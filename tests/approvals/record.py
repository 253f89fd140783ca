"""Records histories of approvals and their deals for the replay test: `python -m tests.approvals.record`.

Only ever add files: what is in the folder must replay on every later release.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.approvals.running import LiveApproval, an_approval, prepare_approvals
from tests.live import Live, running
from tests.replay.record import scrubbed
from tests.workflows.patience import eventually
from workflows import policies

HISTORIES = Path(__file__).parent / "histories"


async def agreed(live: Live) -> LiveApproval:
    """Delegated, refused, repeated, signalled, and agreed."""
    approval = await an_approval(live)
    await approval.do("delegate", by="lawyer", to="designer", comment="away")
    await approval.outcome("decide", by="lawyer", decision="approve")
    await approval.handle.signal("decide", {"decision": "approve", "by": "nobody", "id": "s1"})
    await approval.do("decide", by="designer", command="d1", decision="approve", comment="fine")
    await approval.do("decide", by="designer", command="d1", decision="approve", comment="fine")
    await approval.handle.signal("decide", {"decision": "approve", "by": "clerk", "id": "s2"})
    await approval.do("decide", by="head", decision="approve")
    return approval


async def rejected(live: Live) -> LiveApproval:
    """Rejected, and taken up again for a late decision."""
    approval = await an_approval(live)
    await approval.do("decide", by="lawyer", decision="reject", comment="no seal")
    await eventually(approval.ended)
    await approval.handle.result()
    await approval.outcome("decide", by="lawyer", decision="approve")
    return approval


async def recalled(live: Live) -> LiveApproval:
    """Withdrawn, another round, and that recalled by a lost deal."""
    approval = await an_approval(live)
    await approval.do("withdraw", by="sales", comment="not yet")
    await eventually(approval.ended)
    await approval.deal.do("move", to="approval")
    await approval.deal.do("move", to="lost", reason="x")
    return approval


async def renewed(live: Live) -> LiveApproval:
    """In its second run, after continue-as-new."""
    approval = await an_approval(live)
    await approval.handle.terminate("another run")
    start = {"approval": approval.id, "resume": True, "threshold": 30}
    await live.client.start_workflow(policies.APPROVAL, start, id=approval.handle.id, task_queue=live.queue)
    people = ["lawyer", "designer"]
    for _ in range(8):
        await approval.do("delegate", by=people[0], to=people[1])
        people.reverse()
    await approval.do("decide", by=people[0], decision="reject", comment="x")
    return approval


async def replanned(live: Live) -> LiveApproval:
    """Told of a new calendar as an update and as a signal, running and finished."""
    approval = await an_approval(live)
    await approval.do("replan", by="director")
    await approval.handle.signal("replan", {"by": "director", "id": "r1"})
    await approval.do("decide", by="lawyer", decision="reject", comment="no seal")
    await eventually(approval.ended)
    await approval.handle.result()
    await approval.do("replan", by="director")
    return approval


STORIES = (agreed, rejected, recalled, renewed, replanned)


async def record(folder: Path) -> None:
    """Writes a history of the approval and one of its deal for each story that the folder lacks."""
    lacking = [story for story in STORIES if not (folder / f"{story.__name__}_approval.json").exists()]
    with Postgres.temporary() as postgres, TemporalServer.temporary() as temporal:
        await prepare_approvals(postgres.url)
        async with running(postgres.url, temporal.address) as live:
            for story in lacking:
                approval = await story(live)
                await eventually(approval.ended)
                await asyncio.sleep(0.5)
                for kind, handle in (("approval", approval.handle), ("deal", approval.deal.handle)):
                    history = scrubbed(json.loads((await handle.fetch_history()).to_json()))
                    text = json.dumps(history, ensure_ascii=False, indent=2) + "\n"
                    (folder / f"{story.__name__}_{kind}.json").write_text(text, "utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HISTORIES
    target.mkdir(exist_ok=True)
    asyncio.run(record(target))
