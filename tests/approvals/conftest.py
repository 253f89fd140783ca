"""The real servers for the approvals' own pipelines, and the API in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.approvals.running import prepare_approvals
from tests.live import Live, running


@pytest.fixture(scope="session")
def approvals_temporal() -> Iterator[TemporalServer]:
    with TemporalServer.temporary() as server:
        yield server


@pytest.fixture(scope="session")
def approvals_postgres() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        yield server


@pytest.fixture(scope="session")
async def approvals_url(approvals_postgres: Postgres) -> str:
    await prepare_approvals(approvals_postgres.url)
    return approvals_postgres.url


@pytest.fixture(scope="session")
async def live(approvals_url: str, approvals_temporal: TemporalServer) -> AsyncIterator[Live]:
    async with running(approvals_url, approvals_temporal.address) as started:
        yield started
