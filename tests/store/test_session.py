from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from embedded.ports import free_port
from embedded.postgres import Postgres
from store.session import make_engine


async def _answers(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        return bool((await connection.execute(text("SELECT 1"))).scalar())


async def test_the_pool_survives_a_restart_of_the_server(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "pg", free_port(), fast=True)
    server.start()
    engine = make_engine(server.url)
    try:
        assert all(await asyncio.gather(*(_answers(engine) for _ in range(4))))
        server.kill()
        with pytest.raises((DBAPIError, OSError)):
            await _answers(engine)
        server.start()
        # Four connections of the old server are in the pool: nobody meets one of them.
        assert all(await asyncio.gather(*(_answers(engine) for _ in range(6))))
    finally:
        await engine.dispose()
        server.stop("immediate")


async def test_a_server_that_is_away_is_an_error_at_once() -> None:
    engine = make_engine(f"postgresql+asyncpg://voronka:x@127.0.0.1:{free_port()}/voronka")
    began = time.monotonic()
    with pytest.raises(OSError, match=r"(?i)connect"):
        await _answers(engine)
    assert time.monotonic() - began < 5
    await engine.dispose()


async def test_no_statement_runs_for_ever(url: str) -> None:
    engine = make_engine(url, statement_seconds=1)
    with pytest.raises(DBAPIError, match="statement timeout"):
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_sleep(30)"))
    assert await _answers(engine)
    await engine.dispose()


async def test_no_lock_is_waited_for_for_ever(url: str) -> None:
    engine = make_engine(url, statement_seconds=2)
    async with engine.begin() as holder:
        await holder.execute(text("LOCK TABLE files IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with engine.begin() as other:
                await other.execute(text("SELECT * FROM files"))
    await engine.dispose()
