"""The worker as production runs it: a process of its own, started, killed, started again."""

from __future__ import annotations

import asyncio
import copy
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
READY = b"worker polls"
# With next to no cache most workflow tasks replay their deal from the first event. (None at all is not for
# local activities: Core evicts them while they run.)
_SMALL_CACHE = (
    "import functools, worker; from cli import exit;"
    " worker.build_worker = functools.partial(worker.build_worker, cached_deals=2); exit.run(worker.main)"
)


class WorkerProcess:
    """One worker at a time. `log` collects what all of them write."""

    def __init__(self, database_url: str, address: str, queue: str, log: Path) -> None:
        self._env = {
            **os.environ,
            "DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": address,
            "TEMPORAL_NAMESPACE": "default",
            "VORONKA_TASK_QUEUE": queue,
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def another(self) -> WorkerProcess:
        """A second worker beside this one, not started yet."""
        other = copy.copy(self)
        other._process = None
        return other

    async def start(self, *, cached: bool = True) -> float:
        """Returns when it polls: how many seconds that took."""
        began = time.monotonic()
        with self._log.open("ab") as output:
            seen = output.tell()
            self._process = self._spawn(output, ["-m", "worker"] if cached else ["-c", _SMALL_CACHE])
        while READY not in self._log.read_bytes()[seen:]:
            assert self._process.poll() is None, self._log.read_text()[-3000:]
            assert time.monotonic() - began < 60, "the worker does not start"
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    def _spawn(self, output: IO[bytes], arguments: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=self._env, cwd=ROOT, stdout=output, stderr=output
        )

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing said goodbye to."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> int:
        """SIGTERM; returns its status."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(30)
