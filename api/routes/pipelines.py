"""Pipelines: the definitions that deals follow, their versions, and their pictures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse

from api.deps import Deps, Reading, World
from api.describing import describe, opens
from api.mermaid import diagram
from api.precheck import unknown_pipeline
from api.problems import language_of
from api.replies import READ, problem_responses
from domain.definition import Pipeline, as_mapping
from store import queries

router = APIRouter(prefix="/api/pipelines", tags=["pipelines"])
Version = Annotated[str | None, Query(description="Hash of a version; by default the current one")]


@router.get("", responses=problem_responses(401, 503))
async def list_pipelines(_: Reading, deps: World) -> dict[str, list[queries.PipelineVersion]]:
    """Воронки · Pipelines, each in the version that new deals get."""
    async with deps.engine.connect() as connection:
        return {"items": await queries.list_pipelines(connection)}


@router.get("/{pipeline}", responses=READ)
async def get_pipeline(pipeline: str, _: Reading, deps: World, version: Version = None) -> dict[str, Any]:
    """Определение воронки и её версии · A definition and its versions, newest first."""
    found, versions = await _find(deps, pipeline, version)
    return {
        "id": pipeline,
        "title": found.title.model_dump(),
        "version": found.content_hash(),
        "versions": versions,
        "definition": as_mapping(found),
    }


@router.get("/{pipeline}/diagram", responses=READ, response_class=PlainTextResponse)
async def get_diagram(
    pipeline: str,
    request: Request,
    _: Reading,
    deps: World,
    version: Version = None,
    lang: Annotated[Literal["ru", "en"] | None, Query(description="By default: Accept-Language")] = None,
) -> PlainTextResponse:
    """Схема этапов текстом Mermaid · The stages as Mermaid text."""
    found, _versions = await _find(deps, pipeline, version)
    return PlainTextResponse(diagram(found, lang or language_of(request)))


@router.get("/{pipeline}/described", responses=READ)
async def get_described(pipeline: str, _: Reading, deps: World, version: Version = None) -> dict[str, Any]:
    """Этапы и правила словами, и сколько сделок где стоит · Stages and rules in words, and how many deals stand where.

    `came_from`: pipelines whose deals open deals of this one.
    """
    found, _versions = await _find(deps, pipeline, version)
    async with deps.engine.connect() as connection:
        organisation = (await queries.load_organisation(connection))[0]
        current = await queries.list_pipelines(connection)
        standing = await queries.deals_by_stage(connection, pipeline)
        others = [await deps.definitions.get(one.hash, connection) for one in current]
    titles = {one.pipeline: one.title for one in others}
    described = describe(found, organisation, titles)
    for stage in described["stages"]:
        stage["deals"] = standing.get(stage["id"], 0)
    came_from = [one for one in others if pipeline in opens(one)]
    return {
        **described,
        "id": pipeline,
        "title": found.title.model_dump(),
        "version": found.content_hash(),
        "came_from": [{"pipeline": one.pipeline, "title": one.title.model_dump()} for one in came_from],
    }


async def _find(
    deps: Deps, pipeline: str, version: str | None
) -> tuple[Pipeline, list[queries.PipelineVersion]]:
    """The definition asked for and all versions; raises the problem of an unknown pipeline or version."""
    async with deps.engine.connect() as connection:
        versions = await queries.list_versions(connection, pipeline)
        wanted = next(
            (item for item in versions if item.hash == version or (not version and item.current)), None
        )
        if wanted is None:
            raise unknown_pipeline(f"{pipeline} {version or ''}".strip(), status=404)
        return await deps.definitions.get(wanted.hash, connection), versions
