"""What conditions and requirements read: paths such as `amount`, `company.inn`, `task.KEY.outcome`."""

from __future__ import annotations

from pydantic import JsonValue

from domain.conditions import Condition, holds, is_filled
from domain.decide.turn import Turn

_HEAD = ("title", "responsible", "source", "contact", "company", "stage")


def read(turn: Turn, path: str) -> JsonValue:
    """The value at `path`, or None."""
    deal = turn.deal
    first, _, rest = path.partition(".")
    if rest:
        return _read_nested(turn, first, rest)
    if path in turn.definition.fields:
        return deal.fields.get(path)
    if path in _HEAD:
        value: JsonValue = getattr(deal, path)
        return value
    match path:
        case "amount":
            return None if deal.amount is None else str(deal.amount)
        case "client":
            return deal.company or deal.contact
        case "parent":
            return deal.parent.deal if deal.parent else None
        case _:
            return deal.fields.get(path)


def _read_nested(turn: Turn, first: str, rest: str) -> JsonValue:
    if first == "company":
        return turn.company.value(rest) if turn.company else None
    if first == "contact":
        return (turn.deal.contact or {}).get(rest)
    key, _, attribute = rest.rpartition(".")
    if first == "task" and attribute == "open":
        return len(turn.deal.open_tasks(key))
    if first == "task" and (task := turn.deal.latest_task(key)):
        if attribute == "unticked":
            rule = turn.definition.task_rule(key)
            return len(rule.checklist) - len(task.checked) if rule else 0
        return {"status": task.status, "outcome": task.outcome}.get(attribute)
    if first == "approval" and (approval := turn.deal.latest_approval(key)):
        return {"status": approval.status}.get(attribute)
    if first == "assignment" and (assignment := turn.deal.latest_assignment(key)):
        return {"status": assignment.status, "option": assignment.option}.get(attribute)
    return None


def numbered(name: int | str) -> int | None:
    """The number that names a task or assignment, or None for a key or title."""
    text = str(name)
    return int(text) if text.isdecimal() and len(text) < 10 else None


def condition_holds(turn: Turn, condition: Condition | None) -> bool:
    """Whether the condition holds for the deal now; no condition always does."""
    return condition is None or holds(condition, lambda path: read(turn, path))


def missing_of(turn: Turn, names: tuple[str, ...]) -> list[str]:
    """Those of the required names that are not filled. Without a company only `company` is asked for."""
    missing = [name for name in names if not is_filled(read(turn, name))]
    return [name for name in missing if not (name.startswith("company.") and "company" in missing)]
