"""A Temporal server of our own: the real one from the wheel, one process, kept in one SQLite file (or in
memory)."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self

import psutil

from embedded import binaries, ports
from embedded.errors import ServerError
from embedded.processes import Child, wait_gone

# What deals and approvals carry for operators in Temporal Web. The server refuses a start with an unknown
# one.
SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "Pipeline": "Keyword",
    "Stage": "Keyword",
    "DealStatus": "Keyword",
    "Responsible": "Keyword",
    "Company": "Keyword",
    "StageDeadline": "Datetime",
}
# Measured: write throughput up to three times that of the defaults. A power cut may cost the last commits,
# a crash of the process none.
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")
_START_TIMEOUT = 60.0


class TemporalServer:
    def __init__(
        self,
        db_file: Path | None = None,
        port: int | None = None,
        ui_port: int | None = None,
        *,
        log: Path | None = None,
        namespace: str = "default",
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        """Without `db_file` everything is gone at stop; without `ui_port` there is no Temporal Web. A port,
        once chosen, stays over restarts."""
        self.db_file = db_file.resolve() if db_file else None
        self.port = port
        self.ui_port = ui_port
        self.namespace = namespace
        self._fixed_port = port is not None
        self._dynamic_config = dict(dynamic_config or {})
        self._log = log or self._default_log()
        self._child: Child | None = None

    @classmethod
    @contextlib.contextmanager
    def temporary(cls, *, in_memory: bool = True) -> Iterator[Self]:
        """A running server that leaves nothing behind."""
        folder = Path(tempfile.mkdtemp(prefix="voronka-temporal-"))
        server = cls(None if in_memory else folder / "temporal.db", log=folder / "server.log")
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def address(self) -> str:
        return f"{ports.LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        return f"http://{ports.LOOPBACK}:{self.ui_port}" if self.ui_port else None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Returns when it answers and knows the namespace and the search attributes."""
        self._refuse_second_server()
        for attempt in range(3):
            self._check_ports()
            self.port = self.port or ports.free_port()
            try:
                self._start_once()
                break
            except ServerError as error:
                if attempt == 2 or "already in use" not in str(error):
                    raise
                self.port = self.port if self._fixed_port else None
        if self._pid_file and self.pid:
            self._pid_file.write_text(f"{self.pid}\n")

    def stop(self) -> None:
        if self._child:
            self._child.stop(signal.SIGTERM)
        if self._pid_file:
            self._pid_file.unlink(missing_ok=True)

    def kill(self) -> None:
        if self._child:
            self._child.kill()

    def _default_log(self) -> Path:
        if self.db_file:
            return self.db_file.with_suffix(".log")
        return Path(tempfile.gettempdir()) / f"voronka-temporal-{os.getpid()}.log"

    @property
    def _pid_file(self) -> Path | None:
        return self.db_file.with_suffix(".pid") if self.db_file else None

    def _refuse_second_server(self) -> None:
        """Two servers on one SQLite file corrupt each other's idea of who owns a workflow."""
        if self._pid_file is None or self.db_file is None:
            return
        self.db_file.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int(self._pid_file.read_text())
            if _serves(pid, self.db_file) and not wait_gone(
                pid, 10
            ):  # one that is just stopping gets its time
                raise ServerError(
                    f"A Temporal server (pid {pid}) already runs on {self.db_file}. "
                    f"If nobody uses it, stop it with: kill {pid}"
                )
        self._pid_file.unlink(missing_ok=True)

    def _check_ports(self) -> None:
        if self._fixed_port and self.port:
            ports.require_free(self.port, "the Temporal server", "VORONKA_TEMPORAL_PORT")
        if self.ui_port:
            ports.require_free(self.ui_port, "Temporal Web", "VORONKA_TEMPORAL_UI_PORT")

    def _command(self) -> list[str]:
        command = [
            str(binaries.temporal()),
            "server",
            "start-dev",
            "--ip",
            ports.LOOPBACK,
            "--port",
            str(self.port),
        ]
        command += (
            ["--ui-port", str(self.ui_port), "--ui-disable-news-fetch"] if self.ui_port else ["--headless"]
        )
        command += ["--namespace", self.namespace, "--log-level", "error", "--color", "never"]
        if self.db_file:
            command += ["--db-filename", str(self.db_file)]
            command += [part for pragma in _PRAGMAS for part in ("--sqlite-pragma", pragma)]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        for key, value in self._dynamic_config.items():
            command += ["--dynamic-config-value", f"{key}={value}"]
        return command

    def _start_once(self) -> None:
        self._child = child = Child("temporal", self._command(), self._log, env=_environment())
        child.start()
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline:
            if not child.running:
                raise ServerError(
                    f"The Temporal server ended at once (status {child.exit_code}):\n{child.log_tail()}"
                )
            if self.port and ports.wait_listening(self.port, 0.5) and self._healthy():
                return
        child.stop()
        raise ServerError(
            f"The Temporal server was not ready after {_START_TIMEOUT:.0f} s:\n{child.log_tail()}"
        )

    def _healthy(self) -> bool:
        """Asked through the CLI: one gRPC call that needs the frontend, the namespace and the registered
        attributes. (A client library would bring threads into a supervisor that has none.)"""
        command = [str(binaries.temporal()), "operator", "search-attribute", "list", "--output", "json"]
        command += ["--address", self.address, "--namespace", self.namespace, "--command-timeout", "5s"]
        answer = subprocess.run(command, capture_output=True, text=True, env=_environment())
        if answer.returncode:
            return False
        with contextlib.suppress(ValueError, KeyError):
            known: dict[str, str] = json.loads(answer.stdout)["customAttributes"]
            return SEARCH_ATTRIBUTES.keys() <= known.keys()
        return False


def _environment() -> dict[str, str]:
    """Without TEMPORAL_*: an address or a profile set for the clients must not steer this server or its
    health check."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    return clean | {"TEMPORAL_CONFIG_FILE": os.devnull}


def _serves(pid: int, db_file: Path) -> bool:
    try:
        return str(db_file) in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
