"""Reports about one pipeline whose deals have a known past, and the readers of their tables."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text

from api.app import make_deps
from domain import commands as cmd
from domain.definition import Pipeline
from store.definitions import DefinitionCache
from store.files import DirectoryFiles
from store.organisation import OrganisationCache
from tests.api.conftest import MakeApp, World
from tests.api.report_stories import moscow, pipeline, story

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
NOW = moscow("2026-04-01T10:00")


class Reports:
    """Asks for reports about one pipeline, as of `now`."""

    def __init__(self, world: World, make_app: MakeApp, folder: Path) -> None:
        self.now: datetime = NOW
        self.definition: Pipeline = pipeline(f"test.{uuid.uuid4().hex[:8]}")
        self.engine = world.engine
        deps = make_deps(
            world.engine,
            world.gateway,
            DirectoryFiles(folder),
            DefinitionCache(world.engine),
            OrganisationCache(),
            now=lambda: self.now,
        )
        headers = {"Authorization": "Bearer warehouse-token"}
        transport = httpx.ASGITransport(make_app(deps))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    async def get(self, name: str, **given: Any) -> dict[str, Any]:
        """The report as JSON."""
        params = {**MARCH, "pipeline": self.definition.pipeline, **given}
        answer = await self.http.get(f"/api/reports/{name}", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert (
            {column["name"] for column in found["columns"]} <= {*found["items"][0]}
            if found["items"]
            else True
        )
        return found

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)


@pytest_asyncio.fixture
async def reports(world: World, make_app: MakeApp, tmp_path: Path) -> AsyncIterator[Reports]:
    made = Reports(world, make_app, tmp_path)
    yield made
    await made.http.aclose()


async def five_deals(reports: Reports) -> None:
    """Won, lost after talks, new, lost after a jump, lost and open again; and one opened in February."""
    definition, engine = reports.definition, reports.engine
    won = await story(engine, definition, "2026-03-02T10:00", amount="1000")
    await won.finish("ring", 1)
    await won.move("talk", 3)
    await won.move("offer", 24)
    await won.move("check", 1)  # goes on to `done` by itself
    assert won.deal is not None
    assert won.deal.status == "won"
    dear = await story(engine, definition, "2026-03-02T10:00", amount="500")
    await dear.move("talk", 8)
    await dear.move("lost", 24, reason="price")
    await story(engine, definition, "2026-03-02T10:00", responsible="head")
    jumped = await story(engine, definition, "2026-03-02T10:00")
    await jumped.move("offer", 1)
    await jumped.move("lost", 1, reason="time")
    again = await story(engine, definition, "2026-03-02T10:00", amount="70.50")
    await again.move("spam", 2)
    again.wait(1)
    await again.do(cmd.Reopen(to="talk"))
    await story(engine, definition, "2026-02-20T10:00")


def column(report: dict[str, Any], *names: str) -> dict[str, Any]:
    """The cells under these names by stage."""
    return {item["stage"]: tuple(item[name] for name in names) for item in report["items"]}
