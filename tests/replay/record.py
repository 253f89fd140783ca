"""`python -m tests.replay.record`: plays deals of every shape on the real servers and keeps their histories.

Run it when the workflow's code has learned something new. Histories that are there already stay what they are
unless `--again` is given: old ones are what the replay test is about.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from cli import exit as process_exit
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.live import LiveDeal, eventually, prepare, running
from tests.replay import corpus
from tests.replay.shapes import SHAPES, House

PROJECT = Path(__file__).resolve().parent.parent.parent / "pyproject.toml"


def main() -> int:
    """Records; returns 0."""
    return asyncio.run(_record(again="--again" in sys.argv))


async def _record(*, again: bool) -> int:
    corpus.FOLDER.mkdir(exist_ok=True)
    known = [] if again or not corpus.MANIFEST.exists() else corpus.entries()
    if again:
        for path in corpus.FOLDER.glob("*.json"):
            path.unlink()
    names = {entry.name for entry in known}
    with tempfile.TemporaryDirectory() as folder, TemporalServer.temporary() as temporal:
        postgres = Postgres(Path(folder))
        postgres.start()
        try:
            await prepare(postgres.url)
            house = House(postgres, temporal, Path(folder) / "worker.log")
            for shape in SHAPES:
                async with running(postgres.url, temporal.address) as live:
                    for name, shows, deal in await shape(live, house):
                        known += [
                            entry async for entry in _keep(name, shows, deal) if entry.name not in names
                        ]
        finally:
            postgres.stop("immediate")
    corpus.write_manifest(known)
    return 0


async def _keep(name: str, shows: str, deal: LiveDeal) -> AsyncIterator[corpus.Entry]:
    """Every run of the deal as a history of its own, numbered where there are several."""
    version = tomllib.loads(PROJECT.read_text())["project"]["version"]
    runs = await _runs(deal)
    for number, run in enumerate(runs, 1):
        full = name if len(runs) == 1 else f"{name}_{number}"
        handle = deal.live.client.get_workflow_handle(deal.handle.id, run_id=run)
        data = scrubbed(json.loads((await handle.fetch_history()).to_json()))
        if not any(corpus.events(data, "workflowTaskCompleted")):
            continue  # the last run has only just started: there is nothing to replay
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
        if len(text.encode()) > corpus.MOST_BYTES:
            raise SystemExit(f"{full}: {len(text)} bytes are too many for the repository")
        state = corpus.folded(data)
        entry = corpus.Entry(
            name=full,
            shows=shows if len(runs) == 1 else f"{shows} (run {number} of {len(runs)})",
            pipeline=state.pipeline if state else None,
            definition=state.definition if state else None,
            product=version,
            state=state.model_dump(mode="json", exclude_defaults=True) if state else None,
        )
        if not entry.path.exists():
            entry.path.write_text(text)
            print(f"{full}: {len(data['events'])} events, {len(text) // 1024} KB")
        yield entry


async def _runs(deal: LiveDeal) -> list[str]:
    """Run ids, oldest first, once the server's list has all of them."""
    latest = (await deal.handle.describe()).run_id

    async def listed() -> list[Any]:
        query = f"WorkflowId = '{deal.handle.id}'"
        found = [run async for run in deal.live.client.list_workflows(query)]
        return found if latest in {run.run_id for run in found} else []

    return [run.run_id for run in sorted(await eventually(listed), key=lambda run: run.start_time)]


def scrubbed(value: Any) -> Any:
    """Without stack traces: they name folders of this machine."""
    if isinstance(value, dict):
        return {key: scrubbed(part) for key, part in value.items() if key != "stackTrace"}
    return [scrubbed(part) for part in value] if isinstance(value, list) else value


if __name__ == "__main__":
    process_exit.run(main)
