"""What can be wrong with a definition, and where: nodes that know their place, and the report of problems.

Owns no rule of the language. `domain.loading` makes the nodes, `domain.linting` judges them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.base import Lasting

Severity = Literal["error", "warning"]
ProblemCode = Literal[
    # the file
    "too_large",
    "not_utf8",
    "bad_character",
    "yaml_syntax",
    "empty_file",
    "too_deep",
    "alias",
    "tag",
    "duplicate_key",
    # the shape
    "unknown_key",
    "missing_key",
    "wrong_type",
    "wrong_value",
    "bad_duration",
    "bad_name",
    "empty_text",
    "misplaced_key",
    "missing_options",
    # names that must exist
    "unknown_stage",
    "unknown_field",
    "wrong_field_type",
    "unknown_role",
    "bad_recipient",
    "unknown_task",
    "unknown_outcome",
    "unknown_assignment",
    "unknown_approval",
    "unknown_option",
    "unknown_call",
    "unknown_event",
    "unknown_pipeline",
    "unknown_message",
    "unknown_document",
    "unknown_template",
    "unknown_placeholder",
    "duplicate_pipeline",
    "conflicting_id",
    # conditions
    "bad_condition",
    "unknown_path",
    # how the deal flows
    "stage_order",
    "no_won_stage",
    "no_lost_stage",
    "one_action",
    "impossible_move",
    "move_loop",
    "open_loop",
    "reason_needed",
    "unknown_reason",
    "unused_field",
]

MOST_PROBLEMS = 1000
MOST_NAMES = 500  # nearness is measured name by name: enough for any pipeline, cheap for a hostile file

Scalar: TypeAlias = str | int | float | bool | None
Path: TypeAlias = tuple[str | int, ...]


class Problem(Lasting):
    """One thing to put right. `line` and `column` count from 1; `path` is such as `stages.new.exit.0`."""

    file: str
    line: int
    column: int
    code: ProblemCode
    path: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """One line as compilers write it, which editors can follow."""
        mark = "" if self.severity == "error" else "warning: "
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Place:
    """A position in the file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value with its place. Its readers give nothing for a value of another kind, never fail."""

    path: Path
    place: Place
    key_place: Place
    value: Scalar | dict[str, Node] | list[Node]

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def items(self) -> list[tuple[str, Node]]:
        """Keys and values of a mapping."""
        return list(self.value.items()) if isinstance(self.value, dict) else []

    def entries(self, key: str) -> list[tuple[str, Node]]:
        """Keys and values of the mapping under `key`."""
        found = self.get(key)
        return found.items() if found else []

    def elements(self, key: str) -> list[Node]:
        """The elements of the list under `key`."""
        found = self.get(key)
        return list(found.value) if found and isinstance(found.value, list) else []

    def texts(self, key: str) -> list[tuple[str, Node]]:
        """The text, or the texts of the list, under `key`."""
        found = self.get(key)
        if found is None:
            return []
        parts = found.value if isinstance(found.value, list) else [found]
        return [(part.value, part) for part in parts if isinstance(part.value, str)]

    def text(self, key: str) -> str | None:
        """The text under `key`, or None where there is none."""
        found = self.get(key)
        return found.value if found and isinstance(found.value, str) else None

    def data(self) -> object:
        """The plain value, without places."""
        if isinstance(self.value, dict):
            return {key: node.data() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.data() for node in self.value]
        return self.value

    def nearest(self, path: Path) -> Node:
        """The node at `path` below this one, or its nearest parent that stands in the file."""
        here = self
        for part in path:
            below = _child(here, part)
            if below is None:
                return here
            here = below
        return here


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(part))
    if isinstance(node.value, list) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None


class Report:
    """Collects the problems of one file; nobody reads more than the first thousand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._problems: dict[tuple[int, int, str], Problem] = {}

    def add(
        self, place: Place, path: Path, code: ProblemCode, message: str, severity: Severity = "error"
    ) -> None:
        """Notes a problem, once per place and code."""
        problem = Problem(
            file=self.file,
            line=place.line,
            column=place.column,
            code=code,
            path=dotted(path),
            message=message,
            severity=severity,
        )
        self._problems.setdefault((place.line, place.column, code), problem)

    def error(self, node: Node, code: ProblemCode, message: str) -> None:
        """Notes an error at the node's value."""
        self.add(node.place, node.path, code, message)

    def key_error(self, node: Node, code: ProblemCode, message: str) -> None:
        """Notes an error at the node's key."""
        self.add(node.key_place, node.path, code, message)

    def warning(self, node: Node, code: ProblemCode, message: str) -> None:
        """Notes a warning at the node's key: the definition still loads."""
        self.add(node.key_place, node.path, code, message, "warning")

    def touches(self, path: Path) -> bool:
        """Whether something is already noted at `path` or below it."""
        prefix = dotted(path)
        return any(p.path == prefix or p.path.startswith(prefix + ".") for p in self._problems.values())

    def problems(self) -> list[Problem]:
        """Everything noted, from the top of the file to its end."""
        found = sorted(
            self._problems.values(), key=lambda problem: (problem.line, problem.column, problem.code)
        )
        return found[:MOST_PROBLEMS]


def dotted(path: Path) -> str:
    """The path as people read it."""
    return ".".join(str(part) for part in path)


def suggest(name: str, known: Iterable[str]) -> str:
    """A sentence that helps with a wrong name: the nearest known one, or the known ones if they are few."""
    names = list(dict.fromkeys(known))[:MOST_NAMES]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean `{near[0]}`?"
    if not names:
        return "There are none here."
    shown = ", ".join(f"`{known_name}`" for known_name in names[:12])
    return f"Known here: {shown}{', …' if len(names) > 12 else ''}."


_SYNTAX = {
    "cannot start any token": "Indent with spaces, not tabs, and put texts with special signs in quotes.",
    "mapping values are not allowed": "A text with `: ` in it needs quotes; or the indentation is wrong.",
    "expected <block end>": "Look at the indentation: keys of one block start in the same column.",
    "could not find expected ':'": "A key needs a colon and a space after it.",
    "found unexpected end of stream": "A quote or a bracket that was opened is not closed.",
    "expected ',' or": "A bracket is not closed, or a comma is missing; texts with `,` or `:` need quotes.",
    "expected a single document": "Keep one pipeline per file, without `---` between.",
}


def syntax_sentence(context: str | None, problem: str | None) -> str:
    """What a YAML parser said, with what to do about it."""
    said = " ".join(part for part in (context, problem) if part)
    hint = next(
        (hint for part, hint in _SYNTAX.items() if part in said), "Look at this line and the one above."
    )
    return f"This is not valid YAML ({said}). {hint}"
