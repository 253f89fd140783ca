"""A PostgreSQL server of our own: made, started, stopped and killed, TCP on loopback with a password.

    with Postgres.temporary() as server:      # tests: fsync off, gone afterwards
        connect(server.url)

A data folder holds `cluster/` (PostgreSQL's own) and `password` (0600). It is made under another name and
renamed, so a `cluster/` that exists is whole.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

import psutil

from embedded import binaries, pgroot, ports
from embedded.errors import ServerError
from embedded.processes import Child, Identity, wait_gone

USER = DATABASE = "voronka"
_START_TIMEOUT = 60.0  # crash recovery of a large folder takes a while
_HBA = "# written by voronka: this machine only, with the password beside this folder\n"
_HBA += f"host all all {ports.LOOPBACK}/32 scram-sha-256\n"
# What a power cut may cost, a killed server does not: commits stay synchronous, for crash tests count them.
_FAST = ["fsync=off", "full_page_writes=off"]


class Postgres:
    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        fast: bool = False,
        log: Path | None = None,
        notify: pgroot.Notify = lambda _: None,
    ) -> None:
        """`fast` gives durability away for speed: tests only. The port, once chosen, stays over restarts."""
        self.data_dir = data_dir.resolve()
        self.port = port
        self._fixed_port = port is not None
        self._fast = fast
        self._log = log or self.data_dir / "server.log"
        self._notify = notify
        self._child: Child | None = None

    @classmethod
    @contextlib.contextmanager
    def temporary(cls) -> Iterator[Self]:
        """A running server that leaves nothing behind."""
        folder = Path(tempfile.mkdtemp(prefix="voronka-pg-"))
        server = cls(folder, fast=True)
        try:
            server.start()
            yield server
        finally:
            server.stop("immediate")
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """For SQLAlchemy."""
        return f"postgresql+asyncpg://{USER}:{self._password()}@{ports.LOOPBACK}:{self.port}/{DATABASE}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Make the folder if there is none, start, return when queries are answered."""
        user = pgroot.identity()
        install = pgroot.usable_install(binaries.postgres_install(), user, self._notify)
        self._prepare_folder(install, user)
        self._clear_stale_pid()
        for attempt in range(3):
            if self._fixed_port and self.port:
                ports.require_free(self.port, "PostgreSQL", "VORONKA_POSTGRES_PORT")
            self.port = self.port or ports.free_port()
            try:
                self._start_once(install, user)
                break
            except ServerError as error:
                # A free port may be gone by now; a killed server's last backends may still hold its memory.
                if attempt == 2 or not re.search("Address already in use|shared memory block", str(error)):
                    raise
                self.port = self.port if self._fixed_port else None
                time.sleep(0.5)

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        if self._child:
            self._child.stop(signal.SIGINT if mode == "fast" else signal.SIGQUIT)

    def kill(self) -> None:
        """SIGKILL to the server and its backends: what a crash test wants."""
        if self._child:
            self._child.kill()

    # -- the data folder

    @property
    def _cluster(self) -> Path:
        return self.data_dir / "cluster"

    def _password(self) -> str:
        return (self.data_dir / "password").read_text().strip()

    def _prepare_folder(self, install: Path, user: Identity | None) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if user:
            self.data_dir.chmod(0o711)  # the server's user passes through and sees only what is its own
        for half_made in self.data_dir.glob("cluster.new-*"):
            self._notify(f"Removing {half_made}: an earlier start was interrupted while making it.")
            shutil.rmtree(half_made)
        if not self._cluster.exists():
            return self._make_cluster(install, user)
        self._check_cluster(install)
        if user and self._cluster.stat().st_uid != user.uid:
            self._notify(
                f"Giving {self._cluster} to the user {pgroot.USER}: PostgreSQL does not run as root."
            )
            _give(self._cluster, user)
        return None

    def _make_cluster(self, install: Path, user: Identity | None) -> None:
        password = secrets.token_urlsafe(24)
        password_file = self.data_dir / "password"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(password + "\n")
        half_made = self.data_dir / f"cluster.new-{os.getpid()}"
        half_made.mkdir(mode=0o700)
        if user:
            os.chown(half_made, user.uid, user.gid)
        bin_dir = install / "bin"
        where = _address(half_made, user)
        options = [
            "--username",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--no-instructions",
            "--lc-messages=C",
        ]
        # Unicode case rules whatever the machine's locale, so that search behaves the same everywhere.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        options += ["--no-sync"] if self._fast else []
        _run([str(bin_dir / "initdb"), "-D", where, *options], half_made, user)
        statements = f"ALTER ROLE {USER} PASSWORD '{password}'\nCREATE DATABASE {DATABASE}\n"
        _run([str(bin_dir / "postgres"), "--single", "-D", where, "postgres"], half_made, user, statements)
        (half_made / "pg_hba.conf").write_text(_HBA)
        half_made.rename(self._cluster)

    def _check_cluster(self, install: Path) -> None:
        version_file = self._cluster / "PG_VERSION"
        way_out = f"Move {self.data_dir} away (it may hold data) and start again: a new one is made then."
        if not version_file.exists() or not (self._cluster / "global" / "pg_control").exists():
            raise ServerError(f"{self._cluster} is not a whole PostgreSQL data folder. {way_out}")
        if not (self.data_dir / "password").exists():
            raise ServerError(f"{self.data_dir / 'password'} is missing, so nobody can log in. {way_out}")
        made_by = version_file.read_text().strip()
        ours = _major(install)
        if made_by != ours:
            raise ServerError(
                f"{self._cluster} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}. "
                f"Dump it with the old version and load it into the new one, or: {way_out}"
            )

    def _clear_stale_pid(self) -> None:
        """PostgreSQL sees most stale files itself, but not one whose pid now belongs to another of our
        programs."""
        pid_file = self._cluster / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        if _is_postgres(pid) and not wait_gone(pid, 10):  # one that is just stopping gets its time
            raise ServerError(
                f"A PostgreSQL server (pid {pid}) already runs on {self.data_dir}. "
                f"If nobody uses it, stop it with: kill -INT {pid}"
            )
        pid_file.unlink(missing_ok=True)

    # -- the process

    def _start_once(self, install: Path, user: Identity | None) -> None:
        settings = [f"listen_addresses={ports.LOOPBACK}", f"port={self.port}", "unix_socket_directories="]
        settings += ["cluster_name=voronka", "max_connections=200", *(_FAST if self._fast else [])]
        options = [part for setting in settings for part in ("-c", setting)]
        command = [str(install / "bin" / "postgres"), "-D", _address(self._cluster, user), *options]
        self._child = Child(
            "postgres",
            command,
            self._log,
            env=_environment(),
            cwd=self._cluster,
            run_as=user,
            death_signal=signal.SIGINT,  # "fast": SIGTERM would wait for every client to leave by itself
        )
        self._child.start()
        self._wait_ready(self._child)

    def _wait_ready(self, child: Child) -> None:
        """As pg_ctl does: the last line of postmaster.pid says `ready`."""
        pid_file = self._cluster / "postmaster.pid"
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline:
            if not child.running:
                raise ServerError(f"PostgreSQL ended at once (status {child.exit_code}):\n{child.log_tail()}")
            with contextlib.suppress(FileNotFoundError):
                lines = pid_file.read_text().splitlines()
                if len(lines) >= 8 and lines[0] == str(child.pid) and lines[7].strip() == "ready":
                    return
            time.sleep(0.02)
        child.stop(signal.SIGQUIT)
        raise ServerError(f"PostgreSQL was not ready after {_START_TIMEOUT:.0f} s:\n{child.log_tail()}")


