"""Fixtures: `visit` for pages without a browser, `desk` for people with one at the whole product."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from nicegui.testing import User
from playwright.sync_api import Browser, expect

from tests.api.conftest import World, database_url, engine, make_app, world
from tests.ui.browsing import Desk, chromium, product
from tests.ui.headless import visiting

__all__ = ["database_url", "engine", "make_app", "world"]
PATIENCE = 60_000  # milliseconds until what must come is given up: machines are slow at times
Visit = Callable[..., AbstractAsyncContextManager[User]]


@pytest.fixture(scope="session")
def small_heap() -> Iterator[None]:
    """Visits leave what was there before them out of garbage collection; here it is taken in again."""
    yield
    gc.unfreeze()


@pytest.fixture
def visit(world: World, small_heap: None) -> Visit:
    """`async with visit("sales") as user: await user.open("/")`; `language="en"` for the other one."""

    def begin(person: str | None, language: str = "ru") -> AbstractAsyncContextManager[User]:
        return visiting(world, person, language)

    return begin


@pytest.fixture(scope="session")
def site_folder() -> Iterator[Path]:
    """Where the product of `site_url` keeps its data and logs (`data/logs`)."""
    folder = Path(tempfile.mkdtemp(prefix="voronka-ui-"))
    folder.chmod(0o711)  # PostgreSQL runs as a user of its own when tests run as root
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site_url(site_folder: Path) -> Iterator[str]:
    """The whole product, started once for all browser tests: they keep to deals of their own."""
    with product(site_folder) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for all tests that want one: while it is there, its driver holds the thread's event loop, and no
    async test runs."""
    expect.set_options(timeout=PATIENCE)
    with chromium() as found:
        yield found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last of all: see `browser`."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture
def desk(browser: Browser, site_url: str) -> Iterator[Callable[..., Desk]]:
    """`desk("sales")` signs the person in; at the end no page may have complained on its console."""
    opened: list[Desk] = []

    def sit(person: str, **settings: object) -> Desk:
        opened.append(Desk(browser, site_url, person, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield sit
    for one in opened:
        one.close()
    assert [complaint for one in opened for complaint in one.complaints] == []
