"""Reads definitions: YAML text to a checked `Pipeline`, or every problem at once. Only here is YAML known.

The YAML is a plain subset, so that nothing means something else than it looks: only `true` and `false` are
yes and no, dates and `12:30` stay text, and there are no anchors, aliases, tags or repeated keys.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.error import Mark
from yaml.reader import ReaderError

from domain.definition import Pipeline
from domain.linting import Names, Surroundings, lint, opened_at_start
from domain.linting.shapes import check_shape
from domain.problems import Node, Place, Problem, ProblemCode, Report, Scalar, syntax_sentence
from domain.problems import Path as NodePath

MAX_BYTES = 1_000_000
MAX_DEPTH = 50
NOT_PIPELINES = frozenset({"organisation.yaml", "organisation.yml", "onec_mapping.yaml"})  # their neighbours
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True)
class Checked:
    """What one text gave: no pipeline if any problem is an error; warnings stand beside a pipeline."""

    pipeline: Pipeline | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Loaded:
    """What a set of files gave. Both mappings go by the pipeline's id; `sources` has the text of each."""

    pipelines: dict[str, Pipeline]
    sources: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep a pipeline from being loaded."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def load_text(text: str, file: str) -> Pipeline | list[Problem]:
    """The pipeline, or everything that is wrong with the text. Never raises. Warnings: see `check_text`."""
    checked = check_text(text, file)
    return checked.pipeline or list(checked.problems)


def check_text(
    text: str, file: str, roles: Collection[str] | None = None, pipelines: Collection[str] | None = None
) -> Checked:
    """As `load_text`, with warnings. `roles` and `pipelines` are the known ones; None: not checked."""
    report = Report(file)
    root = _read(text, report)
    pipeline = None
    if root is not None:
        lint(root, report, Surroundings(roles=roles, pipelines=pipelines))
        pipeline = check_shape(root, report)
    return _checked(pipeline, report.problems())


def load_directory(path: Path, roles: Collection[str] | None = None) -> Loaded:
    """Every definition in the folder and its folders, checked together.

    Takes `*.yaml` and `*.yml`, except an organisation's file and names that start with `.` or `_`.
    """
    return load_files(definition_files(path), roles)


def definition_files(path: Path) -> list[Path]:
    """The files of definitions below a folder, in order; a file is itself."""
    if not path.is_dir():
        return [path]
    found = (
        file
        for file in path.rglob("*")
        if file.suffix in (".yaml", ".yml") and file.name not in NOT_PIPELINES
    )
    return sorted(file for file in found if not any(part[0] in "._" for part in file.relative_to(path).parts))


def load_files(
    files: Iterable[Path], roles: Collection[str] | None = None, known: Collection[str] | None = ()
) -> Loaded:
    """The definitions of the files; each may open the others and those `known` (None: any)."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for file in files:
        text = _read_file(file)
        if isinstance(text, Problem):
            problems.append(text)
        else:
            texts[str(file)] = text
    return _load_texts(texts, problems, roles, known)


def _load_texts(
    texts: dict[str, str],
    problems: list[Problem],
    roles: Collection[str] | None,
    known: Collection[str] | None,
) -> Loaded:
    reports = {file: Report(file) for file in texts}
    roots = {file: _read(text, reports[file]) for file, text in texts.items()}
    owners: dict[str, list[str]] = defaultdict(list)
    for file, root in roots.items():
        if root and (name := root.text("pipeline")):
            owners[name].append(file)
    around = _surroundings([root for root in roots.values() if root], roles, known)
    found = Loaded({}, {}, ())
    for file, root in roots.items():
        report, pipeline = reports[file], None
        if root is not None:
            _check_owner(root, owners, report)
            lint(root, report, around)
            pipeline = check_shape(root, report)
        checked = _checked(pipeline, report.problems())
        problems.extend(checked.problems)
        if checked.pipeline:
            found.pipelines[checked.pipeline.pipeline] = checked.pipeline
            found.sources[checked.pipeline.pipeline] = texts[file]
    return Loaded(found.pipelines, found.sources, tuple(problems))


def _surroundings(
    roots: list[Node], roles: Collection[str] | None, known: Collection[str] | None
) -> Surroundings:
    opens = {
        name: [opened for opened, _ in opened_at_start(Names(root))]
        for root in roots
        if (name := root.text("pipeline"))
    }
    return Surroundings(roles=roles, pipelines=None if known is None else {*opens, *known}, opens=opens)


def _check_owner(root: Node, owners: dict[str, list[str]], report: Report) -> None:
    name = root.text("pipeline")
    others = [file for file in owners.get(name or "", ()) if file != report.file]
    node = root.get("pipeline")
    if node and others:
        message = (
            f"The pipeline `{name}` also stands in {', '.join(others)}. Give each pipeline an id of its own."
        )
        report.error(node, "duplicate_pipeline", message)


def _checked(pipeline: Pipeline | None, problems: list[Problem]) -> Checked:
    wrong = any(problem.severity == "error" for problem in problems)
    return Checked(None if wrong else pipeline, tuple(problems))


def _read_file(file: Path) -> str | Problem:
    """The file's text; OSError where it cannot be read at all."""
    data = file.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        column = wrong.start - (data.rfind(b"\n", 0, wrong.start) + 1) + 1
        message = "The file is not UTF-8 text. Save it as UTF-8."
        return Problem(file=str(file), line=line, column=column, code="not_utf8", path="", message=message)


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


def _read(text: str, report: Report) -> Node | None:
    """The file as nodes, or None with the reason in the report."""
    start = Place(1, 1)
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        message = f"The file is larger than {MAX_BYTES // 1000} KB; a pipeline is far smaller. Split it."
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
