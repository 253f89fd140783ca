"""`make bench-ui`: how fast the board opens and follows changes in a real browser, and what a viewer costs.

Prints a table, and keeps the latest in bench/RESULTS_UI.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import platform
import secrets
import shutil
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from api.auth import SESSION_COOKIE, token_hash
from bench.stage import Stage, stage
from store import accounts, tables
from store.session import make_engine

RESULTS = Path(__file__).parent / "RESULTS_UI.md"
BOARD = "fulfilment.quote"
SIZES = (100, 400, 1000)
VIEWERS, VIEWED = 20, 400  # so many look at a board of so many cards
COLD, CALLS, MOVES = 3, 10, 8
STAGES = ("new", "prepare_offer", "approve_offer", "agree_with_client")
FIELDS = {"contact_name": "Bench", "contact_phone": "+70000000000", "request": "200 boxes"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
READY = "window.did_handshake === true && document.querySelector('.vb-card') !== null"
# Resolves with the moment at which the deal's card stands in the column, painted.
ARRIVAL = """([deal, stage]) => new Promise((done) => {
  const there = () => document.querySelector(`[data-column="${stage}"] .vb-card[data-id="${deal}"]`);
  const tell = () => requestAnimationFrame(() => setTimeout(() => done(Date.now())));
  if (there()) return tell();
  const watcher = new MutationObserver(() => there() && (watcher.disconnect(), tell()));
  watcher.observe(document.body, { childList: true, subtree: true });
})"""


@dataclass(frozen=True)
class Load:
    """A board of so many cards. Times in ms; `kilobytes`: the snapshot as it is sent."""

    cards: int
    server: float
    kilobytes: float
    cold: float
    warm: float
    live: float
    live_most: float


@dataclass(frozen=True)
class Viewers:
    """What VIEWERS open boards cost the web process, and when the last of them shows a move."""

    kilobytes: float
    fan_out: float


async def main() -> None:
    """Runs all measurements on one stage."""
    async with stage() as running, _engine(running) as engine, _browser() as browser:
        moved = await _open(running)
        loads: list[Load] = []
        made = 0
        viewers = None
        for size in SIZES:
            async with engine.begin() as connection:
                await _copy(connection, moved, made, size - 1)
            made = size - 1
            print(f"{size} cards ...", flush=True)
            loads.append(await _load(running, engine, browser, moved, size))
            if size == VIEWED:
                print(f"{VIEWERS} viewers ...", flush=True)
                viewers = await _viewers(running, engine, browser, moved)
    assert viewers is not None
    text = "\n".join([*_head(), *_table(loads), "", *_cost(viewers), ""])
    print(text)
    RESULTS.write_text(text)


@contextlib.asynccontextmanager
async def _engine(running: Stage) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(running.database_url)
    yield engine
    await engine.dispose()


@contextlib.asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


async def _open(running: Stage) -> str:
    """A real deal, with a task, that is moved to and fro."""
    made = await running.http.post("/api/deals", json={"pipeline": BOARD, "title": "Moved", "fields": FIELDS})
    made.raise_for_status()
    await _move(running, made.json()["id"], "prepare_offer")
    return str(made.json()["id"])


async def _move(running: Stage, deal: str, to: str) -> None:
    (await running.http.post(f"/api/deals/{deal}/move", json={"to": to})).raise_for_status()


async def _copy(connection: AsyncConnection, deal: str, first: int, until: int) -> None:
    """Copies of the deal's rows, spread over the stages: boards read rows, and ask no workflow."""
    for table, key in ((tables.deals, "id"), (tables.tasks, "deal_id")):
        query = table.select().where(table.c[key] == deal)
        rows = [dict(row._mapping) for row in await connection.execute(query)]
        copies = [_like(table, row, key, n) for n in range(first, until) for row in rows]
        await connection.execute(insert(table), copies)


def _like(table: Table, row: dict[str, Any], key: str, number: int) -> dict[str, Any]:
    changed = {**row, key: f"copy-{number}"}
    if table is tables.deals:
        return changed | {"title": f"Order {number}", "stage": STAGES[number % 4], "amount": 1000 * number}
    return changed | {"deadline": datetime.now(UTC) + timedelta(minutes=37 * (number % 200) - 600)}


async def _window(running: Stage, engine: AsyncEngine, browser: Browser) -> BrowserContext:
    """A new browser profile in which somebody is signed in."""
    token = secrets.token_urlsafe(24)
    async with engine.begin() as connection:
        await accounts.open_session(connection, token_hash(token), "head", datetime.now(UTC))
    context = await browser.new_context(base_url=str(running.http.base_url), locale="ru-RU")
    cookie = {"name": SESSION_COOKIE, "value": token, "url": str(running.http.base_url)}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return context


