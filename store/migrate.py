"""Brings a database to the newest schema. Alembic without its ini file: there is nothing to configure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from store.session import make_engine

_LOCK = 0x766F726F  # any number that nobody else locks in this database
_MINUTES = 10


async def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade in one transaction, all or nothing. Of several callers at once, all wait for one."""
    await _run(url, lambda config: command.upgrade(config, revision))


async def downgrade(url: str, revision: str) -> None:
    """Go back to `revision` (`base`: drop everything). For tests and for undoing a release."""
    await _run(url, lambda config: command.downgrade(config, revision))


async def current_revision(url: str) -> str | None:
    """The revision that the database is at; None for an empty one."""
    engine = make_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    finally:
        await engine.dispose()


def config_for(connection: Connection) -> Config:
    """Alembic's configuration that works on this connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def _run(url: str, action: Callable[[Config], None]) -> None:
    engine = make_engine(url, pool_size=1, statement_seconds=_MINUTES * 60, application="voronka migrate")
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            await connection.run_sync(lambda sync: action(config_for(sync)))
    finally:
        await engine.dispose()
