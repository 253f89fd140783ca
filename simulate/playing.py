"""Plays files: finds them, reads them, plays each on an engine of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from domain.loading import load_directory
from simulate.engine import Engine, Setup
from simulate.parsing import InvalidScenario, Problem, read_scenario
from simulate.report import Outcome
from simulate.runner import play
from store.organisation_file import InvalidOrganisation, parse_organisation

ORGANISATION = "organisation.yaml"


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and every `*.yaml` and `*.yml` of folders; InvalidScenario for an empty one."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml"))
        if not inside:
            raise InvalidScenario(str(path), [Problem(1, "this folder has no scenario (*.yaml) in it")])
        found.extend(inside)
    return found


def load_setup(folder: Path, shipped: Path) -> Setup:
    """The folder's pipelines with its organisation, or the shipped folder's where it has none.

    Raises InvalidScenario with every problem of the files.
    """
    if not folder.is_dir():
        raise InvalidScenario(str(folder), [Problem(1, "there is no such folder of pipelines")])
    own = folder / ORGANISATION
    file = own if own.exists() else shipped / ORGANISATION
    try:
        organisation = parse_organisation(file.read_text(encoding="utf-8"), str(file))
    except InvalidOrganisation as invalid:
        raise InvalidScenario(str(file), [Problem(1, reason) for reason in invalid.problems]) from invalid
    except OSError as error:
        raise InvalidScenario(str(file), [Problem(1, f"cannot be read: {error}")]) from error
    loaded = load_directory(folder, organisation.role_titles)
    if loaded.errors:
        reasons = [Problem(problem.line, str(problem)) for problem in loaded.errors]
        raise InvalidScenario(str(folder), reasons)
    return Setup(loaded.pipelines, organisation)


async def play_file(file: Path, setup: Setup, engine: Callable[[], Engine]) -> Outcome:
    """How the file's scenario went, or why it is none."""
    try:
        return await play(read_scenario(file), str(file), setup, engine())
    except InvalidScenario as invalid:
        return invalid