def _address(folder: Path, user: Identity | None) -> str:
    """How the server names its folder. Below a folder closed to its user (as /root) no path leads there,
    but its working directory does, and PostgreSQL works with relative paths from then on: no permission
    need be opened."""
    if user is None or pgroot.reachable(folder, user):
        return str(folder)
    if not Path("/proc/self/cwd").exists():
        raise ServerError(
            f"The user {pgroot.USER} cannot reach {folder}. Start as an ordinary user instead of root."
        )
    return "/proc/self/cwd"


def _environment() -> dict[str, str]:
    """Without PGDATA, PGPORT and their kind: the options given are the whole truth."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _run(command: list[str], cwd: Path, user: Identity | None, stdin: str = "") -> None:
    result = subprocess.run(
        command,
        cwd=cwd,
        env=_environment(),
        input=stdin,
        capture_output=True,
        text=True,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    if result.returncode:
        raise ServerError(
            f"{Path(command[0]).name} failed ({result.returncode}):\n{result.stdout}{result.stderr}"
        )


def _give(folder: Path, user: Identity) -> None:
    for root, folders, names in os.walk(folder):
        for name in [".", *folders, *names]:
            os.chown(os.path.join(root, name), user.uid, user.gid, follow_symlinks=False)


def _major(install: Path) -> str:
    output = subprocess.run(
        [str(install / "bin" / "postgres"), "--version"], capture_output=True, text=True
    ).stdout
    found = re.search(r"(\d+)\.", output)
    return found.group(1) if found else "?"


def _is_postgres(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).name().startswith("postgres"))
    except psutil.Error:
        return False
