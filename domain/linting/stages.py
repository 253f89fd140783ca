"""Stages: their order, what closed stages cannot have, required fields, gates, messages, handlers' keys."""

from __future__ import annotations

from domain.linting.approvals import check_approval_handlers
from domain.linting.calls import check_call_handlers
from domain.linting.conditions import check_condition
from domain.linting.context import Lint
from domain.problems import Node, suggest

_CLOSED = ("won", "lost")


def check_stages(check: Lint) -> None:
    """Reports what is wrong with the stages, apart from their rules."""
    _check_order(check)
    for name, stage in check.names.stages.items():
        kind = check.names.kind(name)
        _check_kind(check, name, kind, stage)
        for key in ("entry", "exit", "optional"):
            for field, node in stage.texts(key):
                check.card_field(field, node)
        for key in ("gates", "enter_when"):
            check_gates(check, stage, key, "stage")
        _check_reason(check, stage)
        _check_task_handlers(check, stage)
        _check_assignment_handlers(check, stage)
        check_approval_handlers(check, stage)
        check_call_handlers(check, stage)


def _check_order(check: Lint) -> None:
    names, stages = check.names, check.root.get("stages")
    if not stages or not names.stages:
        return
    kinds = {name: names.kind(name) for name in names.stages}
    if "won" not in kinds.values():
        message = "No stage is won, so no deal could end well. Give the last good stage `kind: won`."
        check.report.key_error(stages, "no_won_stage", message)
    if "lost" not in kinds.values():
        message = (
            "No stage is lost: a deal that comes to nothing stays open for ever. Add one with `kind: lost`."
        )
        check.report.warning(stages, "no_lost_stage", message)
    first = next(iter(kinds))
    if kinds[first] in _CLOSED:
        message = (
            f"Deals start in the first stage, so `{first}` cannot be {kinds[first]}. Put an open stage first."
        )
        check.report.key_error(names.stages[first], "stage_order", message)
    closed = None
    for name, kind in kinds.items():
        if kind in _CLOSED:
            closed = closed or name
        elif closed and closed != first:
            message = f"The open stage `{name}` stands below `{closed}`, which closes the deal. Put it above."
            check.report.key_error(names.stages[name], "stage_order", message)


def _check_kind(check: Lint, name: str, kind: str, stage: Node) -> None:
    if kind in _CLOSED:
        for key in ("exit", "exit_when", "gates"):
            node = stage.get(key)
            if node:
                message = (
                    f"`{key}` holds up a move forward, but `{name}` is the end. `entry` says what it needs."
                )
                check.report.key_error(node, "misplaced_key", message)
    if kind in ("open", "won"):
        for key in ("reasons", "reason_field"):
            node = stage.get(key)
            if node:
                message = (
                    f"`{key}` says why a deal is lost, and `{name}` is {kind}. Delete it or make it lost."
                )
                check.report.key_error(node, "misplaced_key", message)


def check_gates(check: Lint, owner: Node, key: str, what: str) -> None:
    """Reports wrong conditions of the gates under `key`, and an id that two of them have."""
    seen: dict[str, Node] = {}
    for gate in owner.elements(key):
        check_condition(check, gate.get("when"))
        name, node = gate.text("id"), gate.get("id")
        if name and node:
            if name in seen:
                message = f"This {what} has two gates `{name}`. Give each an id of its own."
                check.report.error(node, "conflicting_id", message)
            seen[name] = node


def _check_reason(check: Lint, stage: Node) -> None:
    node, name = stage.get("reason_field"), stage.text("reason_field")
    if node and name:
        check.field(name, node, ("text", "choice"), "`reason_field`")


def _check_task_handlers(check: Lint, stage: Node) -> None:
    names = check.names
    for task, handlers in stage.entries("when_task"):
        if task not in names.tasks:
            message = f"No rule makes the task `{task}`. {suggest(task, names.tasks)}"
            check.report.key_error(handlers, "unknown_task", message)
            continue
        outcomes = names.outcomes_of(task)
        allowed = [*outcomes, "no_outcome"] if outcomes else ["finished"]
        for outcome, rules in handlers.items():
            if outcome not in allowed:
                message = f"The task `{task}` does not end as `{outcome}`. {suggest(outcome, allowed)}"
                check.report.key_error(rules, "unknown_outcome", message)


def _check_assignment_handlers(check: Lint, stage: Node) -> None:
    names = check.names
    for key, handlers in stage.entries("when_assignment"):
        if key not in names.assignments:
            message = f"No rule makes the assignment `{key}`. {suggest(key, names.assignments)}"
            check.report.key_error(handlers, "unknown_assignment", message)
            continue
        options = names.answers_of(key)
        for option, rules in handlers.items():
            if options and option not in options:
                message = f"The assignment `{key}` has no option `{option}`. {suggest(option, options)}"
                check.report.key_error(rules, "unknown_option", message)
