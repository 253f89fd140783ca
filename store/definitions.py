"""Definitions in the database: immutable, named by the hash of their content; one per pipeline is current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import desc, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.base import Text
from domain.definition import Pipeline, as_mapping
from store import tables

_definitions, _pipelines = tables.definitions, tables.pipelines


class UnknownDefinition(LookupError):
    """No definition of this hash has been published here."""


@dataclass(frozen=True)
class PipelineVersion:
    """One published version; `current` is the one that new deals get."""

    pipeline: str
    hash: str
    title: Text
    published_at: datetime
    current: bool


class DefinitionCache:
    """Definitions by hash, for ever: they do not change, and there are few."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._known: dict[str, Pipeline] = {}

    async def get(self, hash: str, connection: AsyncConnection | None = None) -> Pipeline:
        """The definition; inside a transaction give its connection. Raises UnknownDefinition."""
        if hash not in self._known:
            if connection is not None:
                self._known[hash] = await load_definition(connection, hash)
            else:
                async with self._engine.connect() as own:
                    self._known[hash] = await load_definition(own, hash)
        return self._known[hash]


async def publish(connection: AsyncConnection, pipeline: Pipeline, source: str) -> str:
    """Keep this version, with its source text, and make it the current one of its pipeline. Returns the hash.

    Publishing the same content again changes nothing; publishing an older version makes it current again.
    """
    version = pipeline.content_hash()
    made = insert(_definitions).values(
        hash=version,
        pipeline=pipeline.pipeline,
        title=pipeline.title.model_dump(),
        data=as_mapping(pipeline),
        source=source,
    )
    await connection.execute(made.on_conflict_do_nothing())
    current = insert(_pipelines).values(pipeline=pipeline.pipeline, hash=version)
    await connection.execute(
        current.on_conflict_do_update(
            index_elements=["pipeline"], set_={"hash": version}, where=_pipelines.c.hash != version
        )
    )
    return version


async def load_definition(connection: AsyncConnection, hash: str) -> Pipeline:
    """The definition of this hash. Raises UnknownDefinition."""
    data = await connection.scalar(select(_definitions.c.data).where(_definitions.c.hash == hash))
    if data is None:
        raise UnknownDefinition(f"no definition {hash} has been published")
    return Pipeline.model_validate(data)


async def load_source(connection: AsyncConnection, hash: str) -> str | None:
    """The text that the version was published from."""
    query = select(_definitions.c.source).where(_definitions.c.hash == hash)
    source: str | None = await connection.scalar(query)
    return source


async def current_hash(connection: AsyncConnection, pipeline: str) -> str | None:
    """The version that new deals of this pipeline get."""
    query = select(_pipelines.c.hash).where(_pipelines.c.pipeline == pipeline)
    version: str | None = await connection.scalar(query)
    return version


async def list_pipelines(connection: AsyncConnection) -> list[PipelineVersion]:
    """The current version of every pipeline, by id."""
    return [version for version in await _versions(connection, None) if version.current]


async def list_versions(connection: AsyncConnection, pipeline: str | None = None) -> list[PipelineVersion]:
    """All versions of a pipeline, or of every one, newest first."""
    return await _versions(connection, pipeline)


async def _versions(connection: AsyncConnection, pipeline: str | None) -> list[PipelineVersion]:
    columns = (
        _definitions.c.pipeline,
        _definitions.c.hash,
        _definitions.c.title,
        _definitions.c.published_at,
    )
    query = (
        select(*columns, (_pipelines.c.hash == _definitions.c.hash).label("current"))
        .join(_pipelines, _pipelines.c.pipeline == _definitions.c.pipeline)
        .order_by(_definitions.c.pipeline, desc(_definitions.c.published_at), _definitions.c.hash)
    )
    if pipeline is not None:
        query = query.where(_definitions.c.pipeline == pipeline)
    return [
        PipelineVersion(row.pipeline, row.hash, Text.model_validate(row.title), row.published_at, row.current)
        for row in await connection.execute(query)
    ]
