"""The web process as it is run: it says what it cannot reach, and a stop is a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from embedded.ports import free_port
from tests.api.conftest import ROOT

NOBODY = "127.0.0.1:1"  # a port that nothing listens on


@asynccontextmanager
async def web(database_url: str, folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """`web.py` on a free port, serving, and without Temporal."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": NOBODY,
        "VORONKA_PORT": str(port),
        "VORONKA_DATA": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "web.py"), env=environment, stderr=asyncio.subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}"
    try:
        await serving(process, address)
        yield process, address
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def serving(process: asyncio.subprocess.Process, address: str) -> None:
    """Returns once the process answers."""
    async with asyncio.timeout(90), httpx.AsyncClient() as client:
        while process.returncode is None:
            try:
                await client.get(f"{address}/healthz")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise AssertionError("the web process ended at its start")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_reads_without_temporal_and_stops_cleanly(
    engine: object, database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    async with web(database_url, tmp_path) as (process, address):
        headers = {"Authorization": "Bearer sales-token"}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
            assert (await client.get("/api/deals")).status_code == 200
            ready = await client.get("/readyz")
            assert (ready.status_code, ready.json()["failed"]) == (503, ["temporal"])
        process.send_signal(number)
        _, said = await asyncio.wait_for(process.communicate(), 60)
        assert (process.returncode, "Traceback" in said.decode()) == (0, False), said.decode()


async def test_a_command_without_temporal_is_unavailable(
    engine: object, database_url: str, tmp_path: Path
) -> None:
    async with web(database_url, tmp_path) as (_, address):
        headers = {"Authorization": "Bearer sales-token", "Idempotency-Key": "without-temporal"}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as client:
            answer = await client.post("/api/deals", json={"pipeline": "fulfilment.quote"})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
