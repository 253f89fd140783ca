"""What a first start puts into an empty database: the demo organisation, pipelines, everybody's tokens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import typer
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.token import TokenFile
from domain.loading import load_directory
from domain.problems import Problem
from settings import MissingSetting, Settings
from store import tables
from store.definitions import publish
from store.organisation import load_organisation, save_organisation
from store.organisation_file import parse_organisation
from store.session import make_engine
from store.writes import add_token


@dataclass(frozen=True)
class SeedReport:
    """What was done. `problems` are those of the definitions: one with errors is not published."""

    organisation: bool  # whether it was made now
    published: dict[str, str] = field(default_factory=dict)  # pipeline -> hash, only what is new
    tokens: dict[str, str] = field(default_factory=dict, repr=False)  # employee -> token, everybody's
    problems: tuple[Problem, ...] = ()


async def seed(url: str, pipelines_dir: Path, data_dir: Path) -> SeedReport:
    """Fill what is missing; a second call changes nothing. `store.migrate.upgrade` goes before.

    Raises InvalidOrganisation, NoOrganisation (no file and none in the database), OSError.
    """
    engine = make_engine(url, pool_size=1, application="voronka seed")
    try:
        async with engine.begin() as connection:
            made = await _seed_organisation(connection, pipelines_dir / "organisation.yaml")
            organisation, _ = await load_organisation(connection)
            published, problems = await _publish_new(connection, pipelines_dir, set(organisation.role_titles))
            tokens = TokenFile(data_dir).give_all(organisation.employees)
            for employee, token in tokens.items():
                await add_token(connection, token.hash, employee, "demo")
    finally:
        await engine.dispose()
    texts = {employee: token.text for employee, token in tokens.items()}
    return SeedReport(organisation=made, published=published, tokens=texts, problems=problems)


def register(app: typer.Typer) -> None:
    """Adds `voronka seed`."""

    @app.command("seed")
    def command() -> None:
        """Put the demo organisation and the pipelines into the database at DATABASE_URL, where missing."""
        settings = Settings()
        try:
            report = asyncio.run(seed(settings.require_database_url(), settings.pipelines, settings.data))
        except MissingSetting as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        for problem in report.problems:
            typer.echo(str(problem), err=True)
        for pipeline, version in report.published.items():
            typer.echo(f"{pipeline} {version}")


async def _seed_organisation(connection: AsyncConnection, file: Path) -> bool:
    there = await connection.scalar(select(tables.organisation.c.version))
    if there is not None or not file.exists():
        return False
    await save_organisation(connection, parse_organisation(file.read_text("utf-8"), str(file)))
    return True


async def _publish_new(
    connection: AsyncConnection, folder: Path, roles: set[str]
) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Publish what was never published. What was is left alone: a person may have made another version
    current since."""
    loaded = load_directory(folder, roles)
    known = set((await connection.execute(select(tables.definitions.c.hash))).scalars())
    published: dict[str, str] = {}
    for name, pipeline in loaded.pipelines.items():
        if pipeline.content_hash() not in known:
            published[name] = await publish(connection, pipeline, loaded.sources[name])
    return published, loaded.problems
