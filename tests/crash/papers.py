"""Contracts whose approval several people decide at once, one withdraws, or their deal is lost meanwhile.

Whatever is killed in between: one end, which the deal hears once, and whoever came late was told so.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.approval.decide import result_of
from domain.approval.events import Ended
from domain.approval.evolve import fold
from domain.approval.state import Approval
from domain.deal import ApprovalResult
from domain.events import ApprovalEnded, Notified, ResultReported
from domain.opening import child_id
from store import tables
from store.approvals import load_approval, missed_by_approval
from tests.approvals.running import PIPELINE, LiveApproval
from tests.crash.load import Load, a_uuid
from tests.crash.oracle import Stored, check_whole
from tests.live import FILE, Live
from workflows import policies

SHARE = 0.4  # of all that people begin
LATE = "approval_closed"


@dataclass
class Papers:
    """One deal with its approval. `answers`: what each decision was answered, `done` or why not."""

    deal: str
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def approval(self) -> str:
        return child_id(self.deal, "approval/documents")


class Office(Load):
    """People who work on orders, and on contracts to be approved."""

    def __init__(self, live: Live, seed: int) -> None:
        super().__init__(live, seed)
        self.papers: list[Papers] = []

    async def play_one(self, chance: random.Random) -> None:
        """An order or a contract."""
        if chance.random() < SHARE:
            await self._play_papers(Papers(a_uuid(chance)), chance)
        else:
            await super().play_one(chance)

    def workflows(self, id: str) -> list[str]:
        """The workflows that belong together with the one of this id."""
        for one in self.papers:
            if id in (one.deal, one.approval):
                return [policies.workflow_id(one.deal), policies.approval_workflow_id(one.approval)]
        return super().workflows(id)

    async def _play_papers(self, papers: Papers, chance: random.Random) -> None:
        """The lawyer approves; then two of three, a withdrawal or a loss of the deal come at the same moment."""
        self.papers.append(papers)
        approval = await self._begin(papers, {"threshold": chance.choice((25, 400))})
        await self._lawyer(papers, approval, chance)
        fourth = chance.choice(("approve", "reject", "withdraw", "lose"))
        rivals = [
            self._say(papers, approval, "decide", person, chance, decision="approve")
            for person in ("clerk", "accountant")
        ]
        if fourth == "withdraw":
            rivals.append(self._say(papers, approval, "withdraw", "sales", chance))
        elif fourth == "lose":
            rivals.append(self._lose(papers))
        else:
            rivals.append(self._say(papers, approval, "decide", "head", chance, decision=fourth, comment="x"))
        chance.shuffle(rivals)
        await asyncio.gather(*rivals)
        await self.until_there(tables.commands, _command(papers.deal, f"{papers.approval}/done"))
        if fourth != "lose":
            await self._lose(papers)

    async def _begin(self, papers: Papers, start: dict[str, Any]) -> LiveApproval:
        id = papers.deal
        deal = await self.insist(id, lambda: self.live.open(PIPELINE, id=id, start=start, contract_file=FILE))
        await self.insist(f"{deal.id}/a", lambda: deal.do("move", to="approval", command="a"))
        await self.until_there(tables.approvals, tables.approvals.c.id == papers.approval)
        handle = self.live.client.get_workflow_handle(policies.approval_workflow_id(papers.approval))
        return LiveApproval(self.live, deal, papers.approval, handle)

    async def _lawyer(self, papers: Papers, approval: LiveApproval, chance: random.Random) -> None:
        """The first step, where nobody can be quicker: by update, or by a signal that may be sent twice."""
        if chance.random() < 0.5:
            await self._say(papers, approval, "decide", "lawyer", chance, decision="approve")
            return
        body = {"decision": "approve", "by": "lawyer", "id": "lawyer"}
        for _ in range(chance.choice((1, 2))):
            await self.insist(f"{papers.approval}/lawyer", lambda: approval.handle.signal("decide", body))
        await self.until_there(tables.commands, _command(papers.approval, "lawyer"))
        papers.answers["lawyer"] = "done"

    async def _say(
        self, papers: Papers, approval: LiveApproval, name: str, by: str, chance: random.Random, **fields: Any
    ) -> None:
        async def answered() -> str:
            try:
                await approval.do(name, by=by, command=by, **fields)
            except WorkflowUpdateFailedError as error:
                if isinstance(error.cause, ApplicationError) and error.cause.type == LATE:
                    return LATE
                raise
            return "done"

        await asyncio.sleep(chance.uniform(0, 0.03))
        papers.answers[by] = await self.insist(f"{papers.approval}/{by}", answered)

    async def _lose(self, papers: Papers) -> None:
        deal = self.live.deal(papers.deal)
        await self.insist(f"{deal.id}/z", lambda: deal.do("move", to="lost", reason="x", command="z"))


def _command(of: str, id: str) -> ColumnElement[bool]:
    return (tables.commands.c.deal_id == of) & (tables.commands.c.id == id)


async def check(live: Live, papers: Papers, stored: dict[str, Stored]) -> None:
    """AssertionError if the approval ended otherwise than once, or the deal heard of it otherwise than once."""
    deal, id = stored[papers.deal], papers.approval
    check_whole(papers.deal, deal)
    async with live.engine.connect() as connection:
        approval = (await load_approval(connection, id, lock=False)).approval
        record = await missed_by_approval(connection, id, 0)
    assert approval is not None, f"{id}: there is no approval"
    assert [one.seq for one in record] == list(range(1, approval.seq + 1)), f"{id}: gaps"
    assert fold(None, record) == approval, f"{id}: the record does not lead to the state"
    assert approval.is_quiet(), f"{id}: {approval.status}"
    events = [one.event for one in record]
    assert [event.status for event in events if isinstance(event, Ended)] == [approval.status]
    assert sum(isinstance(event, ResultReported) for event in events) == 1, f"{id}: reports"
    told = [(one.seq, one.event.to) for one in record if isinstance(one.event, Notified)]
    rows = [(row.seq, row.recipient) for row in deal.rows["notifications"] if row.approval_id == id]
    assert sorted(rows) == told, f"{id}: notices"
    _check_answers(papers, approval, stored[id])
    _check_heard(papers, deal, result_of(approval))


def _check_answers(papers: Papers, approval: Approval, stored: Stored) -> None:
    """Whoever was told «done» stands in the record, and nobody else; the ledger says the same."""
    accepted = [seat.person for step in approval.steps for seat in step.decided()]
    if approval.status == "withdrawn" and approval.ended_by == "sales":
        accepted.append("sales")
    done = [person for person, answer in papers.answers.items() if answer == "done"]
    assert sorted(done) == sorted(accepted), f"{approval.id}: answers"
    kept = {row.id: row.refusal["code"] if row.refusal else "done" for row in stored.rows["commands"]}
    known = {id: answer for id, answer in kept.items() if id in papers.answers}
    assert known == papers.answers, f"{approval.id}: ledger"


def _check_heard(papers: Papers, deal: Stored, result: ApprovalResult) -> None:
    """The deal heard the end, this end, and once."""
    assert deal.state is not None
    heard = [one.event.result for one in deal.record if isinstance(one.event, ApprovalEnded)]
    assert heard == [result], f"{papers.deal}: heard of {papers.approval}"
    assert deal.state.approvals["documents"].result == result
    reports = [row for row in deal.rows["commands"] if row.type == "approval_done"]
    assert [(row.id, row.refusal) for row in reports] == [(f"{papers.approval}/done", None)]
