"""What stages and reasons are called. Deals follow the version they began with, so older versions count too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.base import Text
from domain.definition import Pipeline
from domain.naming import told_apart
from store import queries
from store.definitions import DefinitionCache

WON_RANK = 1_000_000  # a won deal has been through everything
_NOWHERE = Text(ru="—", en="—")


@dataclass(frozen=True)
class Versions:
    """The versions of one pipeline: the current one first, then the newest."""

    definitions: tuple[Pipeline, ...]

    @property
    def current(self) -> Pipeline:
        """The version that new deals get."""
        return self.definitions[0]

    def title(self, stage: str) -> Text:
        """What the newest version that knows the stage calls it; its id where none does."""
        known = self._knowing(stage)
        return known.stages[stage].title if known else Text.same(stage) if stage else _NOWHERE

    def kind(self, stage: str) -> str:
        """open, won or lost; a stage that no version knows is open."""
        known = self._knowing(stage)
        return known.stages[stage].kind if known else "open"

    def reason(self, stage: str, reason: str) -> Text:
        """The words of a reason that deals were lost for in this stage; free words stay as they are."""
        known = self._knowing(stage)
        if known:
            told = known.stages[stage].reasons.get(reason)
            asked = known.fields.get(known.stages[stage].reason_field or "")
            chosen = asked.options.get(reason) if asked else None
            if told or chosen:
                return told or chosen or _NOWHERE
            if reason == stage:  # the stage itself is the reason
                return known.stages[stage].title
        return Text.same(reason) if reason else self.title(stage)

    def stages(self) -> list[str]:
        """All stages: those of the current version in their order, then those that are gone."""
        return list(dict.fromkeys(name for one in self.definitions for name in one.stages))

    def rank(self, stage: str) -> int:
        """How far the stage is: its place among the open ones, from 0; lost stages are not far at all."""
        kind = self.kind(stage)
        if kind != "open" or stage not in self.current.stages:
            return WON_RANK if kind == "won" else 0
        return [name for name, one in self.current.stages.items() if one.kind == "open"].index(stage)

    def _knowing(self, stage: str) -> Pipeline | None:
        return next((one for one in self.definitions if stage in one.stages), None)


@dataclass(frozen=True)
class Catalogue:
    """The pipelines of this installation by id. `titles` tell pipelines of one title apart."""

    pipelines: Mapping[str, Versions] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)

    def __getitem__(self, pipeline: str) -> Versions:
        return self.pipelines[pipeline]

    def title(self, pipeline: str) -> Text:
        """What the pipeline is called."""
        return self.titles.get(pipeline) or Text.same(pipeline)

    def all_stages(self) -> Iterator[tuple[str, str, Versions]]:
        """(pipeline, stage, versions) of every stage there is or was."""
        for pipeline, versions in self.pipelines.items():
            for stage in versions.stages():
                yield pipeline, stage, versions

    def order(self, pipeline: str, stage: str) -> tuple[str, int]:
        """For sorting rows: by pipeline, then as its stages stand on the board."""
        order = self.pipelines[pipeline].stages() if pipeline in self.pipelines else []
        return pipeline, order.index(stage) if stage in order else len(order)


async def load_catalogue(
    connection: AsyncConnection, definitions: DefinitionCache, pipeline: str | None
) -> Catalogue:
    """All pipelines, or the one asked for; empty where it is not there."""
    known: dict[str, list[Pipeline]] = {}
    versions = await queries.list_versions(connection, pipeline)
    for version in sorted(versions, key=lambda one: not one.current):  # the others stay newest first
        known.setdefault(version.pipeline, []).append(await definitions.get(version.hash, connection))
    titles = {one.pipeline: one.title for one in await queries.list_pipelines(connection)}
    return Catalogue({name: Versions(tuple(found)) for name, found in known.items()}, told_apart(titles))
