"""Conditions: known paths, comparisons that make sense for the value, operands of its type."""

from __future__ import annotations

from dataclasses import dataclass

from domain.conditions import OPERATORS
from domain.linting.context import NAME, Lint
from domain.linting.fields import DATED, NUMERIC, misfit, misfit_of_type, shown
from domain.problems import Node, suggest

_HEAD = {
    "amount": "money",
    "responsible": "employee",
    "source": "text",
    "title": "text",
    "company": "mark",
    "contact": "mark",
    "client": "mark",
    "parent": "mark",
}
_EVERY = ("eq", "ne", "in", "filled")
_ORDERED = ("eq", "ne", "gt", "ge", "lt", "le", "in", "filled")
# Which comparisons make sense. `mark` is something that is only there or not.
_ALLOWED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NUMERIC | DATED, _ORDERED),
    "text": (*_EVERY, "contains"),
    "bool": ("eq", "ne", "filled"),
    "file": ("filled",),
    "files": ("filled",),
    "payment_plan": ("filled",),
    "lines": ("filled",),
    "mark": ("filled",),
    "any": OPERATORS,
}
_STATUSES = ("open", "finished", "cancelled")


@dataclass(frozen=True)
class Subject:
    """What a path reads: its type, and the words it can be where they are few."""

    path: str
    type: str
    words: tuple[str, ...] | None = None


def check_condition(check: Lint, node: Node | None) -> None:
    """Reports everything wrong with a condition."""
    if node is None:
        return
    if not isinstance(node.value, dict) or not node.value:
        message = (
            "A condition is written `{field: value}` or `{field: {comparison: value}}`: {amount: {gt: 1000}}."
        )
        check.report.error(node, "bad_condition", message)
        return
    if set(node.value) == {"path", "op", "value"}:
        _check_long(check, node)
        return
    for key, part in node.items():
        if key in ("all", "any"):
            _check_parts(check, key, part)
        elif key == "not":
            check_condition(check, part)
        else:
            _check_test(check, key, part)


def _check_long(check: Lint, node: Node) -> None:
    path, op, value = node.text("path"), node.text("op"), node.value
    subject = _subject(check, path or "", node)
    if subject and isinstance(value, dict):
        _check_comparison(check, subject, op or "", value["value"])


def _check_parts(check: Lint, key: str, node: Node) -> None:
    if not isinstance(node.value, list) or not node.value:
        check.report.error(
            node, "bad_condition", f"`{key}` takes a list of conditions: `{key}: [{{…}}, {{…}}]`."
        )
        return
    for part in node.value:
        check_condition(check, part)


def _check_test(check: Lint, path: str, node: Node) -> None:
    subject = _subject(check, path, node)
    if isinstance(node.value, dict):
        if not node.value:
            check.report.error(
                node, "bad_condition", f"`{path}` is compared with nothing. Add `{{filled: true}}`."
            )
        for op, operand in node.items():
            if subject or op not in OPERATORS:
                _check_comparison(check, subject or Subject(path, "any"), op, operand)
    elif isinstance(node.value, list):
        check.report.error(
            node, "bad_condition", f"To compare with several values write `{path}: {{in: […]}}`."
        )
    elif subject:
        _check_comparison(check, subject, "eq", node)


def _check_comparison(check: Lint, subject: Subject, op: str, node: Node) -> None:
    if op not in OPERATORS:
        message = f"There is no comparison `{op}`. {suggest(op, OPERATORS)}"
        check.report.key_error(node, "bad_condition", message)
    elif op not in _ALLOWED.get(subject.type, _EVERY):
        allowed = ", ".join(f"`{one}`" for one in _ALLOWED.get(subject.type, _EVERY))
        message = f"`{subject.path}` cannot be compared by `{op}`. It can by {allowed}."
        check.report.key_error(node, "bad_condition", message)
    elif op == "filled":
        if not isinstance(node.value, bool):
            check.report.error(node, "wrong_value", "`filled` takes `true` or `false`.")
    elif op == "in":
        _check_list(check, subject, node)
    else:
        _check_operand(check, subject, node)


