from __future__ import annotations

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from store.migrate import current_revision, downgrade, upgrade
from store.session import make_engine
from store.tables import METADATA
from tests.store.databases import Databases

# What Alembic's comparison leaves out: conditions and directions of indexes, defaults, lengths, exact types.
_EXACT = """
    SELECT tablename || ' ' || indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT concat_ws(' ', table_name, column_name, data_type, udt_name, is_nullable, column_default,
        numeric_precision, numeric_scale)
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    ORDER BY 1"""


async def _schema(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list((await connection.execute(text(_EXACT))).scalars())


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_migrations_make_exactly_the_tables_of_the_metadata(databases: Databases, url: str) -> None:
    migrated, created = make_engine(url), make_engine(await databases.make())
    async with created.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    async with migrated.connect() as connection:
        assert await connection.run_sync(_differences) == []
    assert await _schema(migrated) == await _schema(created)
    await asyncio.gather(migrated.dispose(), created.dispose())


async def test_several_starters_may_upgrade_at_once_and_again(databases: Databases) -> None:
    url = await databases.make()
    assert await current_revision(url) is None
    await asyncio.gather(*(upgrade(url) for _ in range(4)))
    revision = await current_revision(url)
    assert revision is not None
    await upgrade(url)
    assert await current_revision(url) == revision


async def test_down_to_nothing_and_up_again(databases: Databases) -> None:
    url = await databases.make()
    await upgrade(url)
    await downgrade(url, "base")
    engine = make_engine(url)
    assert await _schema(engine) == []
    await upgrade(url)
    assert await _schema(engine) != []
    await engine.dispose()
