"""What scenarios touch of the definitions, and what no scenario touches: stages, rules, timers, outcomes, documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import get_args

from domain import events as ev
from domain.deal import ApprovalEnd
from domain.definition import Pipeline, Rules
from domain.events import Recorded


@dataclass
class Touched:
    """What was seen of one pipeline: stages entered, `rule path`s that acted, `task.outcome`s, and so on."""

    stages: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    outcomes: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)


def parts(definition: Pipeline) -> Iterator[tuple[str, str]]:
    """(kind, name) of everything that scenarios should touch."""
    for stage in definition.stages:
        yield "stage", stage
    for path, rules in definition.rule_sets():
        for index, rule in enumerate(rules):
            yield ("timer" if rule.delayed else "rule"), f"{path}.{index}"
    for document in definition.documents:
        yield "document", document
    for task, outcomes in _outcomes(rules for _, rules in definition.rule_sets()):
        for outcome in outcomes:
            yield "outcome", f"{task}.{outcome}"


def _outcomes(lists: Iterable[Rules]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for rules in lists:
        for rule in rules:
            if rule.task:
                yield rule.task.id, tuple(rule.task.outcomes) or ("finished",)
            elif rule.assign:
                yield rule.assign.id, tuple(rule.assign.options)
            elif rule.approve:
                yield rule.approve.id, get_args(ApprovalEnd)


def untouched(definition: Pipeline, touched: Touched) -> list[tuple[str, str]]:
    """(kind, name) of what no scenario reached, in the order of the definition, each once."""
    seen = {
        "stage": touched.stages,
        "rule": touched.rules,
        "timer": touched.rules,
        "outcome": touched.outcomes,
        "document": touched.documents,
    }
    return list(dict.fromkeys(part for part in parts(definition) if part[1] not in seen[part[0]]))


def note(touched: Touched, record: Iterable[Recorded]) -> None:
    """Adds what a deal's record shows."""
    keys: dict[int | str, str] = {}
    for recorded in record:
        match recorded.event:
            case ev.Opened(stage=stage) | ev.Moved(stage=stage) | ev.Reopened(stage=stage):
                touched.stages.add(stage)
            case ev.TaskCreated(task=number, key=key) | ev.AssignmentCreated(assignment=number, key=key):
                keys[number] = key
            case ev.TaskFinished(task=number, outcome=outcome):
                touched.outcomes.add(f"{keys.get(number)}.{outcome or 'finished'}")
            case ev.ApprovalPlanned(key=key, name=name):
                keys[key] = name
            case ev.ApprovalEnded(result=ended):
                touched.outcomes.add(f"{keys.get(ended.key)}.{ended.status}")
            case ev.EffectPlanned(kind="document", name=name):
                touched.documents.add(name)
            case ev.AssignmentAnswered(assignment=number, option=option):
                touched.outcomes.add(f"{keys.get(number)}.{option}")