def _check_list(check: Lint, subject: Subject, node: Node) -> None:
    if not isinstance(node.value, list) or not node.value:
        check.report.error(node, "wrong_value", "`in` takes a list of values: `in: [a, b]`.")
        return
    for part in node.value:
        _check_operand(check, subject, part)


def _check_operand(check: Lint, subject: Subject, node: Node) -> None:
    if node.value is None:
        message = f"`{subject.path}` is compared with nothing. For an empty field write `{{filled: false}}`."
        check.report.error(node, "wrong_value", message)
        return
    if isinstance(node.value, dict | list):
        check.report.error(
            node, "wrong_value", f"`{subject.path}` is compared with one value, not a list or block."
        )
        return
    if subject.words is not None:
        known = node.value in subject.words
        complaint = None if known else f"is not one of its values. {suggest(str(node.value), subject.words)}"
    elif subject.path in check.names.fields:
        complaint = misfit(check, subject.path, node.value)
    else:
        complaint = misfit_of_type(subject.type, node.value)
    if complaint:
        check.report.error(node, "wrong_value", f"`{subject.path}`: {shown(node)} {complaint}")


def _subject(check: Lint, path: str, node: Node) -> Subject | None:
    """What `path` reads, or None with an error."""
    if path in check.names.fields:
        check.used.add(path)
        return Subject(path, check.names.type_of(path) or "any")
    if path in _HEAD:
        return Subject(path, _HEAD[path])
    if path == "stage":
        return Subject(path, "choice", tuple(check.names.stages))
    first, _, rest = path.partition(".")
    if first in ("company", "contact") and NAME.fullmatch(rest):
        return Subject(path, "any")
    if first in ("task", "assignment") and rest:
        return _work(check, first, rest, node)
    if first == "approval" and rest:
        return _approval(check, rest, node)
    known = [
        *check.names.fields,
        *_HEAD,
        "company.inn",
        "task.KEY.outcome",
        "task.KEY.status",
        "task.KEY.open",
        "task.KEY.unticked",
        "assignment.KEY.option",
        "approval.KEY.status",
    ]
    check.report.key_error(node, "unknown_path", f"Conditions cannot read `{path}`. {suggest(path, known)}")
    return None


def _approval(check: Lint, rest: str, node: Node) -> Subject | None:
    """The subject of `approval.KEY.status`."""
    key, _, attribute = rest.rpartition(".")
    made = check.names.approvals
    if attribute != "status":
        message = f"Of approvals conditions read `approval.KEY.status`, not `approval.{rest}`."
        check.report.key_error(node, "unknown_path", message)
    elif key not in made:
        message = f"No rule starts the approval `{key}`. {suggest(key, made)}"
        check.report.key_error(node, "unknown_approval", message)
    else:
        return Subject(f"approval.{rest}", "choice", ("pending", "approved", "rejected", "withdrawn"))
    return None


def _work(check: Lint, kind: str, rest: str, node: Node) -> Subject | None:
    """The subject of `task.KEY.outcome` and the like."""
    key, _, attribute = rest.rpartition(".")
    names = check.names
    made = names.tasks if kind == "task" else names.assignments
    result = "outcome" if kind == "task" else "option"
    readable = (result, "status", "open", "unticked") if kind == "task" else (result, "status")
    if attribute not in readable:
        words = [f"`{kind}.KEY.{one}`" for one in readable]
        listed = f"{', '.join(words[:-1])} and {words[-1]}"
        message = f"Of {kind}s conditions read {listed}, not `{kind}.{rest}`."
        check.report.key_error(node, "unknown_path", message)
        return None
    if key not in made:
        message = f"No rule makes the {kind} `{key}`. {suggest(key, made)}"
        check.report.key_error(node, "unknown_task" if kind == "task" else "unknown_assignment", message)
        return None
    if attribute == "status":
        return Subject(f"{kind}.{rest}", "choice", _STATUSES)
    if attribute in ("open", "unticked"):
        return Subject(f"{kind}.{rest}", "number")
    ends = names.outcomes_of(key) if kind == "task" else names.answers_of(key)
    if not ends:
        message = (
            f"The task `{key}` has no outcomes. Read `task.{key}.status: finished`, or give it `outcomes`."
        )
        check.report.key_error(node, "unknown_path", message)
        return None
    return Subject(f"{kind}.{rest}", "choice", tuple(ends))
