"""One double for the tests that leave it running, and the product's side of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.onec import OneC
from activities.onec_client.mapping_file import load_mapping
from domain.onec_mapping import Mapping
from embedded.postgres import Postgres
from store.migrate import upgrade
from store.session import make_engine
from tests.onec.double import HASTY, Double

MAPPING = Path(__file__).resolve().parents[2] / "pipelines" / "onec_mapping.yaml"


@pytest.fixture(scope="session")
def mapping() -> Mapping:
    """The shipped mapping, which fits the double."""
    return load_mapping(MAPPING.read_text(), MAPPING.name)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    made = Double(tmp_path_factory.mktemp("onec"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def double(shared: Double) -> Iterator[Double]:
    """The shared double, behaving well at the start of each test."""
    shared.well()
    yield shared
    assert shared.faults() == [], "the test ordered a fault that nothing ran into"


@pytest.fixture
async def onec(double: Double, mapping: Mapping) -> AsyncIterator[OneC]:
    """The product's side, with more patience than a busy machine needs."""
    async with double.client() as client:
        yield OneC(client, mapping)


@pytest.fixture
async def hasty(double: Double, mapping: Mapping) -> AsyncIterator[OneC]:
    """The product's side with little patience, for calls that are not answered."""
    async with double.client(seconds=HASTY) as client:
        yield OneC(client, mapping)


@pytest.fixture(scope="session")
async def engine() -> AsyncIterator[AsyncEngine]:
    """A migrated PostgreSQL of these tests' own."""
    with Postgres.temporary() as server:
        await upgrade(server.url)
        made = make_engine(server.url)
        yield made
        await made.dispose()
