"""What rules say of tasks beyond a person and a title: dates, gates and fields to finish, items, `again`."""

from __future__ import annotations

from domain.linting.context import Lint, RuleAt
from domain.linting.fields import FILES
from domain.linting.stages import check_gates
from domain.problems import Node, suggest

DATED = ("date", "datetime")
# What is looked up by a task's key after it was made: rules that make the same task must agree on it.
READ_LATER = (
    "outcomes", "result", "result_field", "interim_field", "checklist", "needs", "finish_when", "deadline_field",
)  # fmt: skip


def check_task_parts(check: Lint, task: Node) -> None:
    """Reports what is wrong with a task's fields, gates and checklist."""
    _check_people(check, task)
    _check_dates(check, task)
    for key in ("result_field", "interim_field"):
        node, name = task.get(key), task.text(key)
        if node and name:
            check.field(name, node, FILES, f"`{key}`")
    for name, node in task.texts("needs"):
        check.card_field(name, node)
    check_gates(check, task, "finish_when", "task")
    for item in task.elements("checklist"):
        for name, node in item.texts("needs"):
            check.card_field(name, node)
        check.recipients(item, "tell", extra=("assignee",))


def _check_people(check: Lint, task: Node) -> None:
    check.recipients(task, "each")
    each, assignee = task.get("each"), task.get("assignee")
    if each and assignee:
        message = "`each` already says who gets a task of this key. Keep `assignee` or `each`, not both."
        check.report.key_error(assignee, "misplaced_key", message)


def _check_dates(check: Lint, task: Node) -> None:
    node, name = task.get("deadline_field"), task.text("deadline_field")
    if node and name:
        check.field(name, node, DATED, "`deadline_field`")
        if task.get("deadline"):
            message = "A task has one deadline. Keep `deadline` or `deadline_field`, not both."
            check.report.key_error(node, "misplaced_key", message)


def check_again(check: Lint, node: Node, rule: RuleAt) -> None:
    """`again` names a task that another rule makes."""
    _check_key(check, node)


def check_comment_task(check: Lint, node: Node, rule: RuleAt) -> None:
    """`comment_task` names a task that a rule makes."""
    found = node.get("task")
    if found:
        _check_key(check, found)


def _check_key(check: Lint, node: Node) -> None:
    tasks = check.names.tasks
    if isinstance(node.value, str) and node.value not in tasks:
        message = f"No rule makes the task `{node.value}`. {suggest(node.value, tasks)}"
        check.report.error(node, "unknown_task", message)


def check_open_without(check: Lint, node: Node) -> None:
    """`without` names what a card has."""
    for name, part in node.texts("without"):
        check.card_field(name, part, extra=("amount",))


def check_rule_dates(check: Lint, rule: Node) -> None:
    """`at` names a date field; `before` goes with it."""
    at, name, before = rule.get("at"), rule.text("at"), rule.get("before")
    if at and name:
        check.field(name, at, DATED, "`at`")
    if at and (after := rule.get("after")):
        message = "`at` and `after` both say when. Keep one; to act earlier than the date add `before`."
        check.report.key_error(after, "misplaced_key", message)
    if before and not at:
        message = "`before` counts back from a date field. Add `at: FIELD`, or say `after`."
        check.report.key_error(before, "misplaced_key", message)
