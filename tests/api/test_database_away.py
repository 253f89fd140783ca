"""PostgreSQL goes away and comes back: every call says so, and then works again by itself."""

from __future__ import annotations

from pathlib import Path

from activities.decisions import Decisions
from api.app import create_app, make_deps
from api.precheck import Precheck
from embedded.postgres import Postgres
from store.definitions import DefinitionCache
from store.files import DirectoryFiles
from store.migrate import upgrade
from store.organisation import OrganisationCache
from store.session import make_engine
from tests.api.conftest import DirectGateway, World, fill
from tests.api.helpers import open_quote, problem


async def test_away_and_back(tmp_path: Path) -> None:
    with Postgres.temporary() as server:
        await upgrade(server.url)
        engine = make_engine(server.url)
        async with engine.begin() as connection:
            await fill(connection)
        definitions, organisations = DefinitionCache(engine), OrganisationCache()
        checks = Precheck(engine, definitions, organisations)
        gateway = DirectGateway(Decisions(engine, definitions, organisations), checks)
        deps = make_deps(engine, gateway, DirectoryFiles(tmp_path), definitions, organisations)
        world = World(create_app(deps), engine, gateway)
        async with world.client("sales") as client:
            card = await open_quote(client)
            address, headers = f"/api/deals/{card['id']}", {"Idempotency-Key": "away"}
            for stop in (server.stop, server.kill):
                stop()
                for answer in (
                    await client.get(address),
                    await client.get("/api/deals"),
                    await client.post(f"{address}/comments", json={"text": "x"}),
                    await client.post(f"{address}/comments", json={"text": "x"}, headers=headers),
                ):
                    problem(answer, 503, "unavailable")
                assert (await client.get("/readyz")).json()["failed"] == ["database"]
                server.start()
                assert (await client.get(address)).json()["version"] == 1
        await engine.dispose()
