"""Fields: options where they belong, and whether a value fits a field's type."""

from __future__ import annotations

from datetime import date, datetime

from domain.linting.context import Lint
from domain.problems import Node, suggest

TEXTUAL = frozenset({"text", "choice", "employee"})
NUMERIC = frozenset({"number", "money"})
DATED = frozenset({"date", "datetime"})
FILES = ("file", "files")


def check_fields(check: Lint) -> None:
    """Options belong to choices, suggestions to employees."""
    for name, node in check.names.fields.items():
        kind = node.text("type")
        options = node.get("options")
        if kind == "choice" and not node.entries("options"):
            message = f"`{name}` is a choice without options. Add `options: {{one: {{ru: …, en: …}}}}`."
            check.report.error(options or node, "missing_options", message)
        if options and kind not in ("choice", None):
            message = f"`options` belong to fields of type `choice`; `{name}` is of type `{kind}`."
            check.report.key_error(options, "misplaced_key", message)
        suggested = node.get("suggest")
        if suggested and kind not in ("employee", None):
            message = f"`suggest` proposes an employee; `{name}` is of type `{kind}`."
            check.report.key_error(suggested, "misplaced_key", message)
        check.recipients(node, "suggest")


def misfit(check: Lint, name: str, value: object) -> str | None:
    """Why `value` cannot stand in the field `name`, as the end of a sentence; None if it can."""
    kind = check.names.type_of(name)
    if kind == "choice":
        options = check.names.options_of(name)
        known = isinstance(value, str) and value in options
        return None if known else f"is not one of its options. {suggest(str(value), options)}"
    return misfit_of_type(kind, value)


def misfit_of_type(kind: str | None, value: object) -> str | None:
    """Why `value` is not of the type, as the end of a sentence; None if it is, or the type is unknown."""
    if kind == "bool" and not isinstance(value, bool):
        return "must be `true` or `false`, without quotes."
    if kind in NUMERIC and (isinstance(value, bool) or not isinstance(value, int | float)):
        return "must be a number, without quotes or spaces, such as 150000 or 99.90."
    if kind in DATED and not _is_moment(value, kind):
        return "must be a date such as 2026-01-31." if kind == "date" else "must be such as 2026-01-31T10:00."
    if kind in TEXTUAL and not isinstance(value, str):
        return "must be a text; put it in quotes."
    return None


def _is_moment(value: object, kind: str | None) -> bool:
    if not isinstance(value, str):
        return False
    try:
        if kind == "date":
            date.fromisoformat(value)
        else:
            datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def shown(node: Node) -> str:
    """The value for a sentence."""
    if isinstance(node.value, bool):
        return f"`{str(node.value).lower()}`"
    if isinstance(node.value, dict | list):
        return "a list or a block of keys"
    return "nothing" if node.value is None else f"`{node.value}`"
