"""`voronka health`, which containers ask."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("part", ["worker", "web"])
def test_what_does_not_run_is_not_healthy(part: str) -> None:
    nowhere = {"TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}", "VORONKA_PORT": str(free_port())}
    command = [sys.executable, "-m", "cli.main", "health", part]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **nowhere}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    assert done.stdout.startswith(f"{part}: ")
    assert "Traceback" not in done.stderr
