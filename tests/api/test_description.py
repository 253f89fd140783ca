"""Health, metrics and the description of the API itself."""

from typing import Any

import pytest
from httpx import AsyncClient

from api.app import create_app, make_deps
from store.definitions import DefinitionCache
from store.files import DirectoryFiles
from store.organisation import OrganisationCache
from store.session import make_engine
from tests.api.conftest import World
from tests.api.helpers import problem

METHODS = {"get", "post", "put", "patch", "delete"}
FIXED = {  # the contract with clients: these addresses and methods may not go
    "/api/deals": {"get", "post"},
    "/api/deals/{deal_id}": {"get", "patch"},
    "/api/deals/{deal_id}/timeline": {"get"},
    "/api/deals/{deal_id}/move": {"post"},
    "/api/deals/{deal_id}/reopen": {"post"},
    "/api/deals/{deal_id}/tasks": {"post"},
    "/api/deals/{deal_id}/events": {"post"},
    "/api/deals/{deal_id}/comments": {"post"},
    "/api/tasks": {"get"},
    "/api/tasks/{task_id}/start": {"post"},
    "/api/tasks/{task_id}/stop": {"post"},
    "/api/tasks/{task_id}/comments": {"post"},
    "/api/tasks/{task_id}/checklist/{item}": {"post"},
    "/api/tasks/{task_id}/finish": {"post"},
    "/api/assignments/{assignment_id}/answer": {"post"},
    "/api/files": {"post"},
    "/api/files/{file_id}": {"get"},
    "/api/companies": {"get", "post"},
    "/api/companies/{company_id}": {"get", "patch"},
    "/api/employees": {"get", "post"},
    "/api/settings/roles": {"get", "put", "post"},
    "/api/settings/calendar": {"get", "put", "patch"},
    "/api/approvals": {"get"},
    "/api/approvals/{approval_id}/decide": {"post"},
    "/api/approvals/{approval_id}/withdraw": {"post"},
    "/api/approvals/{approval_id}/delegate": {"post"},
    "/api/pipelines": {"get"},
    "/api/pipelines/{pipeline}": {"get"},
    "/api/pipelines/{pipeline}/diagram": {"get"},
    "/api/me": {"get"},
    "/healthz": {"get"},
    "/readyz": {"get"},
    "/metrics": {"get"},
}


async def document(client: AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/openapi.json")
    found: dict[str, Any] = answer.json()
    return found


async def test_the_fixed_addresses_are_there(sales: AsyncClient) -> None:
    paths = (await document(sales))["paths"]
    assert {path: set(paths.get(path, {})) for path in FIXED} == FIXED


async def test_the_description_is_sound(sales: AsyncClient) -> None:
    described = await document(sales)
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    ids = set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            ids.add(operation["operationId"])
            assert operation["tags"]
            assert operation["description"], f"{method} {path}"
            assert set(operation["responses"]) & {"200", "201", "202", "204"}, f"{method} {path}"
            named = {found["name"] for found in operation.get("parameters", []) if found["in"] == "path"}
            assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
    assert len(ids) == sum(len(methods) for methods in described["paths"].values())
    for reference in references(described):
        assert reference.removeprefix("#/components/schemas/") in schemas, reference


async def test_bodies_have_examples_in_both_languages(sales: AsyncClient) -> None:
    described = await document(sales)
    for path, methods in described["paths"].items():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content and "/checklist/" not in path:
                assert set(content["examples"]) == {"ru", "en"}, path


async def test_changing_calls_tell_their_problems(sales: AsyncClient) -> None:
    described = await document(sales)
    for path in ("/api/deals/{deal_id}/move", "/api/tasks/{task_id}/finish"):
        responses = described["paths"][path]["post"]["responses"]
        assert {"200", "202", "401", "403", "404", "409", "422", "503"} <= set(responses)
        assert set(responses["422"]["content"]) == {"application/problem+json"}


async def test_the_page_needs_nothing_from_elsewhere(sales: AsyncClient) -> None:
    page = await sales.get("/api/docs")
    assert page.status_code == 200
    assert "/api/deals/{deal_id}/move" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


async def test_alive_and_ready(world: World) -> None:
    async with world.client(None) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).json()["status"] == "ok"
        world.gateway.reachable = False
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["failed"]) == (503, ["temporal"])


async def test_a_database_that_is_away_is_told_as_unavailable(
    world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = make_engine("postgresql+asyncpg://nobody:nothing@127.0.0.1:1/nothing")
    deps = make_deps(
        engine,
        world.gateway,
        DirectoryFiles(tmp_path_factory.mktemp("files")),
        DefinitionCache(engine),
        OrganisationCache(),
    )
    away = World(create_app(deps), engine, world.gateway)
    async with away.client("sales") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).json()["failed"] == ["database"]
        for answer in (
            await client.get("/api/deals"),
            await client.post("/api/deals", json={}, headers={"Idempotency-Key": "k"}),
        ):
            problem(answer, 503, "unavailable")
            assert "retry-after" in answer.headers
    await engine.dispose()


async def test_calls_are_counted_by_route(sales: AsyncClient) -> None:
    await sales.get("/api/deals/one")
    await sales.get("/nowhere/secret")
    text = (await sales.get("/metrics")).text
    assert 'voronka_http_requests_total{method="GET",route="/api/deals/{deal_id}",status="404"} 1.0' in text
    assert "secret" not in text


def references(value: Any) -> list[str]:
    """Every `$ref` in the document."""
    if isinstance(value, list):
        return [found for item in value for found in references(item)]
    if not isinstance(value, dict):
        return []
    own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return own + [found for item in value.values() for found in references(item)]
