"""The parts of `voronka up`, each started in a step and put on the stack of what must be stopped."""

import asyncio
import ipaddress
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from cli.progress import Progress
from cli.supervisor import Watched
from embedded import binaries, ports
from embedded.errors import ServerError
from embedded.postgres import Postgres
from embedded.processes import Child
from embedded.temporal import TemporalServer
from settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_READY_TIMEOUT = 60.0


@dataclass
class Stack:
    settings: Settings
    progress: Progress
    stopping: ExitStack
    env: dict[str, str]  # of the children: grows with each step
    watched: list[Watched] = field(default_factory=list)
    ui_url: str | None = None
    onec_url: str | None = None

    @property
    def data(self) -> Path:
        return self.settings.data.resolve()

    def log(self, name: str) -> Path:
        return self.data / "logs" / f"{name}.log"

    # -- PostgreSQL

    def database(self) -> str:
        """The address to use, with a server of our own behind it unless DATABASE_URL names another."""
        given = self.settings.database_url
        with self.progress.step("PostgreSQL") as step:
            if given:
                step.result = f"{_without_password(given)} (DATABASE_URL)"
                return given
            server = Postgres(
                self.data / "postgres",
                self.settings.postgres_port,
                log=self.log("postgres"),
                notify=self.progress.note,
            )
            self.stopping.callback(server.stop)  # before start: an interrupted start is stopped too
            server.start()
            self.watched.append(Watched("postgres", server))
            step.result = f"127.0.0.1:{server.port}, kept in {_shown(server.data_dir)}"
            return server.url

    def prepare_database(self, url: str) -> Mapping[str, str]:
        """Schema, demo organisation, pipelines. Gives the demo tokens by employee."""
        # Imported here: `voronka up` says its first line before half the product is loaded.
        from cli.seed import seed
        from store.migrate import upgrade

        with self.progress.step("Schema"):
            try:
                asyncio.run(upgrade(url))
            except OSError as error:
                raise ServerError(
                    f"PostgreSQL at {_without_password(url)} cannot be reached: {error}"
                ) from error
        with self.progress.step("Definitions") as step:
            report = asyncio.run(seed(url, self.settings.pipelines, self.data))
            step.result = f"{len(report.published)} new" if report.published else "unchanged"
            for problem in report.problems:
                self.progress.note(str(problem))
        return report.tokens

    # -- Temporal

    def temporal(self) -> None:
        with self.progress.step("Temporal") as step:
            # Only what the environment says counts: a profile in somebody's home must not turn a demo into
            # deals on the company's cluster.
            if os.environ.get("TEMPORAL_ADDRESS") or os.environ.get("TEMPORAL_PROFILE"):
                _require_reachable_temporal()
                step.result = os.environ.get("TEMPORAL_ADDRESS") or "by TEMPORAL_PROFILE"
                return
            server = TemporalServer(
                self.data / "temporal.db",
                self.settings.temporal_port,
                self.settings.temporal_ui_port,
                log=self.log("temporal"),
            )
            self.stopping.callback(server.stop)
            server.start()
            self.watched.append(Watched("temporal", server))
            self.ui_url = server.ui_url
            for name in [name for name in self.env if name.startswith("TEMPORAL_")]:
                del self.env[name]
            self.env["TEMPORAL_ADDRESS"] = server.address
            self.env["TEMPORAL_NAMESPACE"] = server.namespace
            self.env["TEMPORAL_CONFIG_FILE"] = os.devnull
            step.result = f"{server.address}, kept in {_shown(self.data / 'temporal.db')}"

    # -- 1C

    def onec(self) -> None:
        """The bundled 1C double, unless the environment names the company's own 1C."""
        with self.progress.step("1C double") as step:
            if os.environ.get("ONEC_URL"):
                step.result = "not started, ONEC_URL names a 1C"
                return
            from cli.hook_secret import new_secret

            password = secrets.token_urlsafe(18)
            port = ports.free_port()
            env = {
                **self.env,
                "PYTHONUNBUFFERED": "1",
                "ONEC_DOUBLE_PASSWORD": password,
                "ONEC_DOUBLE_HOOK_SECRET": asyncio.run(new_secret(self.env["DATABASE_URL"], "1c")),
            }
            command = ["-m", "onec_double", "--data", str(self.data / "onec"), "--port", str(port)]
            command += ["--hook-url", f"{self.web_url}/api/hooks/1c"]
            child = Child("onec", [sys.executable, *command], self.log("onec"), env=env, cwd=_ROOT)
            self.stopping.callback(child.stop, grace=5.0)
            child.start()
            self.watched.append(Watched("onec", child, lambda: _ending(child)))
            self.env |= {
                "ONEC_URL": f"http://127.0.0.1:{port}",
                "ONEC_USER": "voronka",
                "ONEC_PASSWORD": password,
            }
            self.onec_url = f"http://127.0.0.1:{port}/_double/"
            _wait(child, lambda: _answers(self.onec_url or ""))
            step.result = f"{self.env['ONEC_URL']}, kept in {_shown(self.data / 'onec')}"

    # -- our own processes

    def process(self, name: str) -> Child:
        """`python -m NAME` with the environment collected so far."""
        env = {
            **self.env,
            "PYTHONUNBUFFERED": "1",
            "VORONKA_DATA": str(self.data),
            "VORONKA_PIPELINES": str(self.settings.pipelines.resolve()),
        }
        if ipaddress.ip_address(socket.gethostbyname(self.settings.host)).is_loopback:
            env.setdefault("VORONKA_SIGN_IN", "demo")  # on this machine alone, for whoever started it
        if self.ui_url:
            env.setdefault("VORONKA_TEMPORAL_WEB_URL", f"{self.ui_url}/namespaces/default")
        child = Child(name, [sys.executable, "-m", name], self.log(name), env=env, cwd=_ROOT)
        self.stopping.callback(child.stop, grace=15.0)
        child.start()
        self.watched.append(Watched(name, child, lambda: _ending(child)))
        return child

    def worker_and_web(self) -> None:
        """Both at once: loading modules is most of it. Web is started last, to be stopped first."""
        worker, web = self.process("worker"), self.process("web")
        with self.progress.step("Worker") as step:
            _wait(worker, lambda: _polls(self.env, self.settings.task_queue))
            step.result = f"polls {self.settings.task_queue}"
        with self.progress.step("Web") as step:
            _wait(web, lambda: _answers(f"{self.web_url}/readyz"))
            step.result = self.web_url

    @property
    def web_url(self) -> str:
        host = "127.0.0.1" if self.settings.host in ("0.0.0.0", "::") else self.settings.host
        return f"http://{host}:{self.settings.port}"


