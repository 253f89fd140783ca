"""A real PostgreSQL for these tests, with the demo organisation in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from embedded.postgres import Postgres
from store.migrate import upgrade
from store.organisation import save_organisation
from store.session import make_engine
from tests.documents.samples import ORGANISATION


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with Postgres.temporary() as running:
        yield running


@pytest.fixture(scope="session")
async def engine(server: Postgres) -> AsyncIterator[AsyncEngine]:
    await upgrade(server.url)
    made = make_engine(server.url)
    async with made.begin() as connection:
        await save_organisation(connection, ORGANISATION)
    yield made
    await made.dispose()
