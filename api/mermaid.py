"""A pipeline as a picture: a Mermaid state diagram of its stages and of the moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from domain.base import Language
from domain.definition import Pipeline, Rules, Stage


def diagram(definition: Pipeline, language: Language) -> str:
    """Mermaid text (`stateDiagram-v2`); what stands on an arrow is what makes the move by itself."""
    lines = ["stateDiagram-v2"]
    for name, stage in definition.stages.items():
        lines.append(f'    state "{_plain(stage.title.in_language(language))}" as {name}')
    lines.append(f"    [*] --> {definition.first_stage}")
    lines.extend(f"    {start} --> {end}" for start, end in _ways_forward(definition))
    for start, stage in definition.stages.items():
        lines.extend(f"    {start} --> {end}: {label}" for end, label in _own_moves(stage))
    for name, stage in definition.stages.items():
        if stage.kind != "open":
            lines.append(f"    {name} --> [*]: {stage.kind}")
    return "\n".join(lines) + "\n"


def _ways_forward(definition: Pipeline) -> Iterator[tuple[str, str]]:
    """Each stage and the next; lost stages can be reached from anywhere and get no lines."""
    ahead = [name for name, stage in definition.stages.items() if stage.kind != "lost"]
    return pairwise(ahead)


def _own_moves(stage: Stage) -> Iterator[tuple[str, str]]:
    """Targets of the stage's own moves, with what makes them."""
    for target in _targets(stage.rules):
        yield target, "auto"
    for handlers in (stage.when_task, stage.when_assignment):
        for key, outcomes in handlers.items():
            for outcome, rules in outcomes.items():
                for target in _targets(rules):
                    yield target, f"{key} {outcome}"


def _targets(rules: Rules) -> Iterator[str]:
    return (rule.move.to for rule in rules if rule.move)


def _plain(text: str) -> str:
    return text.replace('"', "'")
