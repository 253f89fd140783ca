from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from cli.seed import seed
from cli.token import Token, TokenFile, give
from domain.base import Text
from domain.loading import load_directory
from store import accounts, queries
from store.definitions import publish
from store.organisation import NoOrganisation
from store.session import make_engine
from tests.store.databases import Databases

PIPELINES = Path(__file__).parents[2] / "pipelines"


async def test_a_second_start_changes_nothing(databases: Databases, tmp_path: Path) -> None:
    url = await databases.make("migrated")
    first = await seed(url, PIPELINES, tmp_path)
    second = await seed(url, PIPELINES, tmp_path)
    assert first.organisation
    assert set(first.published) == set(load_directory(PIPELINES).pipelines)
    assert not second.organisation
    assert second.published == {}
    assert second.tokens == first.tokens
    assert len(set(first.tokens.values())) == 15
    assert not any(token in repr(first) for token in first.tokens.values())
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600


async def test_what_people_changed_stays(databases: Databases, tmp_path: Path) -> None:
    url = await databases.make("migrated")
    report = await seed(url, PIPELINES, tmp_path)
    name, pipeline = next(iter(load_directory(PIPELINES).pipelines.items()))
    engine = make_engine(url)
    async with engine.begin() as connection:
        changed = pipeline.model_copy(update={"title": Text(ru="Своя", en="Own")})
        newer = await publish(connection, changed, "")
    await seed(url, PIPELINES, tmp_path)
    async with engine.connect() as connection:
        assert await queries.current_hash(connection, name) == newer != report.published[name]
    await engine.dispose()


async def test_tokens_let_in_also_after_the_database_was_made_anew(
    databases: Databases, tmp_path: Path
) -> None:
    tokens = (await seed(await databases.make("migrated"), PIPELINES, tmp_path)).tokens
    url = await databases.make("migrated")
    assert (await seed(url, PIPELINES, tmp_path)).tokens == tokens
    engine = make_engine(url)
    async with engine.connect() as connection:
        found = await accounts.caller(connection, Token(tokens["lawyer"]).hash, datetime.now(UTC))
    await engine.dispose()
    assert found is not None
    assert found.id == "lawyer"


async def test_a_definition_with_errors_is_told_and_not_published(
    databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "pipelines"
    folder.mkdir()
    (folder / "organisation.yaml").write_bytes((PIPELINES / "organisation.yaml").read_bytes())
    (folder / "bad.yaml").write_text("pipeline: bad\nstages: {}\n")
    report = await seed(await databases.make("migrated"), folder, tmp_path)
    assert report.published == {}
    assert report.problems
    assert report.organisation


async def test_without_an_organisation_there_is_nothing_to_seed(databases: Databases, tmp_path: Path) -> None:
    with pytest.raises(NoOrganisation):
        await seed(await databases.make("migrated"), tmp_path, tmp_path)


async def test_a_token_for_one(url: str, connection: AsyncConnection, tmp_path: Path) -> None:
    token = await give(url, tmp_path, "sales")
    assert token is not None
    assert await give(url, tmp_path, "sales") == token == TokenFile(tmp_path).get("sales")
    found = await accounts.caller(connection, token.hash, datetime.now(UTC))
    assert found is not None
    assert found.id == "sales"
    assert await give(url, tmp_path, "nobody") is None
