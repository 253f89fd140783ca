"""Reads YAML, for definitions and for scenarios alike: text to nodes that know their places. Only here is YAML known.

It is a plain subset, so that nothing means something else than it looks: only `true` and `false` are yes and no,
dates and `12:30` stay text, and there are no anchors, aliases, tags or repeated keys.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.error import Mark
from yaml.reader import ReaderError

from domain.problems import Node, Place, ProblemCode, Report, Scalar, syntax_sentence
from domain.problems import Path as NodePath

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Refused(Exception):
    """YAML that this language does without."""

    def __init__(self, mark: Mark, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.mark, self.code = mark, code


class _Composer(yaml.SafeLoader):
    """PyYAML's node graph, kept from growing out of hand while it is read. Only `get_single_node` is used."""

    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: Any, index: int) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise _Refused(
                event.start_mark, "alias", "Anchors and aliases (`&x`, `*x`) are not read. Write it out."
            )
        if getattr(event, "tag", None):
            raise _Refused(
                event.start_mark, "tag", "Tags (`!x`) are not read. Leave it out; put texts in quotes."
            )
        if self.depth >= MAX_DEPTH:
            message = f"This is nested more than {MAX_DEPTH} levels deep. Write it flatter."
            raise _Refused(event.start_mark, "too_deep", message)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def read_yaml(text: str, report: Report) -> Node | None:
    """The file as nodes, or None with the reason in the report."""
    start = Place(1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1000} KB; such files are far smaller. Split it."
        report.add(start, (), "too_large", message)
        return None
    graph = _compose(text, report)
    if graph is None:
        if not report.problems():
            report.add(start, (), "empty_file", "The file is empty. Start with `pipeline:` and `title:`.")
        return None
    return _node(graph, (), start, report)


def _compose(text: str, report: Report) -> yaml.Node | None:
    composer = None
    try:
        composer = _Composer(text)
        return composer.get_single_node()
    except _Refused as refused:
        report.add(_place(refused.mark), (), refused.code, str(refused))
    except ReaderError as wrong:
        line, position = text.count("\n", 0, wrong.position) + 1, wrong.position
        place = Place(line, position - (text.rfind("\n", 0, position) + 1) + 1)
        report.add(place, (), "bad_character", "An invisible control character stands here. Delete it.")
    except yaml.MarkedYAMLError as wrong:
        place = _place(wrong.problem_mark or wrong.context_mark)
        report.add(place, (), "yaml_syntax", syntax_sentence(wrong.context, wrong.problem))
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets these out for escapes such as "\UFFFFFFFF".
        place = _place(composer.get_mark() if composer else None)
        report.add(place, (), "yaml_syntax", "This is not valid YAML: an escape names no character.")
    return None


def _place(mark: Mark | None) -> Place:
    return Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)


def _node(graph: yaml.Node, path: NodePath, key: Place, report: Report) -> Node:
    """The node and all below it. A block stands where its key stands: that is where people look for it."""
    if isinstance(graph, yaml.MappingNode):
        return Node(path, key, key, _mapping(graph, path, report))
    if isinstance(graph, yaml.SequenceNode):
        parts = enumerate(graph.value)
        return Node(
            path, key, key, [_node(part, (*path, n), _place(part.start_mark), report) for n, part in parts]
        )
    assert isinstance(graph, yaml.ScalarNode)  # nothing else is left: aliases are refused
    place = _place(graph.start_mark)
    if _FORBIDDEN.search(graph.value):
        report.add(
            place, path, "bad_character", "This text has an invisible control character in it. Delete it."
        )
    return Node(path, place, key, _scalar(graph))


def _mapping(graph: yaml.MappingNode, path: NodePath, report: Report) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key_graph, value_graph in graph.value:
        place = _place(key_graph.start_mark)
        if not isinstance(key_graph, yaml.ScalarNode) or _FORBIDDEN.search(key_graph.value):
            report.add(
                place, path, "wrong_type", "A key is a plain word here. Look at brackets and indentation."
            )
            continue
        name = key_graph.value
        node = _node(value_graph, (*path, name), place, report)
        if name in found:
            line = found[name].key_place.line
            message = (
                f"`{name}` stands here again, first in line {line}. Only one can count: delete or join them."
            )
            report.key_error(node, "duplicate_key", message)
        else:
            found[name] = node
    return found


def _scalar(graph: yaml.ScalarNode) -> Scalar:
    text: str = graph.value
    if graph.style is not None:  # quoted, or a block of text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text
