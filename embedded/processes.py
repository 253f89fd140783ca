"""One child process: started with its output in a log file, stopped in steps, gone when its parent is
gone."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_LAUNCHER = Path(__file__).with_name("launch.py")
_LOG_LIMIT = 5_000_000


@dataclass(frozen=True)
class Identity:
    """The system user that a server runs as when we are root."""

    uid: int
    gid: int


class Child:
    """A process that dies with the thread that started it: start it from a thread that lives as long as it
    should."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        run_as: Identity | None = None,
        death_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = log
        self._command = list(command)
        self._env = dict(env) if env is not None else None
        self._cwd = cwd
        self._run_as = run_as
        self._death_signal = death_signal
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs or was never started."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        uid, gid = (self._run_as.uid, self._run_as.gid) if self._run_as else (-1, -1)
        tie = [str(os.getpid()), str(int(self._death_signal)), str(uid), str(gid)]
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCHER), *tie, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._env,
                cwd=self._cwd,
                # Its own session: Ctrl-C in the terminal reaches only the parent, which stops children in
                # order.
                start_new_session=True,
            )

    def send(self, number: signal.Signals) -> None:
        if self.running and self._process:
            self._process.send_signal(number)

    def wait(self, timeout: float) -> bool:
        """True when it ended in time."""
        if self._process is None:
            return True
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self, first: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> None:
        """Ask, wait, then make sure. Safe to call twice and on a process that never started."""
        self.send(first)
        if not self.wait(grace):
            self.kill()

    def kill(self) -> None:
        """SIGKILL for it and everything it started, as a power cut would."""
        if not self.running or self._process is None:
            return
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()
        self._process.wait()
        for member in family:
            wait_gone(member.pid, 5)

    def log_tail(self, lines: int = 15) -> str:
        """The last lines of this run's own output."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(min(self._log_start, size), size - 20_000))
            text = stream.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def wait_gone(pid: int, timeout: float) -> bool:
    """True when no such process is left (a zombie counts as gone)."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
