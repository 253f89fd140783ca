"""`voronka migrate`: brings the database at DATABASE_URL to the newest schema."""

from __future__ import annotations

import asyncio

import typer

from settings import MissingSetting, Settings
from store.migrate import current_revision, upgrade


def register(app: typer.Typer) -> None:
    """Adds `voronka migrate`."""

    @app.command("migrate")
    def command() -> None:
        """Bring the database at DATABASE_URL to the newest schema; safe at any time, by several at once."""
        try:
            url = Settings().require_database_url()
        except MissingSetting as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
        asyncio.run(_migrate(url))


async def _migrate(url: str) -> None:
    before = await current_revision(url)
    await upgrade(url)
    after = await current_revision(url)
    typer.echo(
        f"The schema is at {after}." if before == after else f"The schema went from {before} to {after}."
    )
