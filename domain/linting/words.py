"""Names and texts: how ids are spelled, and that no text is blank."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.linting.context import NAME, Lint
from domain.problems import Node, Path

_PIPELINE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
# Words that conditions, `set` and recipients already give a meaning to.
_TAKEN = frozenset(
    "amount responsible source title company contact client parent stage task assignment approval all any not".split()  # noqa: SIM905 - a list of words
)
_OUTCOMES = frozenset({"finished", "no_outcome"})
_SPELLING = "Use small Latin letters, digits and `_`, starting with a letter, at most 64 of them."


def check_words(check: Lint) -> None:
    """Names are well spelled and not taken, no text is blank, no key stands without its value."""
    pipeline = check.root.get("pipeline")
    if pipeline and isinstance(pipeline.value, str) and not _PIPELINE.fullmatch(pipeline.value):
        message = f"`{pipeline.value}` cannot name a pipeline. Use small Latin letters, digits, `_` and dots."
        check.report.error(pipeline, "bad_name", message)
    for name, node in _keys(check):
        _check_name(check, name, node, at_key=True)
    for field in check.names.fields.values():
        for name, node in field.entries("options"):
            _check_name(check, name.lower(), node, at_key=True)  # «A», «B», «C» are fine choices
    for node in _ids(check):
        if isinstance(node.value, str):
            _check_name(check, node.value, node, at_key=False)
    for name, node in check.names.fields.items():
        _check_taken(check, name, node, _TAKEN, "a field")
    for name, node in _outcomes(check):
        _check_taken(check, name, node, _OUTCOMES, "an outcome")
    _check_texts(check, check.root)
    _check_empty(check, check.root)


def _check_name(check: Lint, name: str, node: Node, at_key: bool) -> None:
    if NAME.fullmatch(name):
        return
    place = node.key_place if at_key else node.place
    check.report.add(place, node.path, "bad_name", f"`{name}` cannot be a name. {_SPELLING}")


def _check_taken(check: Lint, name: str, node: Node, taken: frozenset[str], what: str) -> None:
    if name in taken:
        message = f"`{name}` already has a meaning in the language. Give {what} another name."
        check.report.key_error(node, "bad_name", message)


def _keys(check: Lint) -> Iterator[tuple[str, Node]]:
    names = check.names
    yield from names.fields.items()
    yield from names.stages.items()
    for part in ("requests", "processes", "messages", "documents"):
        yield from check.root.entries(part)
    for stage in names.stages.values():
        yield from stage.entries("messages")
        yield from stage.entries("reasons")
    for made in names.assignments.values():
        for node in made:
            yield from node.entries("options")
    yield from _outcomes(check)


def _outcomes(check: Lint) -> Iterator[tuple[str, Node]]:
    for made in check.names.tasks.values():
        for node in made:
            yield from node.entries("outcomes")
            yield from ((name, part) for name, part in node.texts("outcomes"))


def _ids(check: Lint) -> Iterator[Node]:
    for rule in check.names.rules:
        for action in ("task", "assign", "open", "approve"):
            made = rule.node.get(action)
            found = made.get("id") if made else None
            if found:
                yield found
    for approvals in check.names.approvals.values():
        steps = [step for node in approvals for step in node.elements("steps")]
        yield from (node for step in steps if (node := step.get("id")))
    for stage in check.names.stages.values():
        gates = [gate for key in ("gates", "enter_when") for gate in stage.elements(key)]
        yield from (node for gate in gates if (node := gate.get("id")))
    for tasks in check.names.tasks.values():
        conditions = [gate for task in tasks for gate in task.elements("finish_when")]
        yield from (node for gate in conditions if (node := gate.get("id")))


def _check_texts(check: Lint, node: Node) -> None:
    if isinstance(node.value, list):
        for part in node.value:
            _check_texts(check, part)
        return
    bilingual = {key for key, _ in node.items()} == {"ru", "en"}
    for key, part in node.items():
        if bilingual and isinstance(part.value, str) and not part.value.strip():
            check.report.error(part, "empty_text", f"The text `{key}` is blank. Write it, in both languages.")
        _check_texts(check, part)


def _check_empty(check: Lint, node: Node) -> None:
    """A key without a value: taken as absent, `after:` would mean «at once» and `when:` «always»."""
    if _is_rules_own(node.path, "when"):
        return
    if node.value is None and node.path:
        name = node.path[-1]
        what = f"`{name}` has" if isinstance(name, str) else "This element has"
        check.report.error(node, "wrong_type", f"{what} no value. Give it one, or delete it.")
    elif not _is_rules_own(node.path, "set"):
        for part in node.value if isinstance(node.value, list) else [part for _, part in node.items()]:
            _check_empty(check, part)


def _is_rules_own(path: Path, key: str) -> bool:
    """In `set` null empties a field; conditions have sentences of their own. Fields may be called so too."""
    return len(path) > 1 and isinstance(path[-2], int) and path[-1] == key
