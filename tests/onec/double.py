"""The bundled double as a process of its own, for tests: started, told to misbehave, killed, started again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from activities.onec_client.odata import make_client
from embedded.ports import free_port

USER, PASSWORD = "voronka", "пароль"  # 1C has Russian passwords
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HASTY = 2.0  # seconds of patience where no answer comes: few, yet more than a busy machine takes to answer
_ROOT = Path(__file__).resolve().parents[2]


async def eventually(check: Callable[[], bool], within: float = 60.0) -> None:
    """Waits until it is so."""
    for _ in range(int(within / 0.02)):
        if check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {within} s")


class Double:
    """One double. It keeps its port, and its folder, over restarts."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        """Returns when it listens."""
        # Of its own: nobody must be given it, or connect from it, while the double is away.
        port = self.url.rpartition(":")[2] or str(free_port())
        command = [sys.executable, "-m", "onec_double", "--data", str(self._folder), "--port", port]
        secrets = {"ONEC_DOUBLE_PASSWORD": PASSWORD, "ONEC_DOUBLE_HOOK_SECRET": SECRET}
        self._process = subprocess.Popen(
            [*command, *self._options],
            cwd=_ROOT,
            env={**os.environ, **secrets},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line.startswith("1C double: http"), line
        self.url = line.split(": ", 1)[1].strip()

    def kill(self) -> None:
        """`kill -9`; also collects one that has killed itself."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self.wait()

    def wait(self) -> int:
        """Waits until the process is gone; returns its status."""
        assert self._process
        with self._process as process:
            return process.wait(60)

    def stop(self) -> int:
        """Asks it to end; returns its status."""
        assert self._process
        self._process.terminate()
        return self.wait()

    def client(self, *, seconds: float = 20.0, password: str = PASSWORD, url: str = "") -> httpx.AsyncClient:
        """What the product speaks to it with."""
        return make_client(url or self.url, USER, password, seconds=seconds)

    def fault(self, mode: str, **more: Any) -> None:
        """Misbehaves in the next request that matches."""
        self.control("POST", "faults", {"mode": mode, **more})

    def faults(self) -> list[Any]:
        """Faults that are still to come."""
        return list(self.control("GET", "faults"))

    def well(self) -> None:
        """Behaves again."""
        self.control("DELETE", "faults")

    def ledger(self, by: str = "odata") -> list[dict[str, Any]]:
        """What was done, from the file: it can be read whether the double lives or not."""
        lines = (self._folder / "ledger.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, lines) if line["by"] == by]

    def actions(self, key: str) -> Sequence[str]:
        """What the product did to the object with this key, in order."""
        return [line["action"] for line in self.ledger() if line["key"] == key]

    def objects(self, entity: str) -> list[dict[str, Any]]:
        """All objects, past the OData interface."""
        return list(self.control("GET", f"objects/{entity}"))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Calls the control interface."""
        with httpx.Client(trust_env=False, timeout=60) as client:
            answer = client.request(method, f"{self.url}/_double/{path}", json=body)
        assert answer.is_success, (answer.status_code, answer.text)
        return answer.json() if answer.content else None
