"""`voronka scenarios`: lists scenarios, and with --coverage what of the definitions none of them touches."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from settings import Settings
from simulate.coverage import Touched, note, untouched
from simulate.model import ModelEngine
from simulate.parsing import InvalidScenario, read_scenario
from simulate.playing import load_setup, play_file, scenario_files


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("scenarios")(scenarios)


def scenarios(
    folder: Annotated[Path, typer.Argument(help="Folder of scenarios.")] = Path("scenarios"),
    coverage: Annotated[bool, typer.Option(help="Say what no scenario touches.")] = False,
) -> None:
    """List scenarios, or report which stages, rules, timers and outcomes no scenario touches (exit status 1)."""
    try:
        files = scenario_files([folder])
        if not coverage:
            for file in files:
                typer.echo(f"{file}: {read_scenario(file).title}")
            return
        missing = asyncio.run(missing_parts(files, Settings().pipelines))
    except InvalidScenario as invalid:
        typer.echo(str(invalid), err=True)
        raise typer.Exit(2) from invalid
    for pipeline, names in missing.items():
        for kind, name in names:
            typer.echo(f"{pipeline}: no scenario touches the {kind} {name}")
    touched = sum(1 for names in missing.values() if not names)
    typer.echo(f"{touched} of {len(missing)} pipelines are touched in every part by {len(files)} scenarios.")
    raise typer.Exit(0 if touched == len(missing) else 1)


async def missing_parts(files: list[Path], pipelines: Path) -> dict[str, list[tuple[str, str]]]:
    """Pipeline -> (kind, name) of what none of the files touches. Raises InvalidScenario."""
    setup = load_setup(pipelines, pipelines)
    touched = {name: Touched() for name in setup.definitions}
    for file in files:
        engine = ModelEngine()
        await play_file(file, setup, lambda engine=engine: engine)  # type: ignore[misc]
        for pipeline, acted in engine.acted.items():
            touched[pipeline].rules |= acted
        for deal in await engine.deals():
            note(touched[(await engine.deal(deal)).pipeline], await engine.events(deal))
    return {name: untouched(setup.definitions[name], seen) for name, seen in touched.items()}
