"""`voronka password` against a real database: who exists gets one, and is signed out everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.passwords import matches
from domain.facts import Employee
from embedded.postgres import Postgres
from store import accounts
from store.migrate import upgrade
from store.organisation import add_employee, save_organisation
from store.session import make_engine
from tests.domain.builders import organisation

ROOT = Path(__file__).resolve().parents[2]
GOOD = "зелёный чайник у окна"


def run(url: str, employee: str, password: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": url, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "password", employee],
        input=password + "\n",
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.timeout(300)
async def test_the_command_sets_a_password_of_somebody_who_works_here() -> None:
    with Postgres.temporary() as server:
        await upgrade(server.url)
        engine = make_engine(server.url)
        async with engine.begin() as connection:
            await save_organisation(connection, organisation())
            await add_employee(connection, Employee(id="left", name="Left", active=False))
        short = run(server.url, "sales", "короткий")
        assert (short.returncode, "10 to 200" in short.stderr) == (2, True), short.stderr
        for nobody in ("nobody", "left"):
            assert run(server.url, nobody, GOOD).returncode == 2
        done = run(server.url, "sales", GOOD)
        assert done.returncode == 0, done.stderr
        assert GOOD not in done.stdout + done.stderr
        async with engine.connect() as connection:
            assert await matches(GOOD, await accounts.password_hash(connection, "sales"))
        await engine.dispose()
