"""Telling people: one `notified` event a person."""

from __future__ import annotations

from collections.abc import Iterable

from domain.base import Text
from domain.deal import Task
from domain.decide.turn import Turn
from domain.definition import NoticeKind, TaskRule
from domain.events import Notified


def tell(turn: Turn, people: Iterable[str], kind: NoticeKind, text: Text, task: int | None = None) -> None:
    """Notifies each of `people` once; `{deal}` in the text is the deal's title."""
    filled = text.fill(deal=turn.deal.title)
    for person in people:
        turn.by_itself(Notified(to=person, kind=kind, text=filled, task=task))


def task_title(task: Task, rule: TaskRule | None) -> Text:
    """The task's title in both languages, whether it came from a rule or from a person."""
    if task.title is not None or rule is None:
        return Text.same(task.title or task.key)
    return rule.title


def about_task(ru: str, en: str, task: Task, rule: TaskRule | None) -> Text:
    """A sentence about a task; `{task}` is its title."""
    title = task_title(task, rule)
    return Text(ru=ru.replace("{task}", title.ru), en=en.replace("{task}", title.en))