def _wait(child: Child, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _READY_TIMEOUT
    while time.monotonic() < deadline:
        if not child.running:
            raise ServerError(f"{child.name} {_ending(child)}")
        if ready():
            return
        time.sleep(0.1)
    raise ServerError(f"{child.name} was not ready after {_READY_TIMEOUT:.0f} s. {_last_lines(child)}")


def _ending(child: Child) -> str:
    return f"ended with status {child.exit_code}. {_last_lines(child)}"


def _last_lines(child: Child) -> str:
    lines = "\n".join(f"      {line}" for line in child.log_tail().splitlines())
    return f"The end of {_shown(child.log)}:\n{lines}\n "


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _polls(env: Mapping[str, str], task_queue: str) -> bool:
    """Does a worker poll the queue? Asked through the CLI: a client library would bring its threads here."""
    command = [str(binaries.temporal()), "task-queue", "describe", "--task-queue", task_queue]
    # The newer mode answers from a cache of several seconds.
    command += ["--legacy-mode", "--output", "json", "--command-timeout", "5s"]
    answer = subprocess.run(command, env=dict(env), capture_output=True, text=True)
    try:
        return bool(json.loads(answer.stdout).get("pollers"))
    except (ValueError, AttributeError):
        return False


def _require_reachable_temporal() -> None:
    command = [str(binaries.temporal()), "workflow", "list", "--limit", "1", "--command-timeout", "15s"]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode:
        raise ServerError(
            "Temporal, as named by TEMPORAL_*, cannot be reached. "
            f"The `temporal` command says:\n{answer.stderr}"
        )


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    _, at, place = rest.rpartition("@")
    return place if at else f"{scheme}://{rest}"


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
