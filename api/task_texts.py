"""What a task says of itself besides its title: the description, and the checklist as it is ticked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from domain.base import Text
from domain.definition import TaskRule


@dataclass(frozen=True)
class ChecklistItem:
    """One item, counted from 1. `needs`: what it asks for before it is ticked."""

    item: int
    text: Text
    done: bool
    needs: list[str]


def description_of(own: str | None, rule: TaskRule | None) -> Text | None:
    """A person's own words stand for both languages; else those of the definition, if it has any."""
    if own is not None:
        return Text.same(own)
    return rule.description if rule else None


def checklist_of(checked: Collection[int], rule: TaskRule | None) -> list[ChecklistItem]:
    """The items of the definition; `checked` holds the ticked ones, counted from 0."""
    items = rule.checklist if rule else ()
    return [
        ChecklistItem(item=number + 1, text=item.text, done=number in checked, needs=list(item.needs))
        for number, item in enumerate(items)
    ]
