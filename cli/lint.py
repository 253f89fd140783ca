"""`voronka lint [PATHS]`: checks pipeline definitions and says, by file and line, what to put right."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from domain.folders import definition_files, templates_of
from domain.loading import load_files
from settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("lint")(lint)


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Definition files or folders of them; else the product's own."),
    ] = None,
) -> None:
    """Check pipeline definitions: prints file:line:column: code: message, exits with 1 on an error."""
    shipped = Settings().pipelines
    files = [file for path in paths or [shipped] for file in _files(path)]
    if not files:
        typer.echo("No pipeline definitions (*.yaml) found.", err=True)
        raise typer.Exit(1)
    # A single file may open the pipelines it is going to stand beside.
    known = load_files(definition_files(shipped), known=None).pipelines if shipped.is_dir() else {}
    loaded = load_files(dict.fromkeys(files), known=known, templates=templates_of(shipped))
    for problem in loaded.problems:
        typer.echo(str(problem))
    if loaded.errors:
        raise typer.Exit(1)
    typer.echo(f"{len(loaded.pipelines)} checked, no errors.", err=True)


def _files(path: Path) -> list[Path]:
    if not path.exists():
        typer.echo(f"{path}: there is no such file or folder.", err=True)
        raise typer.Exit(1)
    return definition_files(path)
