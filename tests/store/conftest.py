"""A real PostgreSQL for these tests: one server, a database of its own for each test module."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from embedded.postgres import Postgres
from store.migrate import upgrade
from store.session import make_engine
from tests.store.databases import Databases
from tests.store.samples import organisation_of_two

_TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with Postgres.temporary() as running:
        yield running


@pytest.fixture(scope="session")
async def databases(server: Postgres) -> Databases:
    made = Databases(server)
    await made.run(f"CREATE DATABASE {_TEMPLATE}")
    await upgrade(made.url(_TEMPLATE))
    return made


@pytest.fixture(scope="module")
async def url(databases: Databases) -> str:
    return await databases.make(_TEMPLATE)


@pytest.fixture(scope="module")
async def engine(url: str) -> AsyncIterator[AsyncEngine]:
    made = make_engine(url)
    async with made.begin() as connection:
        await organisation_of_two(connection)
    yield made
    await made.dispose()


@pytest.fixture
async def connection(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that is rolled back: what a test writes here no other test sees."""
    async with engine.connect() as open_connection:
        yield open_connection
        await open_connection.rollback()
