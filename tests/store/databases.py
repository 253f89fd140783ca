"""Databases on the tests' server."""

from __future__ import annotations

import itertools

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from embedded.postgres import Postgres


class Databases:
    """Makes databases on the server."""

    def __init__(self, server: Postgres) -> None:
        self.server = server
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        """The address of a database."""
        return make_url(self.server.url).set(database=name).render_as_string(hide_password=False)

    async def make(self, template: str = "template0") -> str:
        """The address of a new database: an empty one, or a copy."""
        name = f"test_{next(self._numbers)}"
        await self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    async def run(self, statement: str) -> None:
        """Run a statement outside of transactions."""
        engine = create_async_engine(self.server.url, isolation_level="AUTOCOMMIT")
        try:
            async with engine.connect() as connection:
                await connection.execute(text(statement))
        finally:
            await engine.dispose()
