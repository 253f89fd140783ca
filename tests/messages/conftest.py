"""Mail server, HTTP receiver and PostgreSQL for these tests; a deal has a database to itself by its id."""

from __future__ import annotations

import io
import logging
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from embedded.postgres import Postgres
from store.migrate import upgrade
from store.session import make_engine
from tests.messages.sinks import HookSink, MailSink, hook_sink, mail_sink
from tests.store.samples import organisation_of_two


@pytest.fixture
async def mail() -> AsyncIterator[MailSink]:
    async with mail_sink() as running:
        yield running


@pytest.fixture
async def hook() -> AsyncIterator[HookSink]:
    async with hook_sink() as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What ends up in the process's log, were everything logged. (caplog also sees what goes nowhere.)"""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(lambda record: record.name != "mail.log")  # the mail server's own
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with Postgres.temporary() as server:
        yield server


@pytest.fixture(scope="session")
async def engine(postgres: Postgres) -> AsyncIterator[AsyncEngine]:
    await upgrade(postgres.url)
    made = make_engine(postgres.url)
    async with made.begin() as connection:
        await organisation_of_two(connection)
    yield made
    await made.dispose()
