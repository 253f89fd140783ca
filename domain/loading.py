"""Reads definitions: YAML text to a checked `Pipeline`, or every problem at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from domain.definition import Pipeline
from domain.folders import definition_files, templates_of
from domain.linting import Names, Surroundings, lint, opened_at_start
from domain.linting.shapes import check_shape
from domain.loading_yaml import read_yaml
from domain.problems import Node, Problem, Report


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
    text: str,
    file: str,
    roles: Collection[str] | None = None,
    pipelines: Collection[str] | None = None,
    templates: Collection[str] | None = None,
) -> Checked:
    """As `load_text`, with warnings. `roles`, `pipelines` and `templates` are the known ones; None: not checked."""
    report = Report(file)
    root = read_yaml(text, report)
    pipeline = None
    if root is not None:
        lint(root, report, Surroundings(roles=roles, pipelines=pipelines, templates=templates))
        pipeline = check_shape(root, report)
    return _checked(pipeline, report.problems())


def load_directory(path: Path, roles: Collection[str] | None = None) -> Loaded:
    """Every definition in the folder and its folders, checked together.

    Takes `*.yaml` and `*.yml`, except an organisation's file and names that start with `.` or `_`.
    """
    return load_files(definition_files(path), roles, templates=templates_of(path))


def load_files(
    files: Iterable[Path],
    roles: Collection[str] | None = None,
    known: Collection[str] | None = (),
    templates: Collection[str] | None = None,
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
    return _load_texts(texts, problems, Surroundings(roles=roles, pipelines=known, templates=templates))


def _load_texts(
    texts: dict[str, str],
    problems: list[Problem],
    given: Surroundings,
) -> Loaded:
    reports = {file: Report(file) for file in texts}
    roots = {file: read_yaml(text, reports[file]) for file, text in texts.items()}
    owners: dict[str, list[str]] = defaultdict(list)
    for file, root in roots.items():
        if root and (name := root.text("pipeline")):
            owners[name].append(file)
    around = _surroundings([root for root in roots.values() if root], given)
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


def _surroundings(roots: list[Node], given: Surroundings) -> Surroundings:
    """What was known before, and the files themselves."""
    opens = {
        name: [opened for opened, _ in opened_at_start(Names(root))]
        for root in roots
        if (name := root.text("pipeline"))
    }
    known = None if given.pipelines is None else {*opens, *given.pipelines}
    return replace(given, pipelines=known, opens=opens)


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
