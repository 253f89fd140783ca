"""Approvals: what waits for me, and decisions on it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import Response

from api import examples
from api.approvals import approval_card, history
from api.deps import Acting, Caller, Deps, Limit, Reading, World
from api.errors import unknown_approval
from api.replies import COMMAND, READ, problem_responses, reply
from domain.approval.commands import Command, Decide, Delegate, Withdraw
from domain.facts import Facts
from store import queries

router = APIRouter(prefix="/api/approvals", tags=["approvals"])


@router.get("", responses=problem_responses(401, 422, 503))
async def list_approvals(
    caller: Reading,
    deps: World,
    assignee: Annotated[str | None, Query(description="Waits for this person now; `me`: the caller")] = None,
    status: Literal["pending", "approved", "rejected", "withdrawn"] | None = None,
    deal: str | None = None,
    cursor: str | None = None,
    limit: Limit = 50,
) -> queries.Page[queries.ApprovalRow]:
    """Согласования, новые сверху · Approvals, newest first."""
    wanted = queries.Wanted(caller.id if assignee == "me" else assignee, status, deal, cursor, limit)
    async with deps.engine.connect() as connection:
        return await queries.list_approvals(connection, wanted)


@router.get("/{approval_id}", responses=READ)
async def get_approval(approval_id: str, caller: Reading, deps: World) -> dict[str, Any]:
    """Карточка согласования с историей · The approval's card and its history, newest first.

    `may`: what the caller may do now: `decide`, `withdraw`, and in `delegate` whose decisions they may pass on.
    """
    return await _read(deps, approval_id, caller.id)


@router.post("/{approval_id}/decide", responses=COMMAND)
async def decide(
    approval_id: str,
    body: Annotated[Decide, Body(openapi_examples=examples.DECIDE)],
    caller: Acting,
    deps: World,
) -> Response:
    """Согласовать или отклонить с комментарием · Approve, or reject with a comment.

    `step`: the step you saw. A decision that comes late is 409 and says in `decided` who decided what and when.
    """
    return await _do(deps, caller, approval_id, body)


@router.post("/{approval_id}/delegate", responses=COMMAND)
async def delegate(
    approval_id: str,
    body: Annotated[Delegate, Body(openapi_examples=examples.DELEGATE)],
    caller: Acting,
    deps: World,
) -> Response:
    """Передать решение другому · Pass the decision on; a head may pass on that of `approver`."""
    return await _do(deps, caller, approval_id, body)


@router.post("/{approval_id}/withdraw", responses=COMMAND)
async def withdraw(
    approval_id: str,
    caller: Acting,
    deps: World,
    body: Annotated[Withdraw | None, Body(openapi_examples=examples.WITHDRAW)] = None,
) -> Response:
    """Отозвать, пока идёт · Withdraw it while it runs: responsible, their head, a director."""
    return await _do(deps, caller, approval_id, body or Withdraw())


async def _do(deps: Deps, caller: Caller, approval_id: str, command: Command) -> Response:
    answer = await deps.gateway.approval(approval_id, command, caller.id, caller.command_id, caller.wait)
    if answer.seq is None:
        body = {"approval": approval_id, "command": caller.command_id, "status": "accepted"}
        return reply(body, 202, {"Preference-Applied": "respond-async"})
    return reply(await _read(deps, approval_id, caller.id))


async def _read(deps: Deps, approval_id: str, who: str) -> dict[str, Any]:
    async with deps.engine.connect() as connection:
        approval = await queries.find_approval(connection, approval_id)
        deal = await queries.deal_state(connection, approval.deal) if approval else None
        if approval is None or deal is None:
            raise unknown_approval(approval_id)
        records = await queries.approval_history(connection, approval_id)
        facts = Facts(organisation=await deps.organisations.current(connection))
    return {**approval_card(approval, deal, facts, who, deps.now()), "history": history(records)}
