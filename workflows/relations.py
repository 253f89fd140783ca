"""Deals, deals and approvals: starting a child's workflow, and telling how it ended, each exactly once."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.approval.commands import Start
    from domain.approval.wire import ApprovalStart
    from domain.base import Lasting
    from domain.command_json import write_command
    from domain.commands import Open
    from domain.deal import ApprovalResult, ChildResult

from workflows import policies


async def start_child(deal: str, command: Open, command_id: str) -> None:
    """Starts the workflow of a deal opened from this one; one that runs already is fine."""
    start = wire.DealStart(deal=deal, open=write_command(command), by="system", command=command_id)
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(policies.PIPELINE, command.pipeline),
        SearchAttributePair(policies.STATUS, "open"),
        SearchAttributePair(policies.RESPONSIBLE, command.responsible),
    ]
    if command.company:
        pairs.append(SearchAttributePair(policies.COMPANY, command.company))
    await _start(deal, start, TypedSearchAttributes(pairs))


async def start_approval(approval: str, command: Start, command_id: str) -> None:
    """Starts the workflow of an approval of this deal; one that runs already is fine."""
    start = ApprovalStart(approval=approval, start=write_command(command), by="system", command=command_id)
    try:
        await workflow.start_child_workflow(
            policies.APPROVAL,
            start,
            id=policies.approval_workflow_id(approval),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            task_timeout=policies.WORKFLOW_TASK_TIMEOUT,
            static_summary=command.title.ru,
        )
    except WorkflowAlreadyStartedError:
        return


async def recall_approval(approval: str) -> None:
    """Withdraws an approval because its deal is lost. One that has ended has reported, or will."""
    body = {"id": f"{approval}/recall", "by": "system"}
    await _signal(policies.approval_workflow_id(approval), "withdraw", body)


async def report_to_parent(parent: str, result: ChildResult, report_id: str) -> None:
    """Tells the deal that waits for this one how it ended."""
    await _report(parent, "child_done", result, report_id)


async def report_to_deal(deal: str, result: ApprovalResult, report_id: str) -> None:
    """Tells the deal how its approval ended."""
    await _report(deal, "approval_done", result, report_id)


async def _report(deal: str, name: str, result: Lasting, report_id: str) -> None:
    """Signals the deal's workflow; one that has ended is taken up again with the report in its inbox."""
    body = {"id": report_id, "by": "system", "result": result.model_dump(mode="json", exclude_defaults=True)}
    if await _signal(policies.workflow_id(deal), name, body):
        return
    message = wire.Message(name=name, body=body, id=report_id)
    if not await _start(deal, wire.DealStart(deal=deal, resume=True, inbox=[message]), None):
        await _signal(policies.workflow_id(deal), name, body)  # someone else took it up in between


async def _signal(workflow_id: str, name: str, body: dict[str, Any]) -> bool:
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await handle.signal(name, body)
    except ApplicationError:
        return False  # that workflow has ended
    return True


async def _start(deal: str, start: wire.DealStart, attributes: TypedSearchAttributes | None) -> bool:
    try:
        await workflow.start_child_workflow(
            policies.DEAL,
            start,
            id=policies.workflow_id(deal),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
            task_timeout=policies.WORKFLOW_TASK_TIMEOUT,
            search_attributes=attributes,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True
