"""`voronka simulate FILE...`: plays scenario files against the pipelines and says what did not hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from settings import Settings
from simulate import report
from simulate.engine import Engine, Setup
from simulate.model import ModelEngine
from simulate.parsing import InvalidScenario
from simulate.playing import load_setup, play_file, scenario_files


class EngineName(StrEnum):
    """What a scenario is played on."""

    MODEL = "model"
    TEMPORAL = "temporal"


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("simulate")(simulate)


def simulate(
    files: Annotated[
        list[Path], typer.Argument(help="Scenario files, or folders of them.", metavar="FILE...")
    ],
    engine: Annotated[
        EngineName, typer.Option(help="The pure core (milliseconds), or real workflows in virtual time.")
    ] = EngineName.MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    pipelines: Annotated[
        Path | None, typer.Option(help="Folder of definitions to test; unset, the product's own.")
    ] = None,
) -> None:
    """Play scenarios in virtual time. Exit status: 0 all held, 1 one did not, 2 a file is not valid."""
    shipped = Settings().pipelines
    try:
        setup = load_setup(pipelines or shipped, shipped)
        found = scenario_files(files)
    except InvalidScenario as invalid:
        outcomes: list[report.Outcome] = [invalid]
    else:
        with _engines(engine) as make:
            outcomes = asyncio.run(_play(found, setup, make, quiet=as_json))
    _tell(outcomes, as_json)
    raise typer.Exit(report.status(outcomes))


@contextmanager
def _engines(name: EngineName) -> Iterator[Callable[[], Engine]]:
    """Makes engines, one for each story; what they share is gone afterwards."""
    if name is EngineName.MODEL:
        yield ModelEngine
        return
    from simulate.temporal import laboratory  # Temporal's SDK takes longer to load than the model to play

    with laboratory() as made:
        yield made.engine


async def _play(
    files: list[Path], setup: Setup, engine: Callable[[], Engine], *, quiet: bool
) -> list[report.Outcome]:
    outcomes = []
    for file in files:
        outcome = await play_file(file, setup, engine)
        outcomes.append(outcome)
        if not quiet:
            typer.echo(report.progress(outcome))
    return outcomes


def _tell(outcomes: list[report.Outcome], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json(outcomes), ensure_ascii=False, indent=2))
        return
    for outcome in outcomes:
        for line in report.details(outcome):
            typer.echo(line)
    if len(outcomes) > 1:
        typer.echo(report.summary(outcomes))
