"""What operators see of a deal in Temporal Web: search attributes, and the deal in words. Ids only, no names."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from domain.deal import Deal

from workflows import policies


def is_shown(deal: Deal) -> bool:
    """Whether the search attributes say where the deal stands."""
    shown = workflow.info().typed_search_attributes
    return (
        shown.get(policies.STAGE) == deal.stage
        and shown.get(policies.STATUS) == deal.status
        and shown.get(policies.RESPONSIBLE) == deal.responsible
    )


def show(deal: Deal) -> None:
    """Shows where the deal stands: one command when something changed, and the details, which cost nothing."""
    if not is_shown(deal):
        changes: list[SearchAttributeUpdate[Any]] = [
            policies.STAGE.value_set(deal.stage),
            policies.STATUS.value_set(deal.status),
            policies.RESPONSIBLE.value_set(deal.responsible),
        ]
        if due := deal.next_due():
            changes.append(policies.STAGE_DEADLINE.value_set(due))
        workflow.upsert_search_attributes(changes)
    workflow.set_current_details(details(deal))


def details(deal: Deal) -> str:
    """The deal in Markdown."""
    lines = [f"**{deal.pipeline}** · {deal.stage} · {deal.status} · responsible: {deal.responsible}"]
    lines += [f"- task `{task.key}` with {task.assignee}" for task in deal.open_tasks()]
    agenda = sorted(deal.agenda.values(), key=lambda entry: entry.due)
    lines += [f"- {entry.due.isoformat(timespec='minutes')} {entry.what} (`{entry.id}`)" for entry in agenda]
    if deal.attention:
        lines.append(f"- **needs attention**: {deal.attention}")
    return "\n".join(lines)


def waiting(deal: Deal) -> str:
    """What the timer waits for."""
    entry = min(deal.agenda.values(), key=lambda item: (item.due, item.id))
    return f"{entry.what}: {entry.id}"
