"""The README's walk is run as it stands, on the product started by the README's command."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from embedded.ports import free_ports

ROOT = Path(__file__).resolve().parent.parent
WALK = re.compile(r"<!-- walk -->\n```bash\n(.*?)```", re.DOTALL)
START_SECONDS = 120


@pytest.fixture
def running(tmp_path: Path) -> Iterator[dict[str, str]]:
    """`voronka up` on free ports; ended by Ctrl-C, and it must end well."""
    names = ("VORONKA_PORT", "VORONKA_TEMPORAL_PORT", "VORONKA_TEMPORAL_UI_PORT")
    ports = dict(zip(names, map(str, free_ports(3)), strict=True))
    environment = {**os.environ, **ports, "VORONKA_DATA": str(tmp_path / "data")}
    for name in ("DATABASE_URL", "TEMPORAL_ADDRESS"):
        environment.pop(name, None)
    log = tmp_path / "up.log"
    with log.open("wb") as out:
        up = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up"], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        _until_ready(up, ports["VORONKA_PORT"], log)
        yield environment
    finally:
        up.send_signal(signal.SIGINT)
        status = up.wait(timeout=90)
    assert status == 0, log.read_text()


def _until_ready(up: subprocess.Popen[bytes], port: str, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while up.poll() is None and time.monotonic() < give_up:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"not ready:\n{log.read_text()}")


@pytest.mark.timeout(420)
def test_the_walk_goes_as_the_readme_says(running: dict[str, str], tmp_path: Path) -> None:
    blocks = WALK.findall((ROOT / "README.md").read_text())
    assert len(blocks) >= 5
    script = "set -euo pipefail\n" + "".join(blocks).replace("offer.pdf", str(tmp_path / "offer.pdf"))
    script = script.replace(".venv/bin/voronka", f"{sys.executable} -m cli.main")
    walked = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=running, capture_output=True, text=True, timeout=300
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    said = walked.stdout.splitlines()
    assert said[:6] == [
        "['contact_phone']",
        "prepare_offer",
        "approve_offer",
        "approve_offer",
        "agree_with_client",
        "won",
    ]
    assert said[6:8] == ["check_counterparty", "draft_contract"]
    assert said[9:11] == ["send_contract", "won"]
    assert "'request': '200 коробок'" in said[11]  # carried from the quote to the receiving request
