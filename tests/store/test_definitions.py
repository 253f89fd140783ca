from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.base import Text
from domain.definition import Pipeline
from domain.loading import load_directory
from store import definitions as store
from store import tables
from tests.store.samples import DEFINITION

SHIPPED = load_directory(Path(__file__).parents[2] / "pipelines")
NEWER = DEFINITION.model_copy(update={"title": Text(ru="Новее", en="Newer")})


async def test_a_definition_comes_back_with_its_stages_in_order(connection: AsyncConnection) -> None:
    version = await store.publish(connection, DEFINITION, "source: text")
    loaded = await store.load_definition(connection, version)
    assert loaded == DEFINITION
    assert list(loaded.stages) == ["zeta", "alpha", "won"]
    assert loaded.content_hash() == version
    assert await store.load_source(connection, version) == "source: text"
    with pytest.raises(store.UnknownDefinition):
        await store.load_definition(connection, "none")


@pytest.mark.parametrize("name", sorted(SHIPPED.pipelines))
async def test_shipped_pipelines_come_back_as_they_were(connection: AsyncConnection, name: str) -> None:
    pipeline = SHIPPED.pipelines[name]
    loaded = await store.load_definition(connection, await store.publish(connection, pipeline, ""))
    assert loaded == pipeline
    assert loaded.content_hash() == pipeline.content_hash()


async def test_the_last_published_is_current(connection: AsyncConnection) -> None:
    assert await store.current_hash(connection, "sample") is None
    first = await store.publish(connection, DEFINITION, "1")
    second = await store.publish(connection, NEWER, "2")
    assert first != second
    assert await store.publish(connection, NEWER, "again") == second
    assert await store.current_hash(connection, "sample") == second
    assert [(p.hash, p.title.en, p.current) for p in await store.list_pipelines(connection)] == [
        (second, "Newer", True)
    ]
    assert {p.hash: p.current for p in await store.list_versions(connection, "sample")} == {
        first: False,
        second: True,
    }
    await store.publish(connection, DEFINITION, "back")
    assert await store.current_hash(connection, "sample") == first
    sources = (await connection.execute(select(tables.definitions.c.source))).scalars()
    assert sorted(sources) == ["1", "2"], "a published version never changes"


async def test_the_cache_reads_once(engine: AsyncEngine, connection: AsyncConnection) -> None:
    cache = store.DefinitionCache(engine)
    version = await store.publish(connection, DEFINITION, "")
    found: Pipeline = await cache.get(version, connection)
    assert await cache.get(version) is found
    with pytest.raises(store.UnknownDefinition):
        await cache.get("none")
