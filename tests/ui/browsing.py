"""A real browser at the real product, for tests that move a mouse."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from embedded.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 90.0
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def product(folder: Path) -> Iterator[str]:
    """`voronka up` in this folder: PostgreSQL, Temporal, 1C double, worker and web; gives the web address."""
    port, temporal, temporal_web = free_ports(3)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "VORONKA_", "DATABASE_"))}
    env = kept | {
        "VORONKA_DATA": str(folder / "data"),
        "VORONKA_PORT": str(port),
        "VORONKA_TEMPORAL_PORT": str(temporal),
        "VORONKA_TEMPORAL_UI_PORT": str(temporal_web),
    }
    said = folder / "said.txt"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up"], cwd=ROOT, env=env, stdout=out, stderr=out
        )
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + _PATIENCE
        while "Voronka is running" not in said.read_text() or not _answers(f"{url}/readyz"):
            assert process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(_PATIENCE)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's Chromium. Without one CI fails, and elsewhere the test is skipped and says why."""
    path = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        why = "No Chromium on this machine (Debian: apt-get install chromium): the browser tests do not run."
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


class Desk:
    """One person's browser window. `complaints`: what the page said on the console that it should not have."""

    def __init__(self, browser: Browser, url: str, person: str, *, language: str = "ru", **context: object):
        locale = {"ru": "ru-RU", "en": "en-GB"}[language]
        settings: dict[str, object] = {
            "locale": locale,
            "viewport": {"width": 1360, "height": 860},
            **context,
        }
        self._context = browser.new_context(base_url=url, **settings)  # type: ignore[arg-type]
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        signed_in = self._context.request.post(
            "/session", form={"person": person}, headers={"Origin": url}, max_redirects=0
        )
        assert signed_in.status == 303, signed_in.text()
        self.page.goto("/healthz")  # an address of the site, and nothing to draw

    def open(self, path: str) -> Page:
        """Opens the page and waits until it answers to its user."""
        self.page.goto(path)
        self.page.wait_for_function("window.did_handshake === true")
        return self.page

    def close(self) -> None:
        self._context.close()

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)
