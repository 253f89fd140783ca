"""Names for what events mention by ids: stages, fields, tasks, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.agenda_words import call_title
from domain.base import Text
from domain.deal import Deal
from domain.decide.notices import task_title
from domain.definition import Pipeline
from domain.facts import Employee


@dataclass(frozen=True)
class Teller:
    """The deal as it is now, its definition, and the employees by id; what none of them knows keeps its id."""

    deal: Deal
    definition: Pipeline
    employees: Mapping[str, Employee]

    def person(self, id: str) -> str:
        """A person's name."""
        found = self.employees.get(id)
        return found.name if found else id

    def people(self, ids: Iterable[str]) -> str:
        """Names, separated by commas."""
        return ", ".join(map(self.person, ids))

    def stage(self, id: str) -> Text:
        """A stage's title."""
        found = self.definition.stages.get(id)
        return found.title if found else Text.same(id)

    def fields(self, names: Iterable[str]) -> Text:
        """Titles of fields, separated by commas."""
        specs = self.definition.fields
        titles = [specs[name].title if name in specs else Text.same(name) for name in names]
        return Text(ru=", ".join(one.ru for one in titles), en=", ".join(one.en for one in titles))

    def task(self, number: int, key: str = "") -> Text:
        """A task's title; `key` names the rule of one that is gone, with the move that was undone."""
        task, rule = self.deal.tasks.get(number), self.definition.task_rule(key)
        if task:
            return task_title(task, self.definition.task_rule(task.key))
        return rule.title if rule else Text.same(f"№ {number}")

    def outcome(self, number: int, outcome: str | None) -> Text | None:
        """The title of a task's outcome; None where it ended without one."""
        task = self.deal.tasks.get(number)
        rule = self.definition.task_rule(task.key) if task else None
        if outcome is None:
            return None
        title = rule.outcomes[outcome].title if rule and outcome in rule.outcomes else None
        return title or Text.same(outcome)

    def question(self, number: int, key: str = "") -> Text:
        """An assignment's title; `key` as of a task."""
        asked = self.deal.assignments.get(number)
        rule = self.definition.assignment_rule(asked.key if asked else key)
        return rule.title if rule else Text.same(asked.key if asked else f"№ {number}")

    def option(self, number: int, option: str) -> Text:
        """The title of an answer to an assignment."""
        asked = self.deal.assignments.get(number)
        rule = self.definition.assignment_rule(asked.key) if asked else None
        return rule.options[option].title if rule and option in rule.options else Text.same(option)

    def call(self, number: int, key: str = "") -> Text:
        """A call's title; `key` as of a task."""
        call = self.deal.calls.get(number)
        known = call.key if call else key
        return call_title(self.definition, known) if known else Text.same(f"№ {number}")

    def reason(self, stage: str, reason: str) -> Text:
        """The title of a reason for losing a deal."""
        found = self.definition.stages.get(stage)
        return found.reasons[reason] if found and reason in found.reasons else Text.same(reason)


def joined(*parts: Text | None, by: str = " ") -> Text:
    """Texts in a row, those that are None left out."""
    given = [part for part in parts if part is not None]
    return Text(ru=by.join(part.ru for part in given), en=by.join(part.en for part in given))
