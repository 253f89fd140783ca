"""Where the measurements play: real servers with files on disk; worker and web as processes of their own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from temporalio.client import Client

from cli.seed import seed
from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from store.migrate import upgrade

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60


@dataclass
class Stage:
    """What runs, and how to reach it. `worker` and `web` are process ids."""

    client: Client
    http: httpx.AsyncClient
    database_url: str
    worker: int
    web: int


@contextlib.contextmanager
def process(module: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    """A Python process of the product, ended at the end."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            [sys.executable, "-m", *module],
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
            cwd=ROOT,
        )
        try:
            yield child.pid
        finally:
            child.terminate()
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


@contextlib.asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Everything `voronka up` would start, in a folder that is gone afterwards."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="voronka-bench-")))
        folder.chmod(0o755)
        database = Postgres(folder / "postgres")
        database.start()
        stack.callback(database.stop)
        temporal = TemporalServer(folder / "temporal.db", log=folder / "temporal.log")
        temporal.start()
        stack.callback(temporal.stop)
        await upgrade(database.url)
        report = await seed(database.url, ROOT / "pipelines", folder)
        port = free_port()
        environment = {
            "DATABASE_URL": database.url,
            "TEMPORAL_ADDRESS": temporal.address,
            "VORONKA_DATA": str(folder),
            "VORONKA_PORT": str(port),
            "VORONKA_LOG_LEVEL": "WARNING",
        }
        worker = stack.enter_context(process(["worker"], environment, folder / "worker.log"))
        web = stack.enter_context(process(["web"], environment, folder / "web.log"))
        bare = ["bench.bare", temporal.address, database.url]
        stack.enter_context(process(bare, environment, folder / "bare.log"))
        client = await Client.connect(temporal.address, identity="bench")
        headers = {"Authorization": f"Bearer {report.tokens['sales']}"}
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60
        ) as http:
            await _until_ready(http, folder)
            yield Stage(client, http, database.url, worker, web)


async def _until_ready(http: httpx.AsyncClient, folder: Path) -> None:
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up:
        with contextlib.suppress(httpx.TransportError):
            if (await http.get("/readyz")).status_code == 200:
                return
        await asyncio.sleep(0.2)
    raise RuntimeError(
        f"web is not ready after {READY_SECONDS} s:\n{(folder / 'web.log').read_text()[-2000:]}"
    )
