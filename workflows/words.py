"""What operators see of a deal in Temporal Web: search attributes, and the deal in words. Ids only, no names."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

with workflow.unsafe.imports_passed_through():
    from domain.approval.state import Approval
    from domain.deal import Deal

from workflows import policies


def is_shown(deal: Deal) -> bool:
    """Whether the search attributes say where the deal stands."""
    return not _changes(_attributes(deal))


def _attributes(deal: Deal) -> dict[SearchAttributeKey[Any], Any]:
    return {
        policies.PIPELINE: deal.pipeline,  # a run that a late report starts has none yet
        policies.STAGE: deal.stage,
        policies.STATUS: deal.status,
        policies.RESPONSIBLE: deal.responsible,
        policies.COMPANY: deal.company,
    }


def _changes(attributes: dict[SearchAttributeKey[Any], Any]) -> list[SearchAttributeUpdate[Any]]:
    shown = workflow.info().typed_search_attributes
    return [
        key.value_unset() if value is None else key.value_set(value)
        for key, value in attributes.items()
        if shown.get(key) != value
    ]


def show(deal: Deal) -> None:
    """Shows where the deal stands: one command when something changed, and the details, which cost nothing."""
    if not is_shown(deal):
        # The deadline alone is not worth an event; it goes with the others.
        attributes = {**_attributes(deal), policies.STAGE_DEADLINE: deal.next_due()}
        workflow.upsert_search_attributes(_changes(attributes))
    workflow.set_current_details(details(deal))


def details(deal: Deal) -> str:
    """The deal in Markdown."""
    lines = [f"**{deal.pipeline}** · {deal.stage} · {deal.status} · responsible: {deal.responsible}"]
    lines += [f"- task `{task.key}` with {task.assignee}" for task in deal.open_tasks()]
    agenda = sorted(deal.agenda.values(), key=lambda entry: entry.due)
    lines += [f"- {entry.due.isoformat(timespec='minutes')} {entry.what} (`{entry.id}`)" for entry in agenda]
    lines += [f"- set aside: `{one.command}` ({one.cause})" for one in deal.aside.values()]
    if deal.attention:
        lines.append(f"- **needs attention**: {deal.attention.en}")
    return "\n".join(lines)


def show_approval(approval: Approval) -> None:
    """Shows an approval: nothing but the details, which cost nothing. It is found by its type and its id."""
    step = approval.step
    lines = [f"**{approval.key}** of `deal-{approval.deal}` · {approval.status} · step `{step.plan.id}`"]
    lines += [f"- {seat.decision}: {seat.person}" for one in approval.steps for seat in one.decided()]
    lines += [f"- waits for {seat.person}" for seat in approval.undecided()]
    agenda = sorted(approval.agenda.values(), key=lambda entry: entry.due)
    lines += [f"- {entry.due.isoformat(timespec='minutes')} {entry.what} (`{entry.id}`)" for entry in agenda]
    workflow.set_current_details("\n".join(lines))


def waiting(deal: Deal | Approval) -> str:
    """What the timer waits for."""
    entry = min(deal.agenda.values(), key=lambda item: (item.due, item.id))
    return f"{entry.what}: {entry.id}"
