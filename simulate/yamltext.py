"""YAML with the line of every value, by the readings of definitions (`domain.loading_yaml`)."""

from __future__ import annotations

from typing import Any

from domain.loading_yaml import read_yaml as read_nodes
from domain.problems import Node, Path, Report


class YamlProblem(Exception):
    """The text cannot be read; `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


def read_yaml(text: str) -> tuple[Any, dict[Path, int]]:
    """The value, and the line (from 1) of every value and key in it by path; raises YamlProblem for the first fault."""
    report = Report("")
    node = read_nodes(text, report)
    for problem in report.problems():
        if problem.code != "empty_file":  # nothing at all is a value too: the scenario says what it lacks
            raise YamlProblem(problem.line, problem.message)
    lines: dict[Path, int] = {}
    if node is None:
        return None, lines
    _note_lines(node, lines)
    return node.data(), lines


def _note_lines(node: Node, lines: dict[Path, int]) -> None:
    lines[node.path] = node.key_place.line
    for _, part in node.items():
        _note_lines(part, lines)
    for part in node.value if isinstance(node.value, list) else ():
        _note_lines(part, lines)
