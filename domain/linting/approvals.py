"""Approvals: steps with names of their own, people to ask, documents that are files, and handlers of their ends."""

from __future__ import annotations

from domain.linting.conditions import check_condition
from domain.linting.context import Lint, RuleAt
from domain.linting.fields import FILES
from domain.problems import Node, suggest

ENDS = ("approved", "rejected", "withdrawn")


def check_approve(check: Lint, approve: Node, rule: RuleAt) -> None:
    """One rule's approval."""
    if check.names.kind(rule.stage) == "lost":
        message = f"`{rule.stage}` is lost, and a lost deal recalls its approvals. Start it in an open stage."
        check.report.key_error(approve, "misplaced_key", message)
    for name, node in approve.texts("documents"):
        check.field(name, node, FILES, "`documents`")
    seen: set[str] = set()
    for step in approve.elements("steps"):
        _check_step(check, step, seen)


def _check_step(check: Lint, step: Node, seen: set[str]) -> None:
    check.recipients(step, "approvers")
    check_condition(check, step.get("when"))
    name, node = step.text("id"), step.get("id")
    if name and node:
        if name in seen:
            message = f"This approval has two steps `{name}`. Give each an id of its own."
            check.report.error(node, "conflicting_id", message)
        seen.add(name)


def check_approval_handlers(check: Lint, stage: Node) -> None:
    """`when_approval` of a stage."""
    made = check.names.approvals
    for key, handlers in stage.entries("when_approval"):
        if key not in made:
            message = f"No rule starts the approval `{key}`. {suggest(key, made)}"
            check.report.key_error(handlers, "unknown_approval", message)
            continue
        for end, rules in handlers.items():
            if end not in ENDS:
                message = f"An approval does not end as `{end}`. {suggest(end, ENDS)}"
                check.report.key_error(rules, "unknown_outcome", message)
