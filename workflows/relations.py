"""Deals and deals: starting a child's workflow, and telling a parent how it ended, each exactly once."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.command_json import write_command
    from domain.commands import Open
    from domain.deal import ChildResult

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


async def report_to_parent(parent: str, result: ChildResult, report_id: str) -> None:
    """Signals the parent's workflow; one that has ended is taken up again with the report in its inbox."""
    body = {"id": report_id, "by": "system", "result": result.model_dump(mode="json", exclude_defaults=True)}
    if await _signal(parent, body):
        return
    message = wire.Message(name="child_done", body=body, id=report_id)
    if not await _start(parent, wire.DealStart(deal=parent, resume=True, inbox=[message]), None):
        await _signal(parent, body)  # someone else took it up in between


async def _signal(parent: str, body: dict[str, Any]) -> bool:
    handle = workflow.get_external_workflow_handle(policies.workflow_id(parent))
    try:
        await handle.signal("child_done", body)
    except ApplicationError:
        return False  # the parent's workflow has ended
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
