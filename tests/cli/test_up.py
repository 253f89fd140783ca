"""`voronka up` for real: start, a second one refused, a crashed worker, stop, start again, killed, start
again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded.ports import LOOPBACK, free_ports
from embedded.processes import wait_gone

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="voronka-up-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Up:
    """One `voronka up` in a folder, what it said, and its processes."""

    def __init__(self, folder: Path, ports: dict[str, str]) -> None:
        self._out = folder / f"out-{time.monotonic_ns()}"
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "VORONKA_", "DATABASE_"))
        }
        env = {**kept, **ports, "VORONKA_DATA": str(folder / "data")}
        with self._out.open("wb") as out:
            command = [sys.executable, "-m", "cli.main", "up"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)

    @property
    def said(self) -> str:
        return self._out.read_text()

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def children(self) -> dict[str, psutil.Process]:
        """By what they run: worker, web, onec_double, temporal, postgres."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            line = " ".join(child.cmdline())
            name = re.search(r"-m (worker|web|onec_double)|/(temporal) server|bin/(postgres)", line)
            assert name, line
            found[next(group for group in name.groups() if group)] = child
        return found

    def ends(self) -> int:
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def ports() -> dict[str, str]:
    names = ("VORONKA_PORT", "VORONKA_TEMPORAL_PORT", "VORONKA_TEMPORAL_UI_PORT")
    return dict(zip(names, map(str, free_ports(3)), strict=True))


@pytest.fixture
def running(place: Path, ports: dict[str, str]) -> Iterator[Up]:
    up = Up(place, ports)
    try:
        up.wait_for("Ctrl-C stops it")
        yield up
    finally:
        up.process.terminate()
        up.ends()


@pytest.mark.timeout(300)
def test_a_start_answers_survives_a_crash_and_stops(running: Up, place: Path, ports: dict[str, str]) -> None:
    address = f"http://{LOOPBACK}:{ports['VORONKA_PORT']}"
    running.wait_for("Demo tokens")
    assert f"{address}/api/docs" in running.said
    with urllib.request.urlopen(f"{address}/readyz", timeout=60) as answer:
        assert answer.status == 200

    second = Up(place, ports)
    assert second.ends() == 1
    assert f"already runs on {place / 'data'} (pid {running.process.pid})" in second.said
    assert "Traceback" not in second.said

    assert (place / "data").stat().st_mode & 0o777 == 0o711
    for private in ("temporal.db", "tokens.json", "logs/web.log"):
        assert (place / "data" / private).stat().st_mode & 0o077 == 0, private

    running.children()["worker"].kill()
    running.wait_for("worker ended with status -9")
    running.wait_for("worker is running again")

    parts = running.children()
    assert parts.keys() == {"worker", "web", "onec_double", "temporal", "postgres"}
    began = time.monotonic()
    running.process.send_signal(signal.SIGINT)
    assert running.ends() == 0
    assert time.monotonic() - began < 60
    assert "Stopped in" in running.said
    assert all(wait_gone(part.pid, 30) for part in parts.values())


@pytest.mark.timeout(300)
def test_a_killed_run_leaves_nothing_behind_and_the_next_continues(
    place: Path, ports: dict[str, str]
) -> None:
    """Same folder as before: the data of the first test is still there."""
    killed = Up(place, ports)
    killed.wait_for("Ctrl-C stops it")
    assert "Definitions   unchanged" in killed.said
    parts = killed.children()
    killed.process.kill()
    killed.process.wait()
    assert all(wait_gone(part.pid, 30) for part in parts.values())

    again = Up(place, ports)
    again.wait_for("Ctrl-C stops it")
    assert f"The last run (pid {killed.process.pid}) did not end properly" in again.said
    again.process.send_signal(signal.SIGTERM)
    assert again.ends() == 0


def test_a_used_port_is_named_before_anything_is_started(tmp_path: Path, ports: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = str(other.getsockname()[1])
        up = Up(tmp_path, {**ports, "VORONKA_PORT": taken})
        assert up.ends() == 1
    assert f"Port {taken}, wanted for the web process, is in use by" in up.said
    assert "VORONKA_PORT=" in up.said
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_wrong_setting_is_named(tmp_path: Path, ports: dict[str, str]) -> None:
    up = Up(tmp_path, {**ports, "VORONKA_PORT": "many"})
    assert up.ends() == 2
    assert "VORONKA_PORT" in up.said
    assert "Traceback" not in up.said


def test_a_stop_during_the_start_stops_what_was_started(place: Path, ports: dict[str, str]) -> None:
    up = Up(place, ports)
    up.wait_for("PostgreSQL")
    up.process.send_signal(signal.SIGTERM)
    assert up.ends() == 0
    assert "Stopped in" in up.said
