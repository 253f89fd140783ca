"""One PostgreSQL, one Temporal and one worker for all tests of the package; deals are apart by their ids."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.live import Live, prepare, running


@pytest.fixture(scope="session")
def temporal_server() -> Iterator[TemporalServer]:
    with TemporalServer.temporary() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        yield server


@pytest.fixture(scope="session")
async def live(postgres: Postgres, temporal_server: TemporalServer) -> AsyncIterator[Live]:
    await prepare(postgres.url)
    async with running(postgres.url, temporal_server.address) as started:
        yield started
