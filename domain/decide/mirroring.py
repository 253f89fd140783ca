"""Tasks that have a double in 1C: made with the task, closed with it, and what 1C says of it."""

from __future__ import annotations

from typing import Any

from pydantic import JsonValue

from domain.deal import Deal, Effect, Task
from domain.decide.notices import task_title
from domain.decide.turn import Turn
from domain.events import EffectPlanned, TaskMirrored

ONEC_TASK = "onec_task"
_CLOSING = {"finished": "complete", "cancelled": "cancel"}


def follow(turn: Turn) -> None:
    """Plans what 1C has to hear: a new task to mirror, and the end of one that is mirrored."""
    for task in list(turn.deal.tasks.values()):
        rule = turn.definition.task_rule(task.key) if task.title is None else None
        if rule is None or rule.mirror is None:
            continue
        known = turn.deal.mirrored.get(task.number)
        if known is None and task.status == "open":
            _plan(turn, task, "mirror", _wish(turn, task))
            turn.by_itself(TaskMirrored(task=task.number))
        elif known and not known.closed and task.status != "open":
            detail: dict[str, JsonValue] = {"result": task.conclusion} if task.conclusion else {}
            _plan(turn, task, _CLOSING[task.status], detail)
            turn.by_itself(TaskMirrored(task=task.number, closed=True))


def _wish(turn: Turn, task: Task) -> dict[str, JsonValue]:
    rule = turn.definition.task_rule(task.key)
    described = task.description or (rule.description.ru if rule and rule.description else "")
    return {
        "title": f"{task_title(task, rule).ru}: {turn.deal.title}",
        "description": described,
        "deadline": task.deadline.isoformat() if task.deadline else None,
        "deal": turn.deal_id,
        "assignee": task.assignee,
    }


def _plan(turn: Turn, task: Task, operation: str, detail: dict[str, JsonValue]) -> None:
    turn.by_itself(
        EffectPlanned(
            key=f"{turn.deal_id}/{turn.deal.seq + 1}/1",
            kind=ONEC_TASK,
            name=f"{operation}.{task.number}",
            detail={"operation": operation, "key": f"{turn.deal_id}.{task.number}", **detail},
        )
    )


def done(turn: Turn, effect: Effect, result: dict[str, Any]) -> None:
    """Keeps the state that 1C answered with."""
    _, _, number = effect.name.rpartition(".")
    if number.isdecimal() and int(number) in turn.deal.mirrored:
        told(turn, int(number), result.get("status"), result.get("number"))


def told(turn: Turn, task: int, state: object, number: object = None) -> None:
    """Keeps what 1C says of the task's double, where that is news."""
    said = {"state": state, "number": number}
    words = {name: value for name, value in said.items() if isinstance(value, str) and 0 < len(value) <= 100}
    known = turn.deal.mirrored[task]
    if any(getattr(known, name) != value for name, value in words.items()):
        turn.by_itself(TaskMirrored.model_validate({"task": task, **words}))


def closed_there(turn: Turn, task: int) -> None:
    """1C itself has closed the double: it needs to hear nothing more."""
    if task in turn.deal.mirrored:
        turn.by_itself(TaskMirrored(task=task, state="done", closed=True))


def named(deal: Deal, name: object) -> int | None:
    """The mirrored task that is meant: by its public id `DEAL.NUMBER`, its number alone, or its key."""
    _, _, number = str(name).rpartition(".")
    if number.isdecimal() and len(number) < 10:
        return int(number) if int(number) in deal.mirrored else None
    task = deal.latest_task(str(name))
    return task.number if task and task.number in deal.mirrored else None