async def _opened(page: Page) -> float:
    """Opens the board; ms until cards are there and the page answers."""
    await page.goto(f"/boards/{BOARD}?sort=recent", wait_until="commit")  # so that the moved card is on top
    await page.wait_for_function(READY)
    return float(await page.evaluate("performance.now()"))


async def _load(running: Stage, engine: AsyncEngine, browser: Browser, deal: str, size: int) -> Load:
    server, kilobytes = await _snapshot(running)
    cold, warm = [], []
    for _ in range(COLD):
        context = await _window(running, engine, browser)
        page = await context.new_page()
        cold.append(await _opened(page))
        warm.append(await _opened(page))
        await context.close()
    context = await _window(running, engine, browser)
    page = await context.new_page()
    await _opened(page)
    seen = [await _seen(running, [page], deal) for _ in range(MOVES)]
    await context.close()
    median = statistics.median
    return Load(size, server, kilobytes, median(cold), median(warm), median(seen), max(seen))


async def _snapshot(running: Stage) -> tuple[float, float]:
    """(median ms of the snapshot, KB as sent)."""
    took, sent = [], 0
    for _ in range(CALLS):
        begun = time.perf_counter()
        async with running.http.stream("GET", f"/api/pipelines/{BOARD}/board") as answer:
            sent = sum([len(part) async for part in answer.aiter_raw()])
        took.append((time.perf_counter() - begun) * 1000)
    return statistics.median(took), sent / 1024


async def _seen(running: Stage, pages: Sequence[Page], deal: str) -> float:
    """Moves the deal; ms from the call until the last of the pages shows it."""
    now = (await running.http.get(f"/api/deals/{deal}")).json()["stage"]
    to = "new" if now == "prepare_offer" else "prepare_offer"
    arrivals = [asyncio.create_task(page.evaluate(ARRIVAL, [deal, to])) for page in pages]
    await asyncio.sleep(0.5)  # every page watches, and whatever went before has settled
    begun = time.time() * 1000
    await _move(running, deal, to)
    return float(max(await asyncio.gather(*arrivals))) - begun


async def _viewers(running: Stage, engine: AsyncEngine, browser: Browser, deal: str) -> Viewers:
    context = await _window(running, engine, browser)
    first = await context.new_page()
    await _opened(first)  # what the first page loads is not a viewer's cost
    before = _memory(running)
    pages = [first]
    for _ in range(VIEWERS):
        page = await context.new_page()
        await _opened(page)
        pages.append(page)
    kilobytes = (_memory(running) - before) / 1024 / VIEWERS
    fan_out = statistics.median([await _seen(running, pages, deal) for _ in range(3)])
    await context.close()
    return Viewers(kilobytes, fan_out)


def _memory(running: Stage) -> int:
    return int(psutil.Process(running.web).memory_full_info().pss)


def _head() -> list[str]:
    cores, gib = psutil.cpu_count(), psutil.virtual_memory().total / 2**30
    return [
        "# Latest results of `make bench-ui`",
        "",
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {cores} cores, {gib:.0f} GiB, Python {platform.python_version()}. "
        "Temporal, PostgreSQL, worker, web and the browser share the machine: upper bounds.",
        "",
    ]


def _table(loads: list[Load]) -> list[str]:
    rows = [
        "| cards | snapshot, server ms | KB sent | cold load ms | warm load ms | a move seen by others ms (most) "
        "| target |",
        "|---" * 7 + "|",
    ]
    for load in loads:
        met = load.cold <= 1500 and load.live_most <= 1000
        rows.append(
            f"| {load.cards} | {load.server:.0f} | {load.kilobytes:.0f} | {load.cold:.0f} | {load.warm:.0f} "
            f"| {load.live:.0f} ({load.live_most:.0f}) | load ≤ 1500, seen ≤ 1000: {'met' if met else 'MISSED'} |"
        )
    return rows


def _cost(viewers: Viewers) -> list[str]:
    verdict = "met" if viewers.kilobytes <= 400 and viewers.fan_out <= 1000 else "MISSED"
    return [
        f"| {VIEWERS} viewers of {VIEWED} cards | | target |",
        "|---|---|---|",
        f"| web process, KB a viewer | {viewers.kilobytes:.0f} | ≤ 400 KB, ≤ 1000 ms: {verdict} |",
        f"| the last of them shows a move, ms | {viewers.fan_out:.0f} | |",
    ]


if __name__ == "__main__":
    asyncio.run(main())
