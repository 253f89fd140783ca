"""One `voronka up` for a data folder: a lock that the kernel drops when its owner dies, so it cannot go
stale."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded.errors import ServerError


class AlreadyRunning(ServerError):
    """Another process holds the folder."""


@contextmanager
def only_one(folder: Path) -> Iterator[int | None]:
    """Hold the folder. Gives the pid of a run before this one that did not end properly, if there was one."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "up.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        written = os.read(descriptor, 32).decode(errors="replace").strip()
        before = int(written) if written.isdigit() else None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f"pid {before}" if before else "another process"
            way_out = f"press Ctrl-C in its terminal, or: kill {before}" if before else "press Ctrl-C there"
            raise AlreadyRunning(
                f"`voronka up` already runs on {folder} ({who}). To stop it, {way_out}. "
                "To run a second one, give it another folder and ports: VORONKA_DATA, VORONKA_PORT, "
                "VORONKA_TEMPORAL_PORT, VORONKA_TEMPORAL_UI_PORT."
            ) from None
        _write(descriptor, f"{os.getpid()}\n")
        yield before
        _write(descriptor, "")  # a proper end: the next start has nothing to report
    finally:
        os.close(descriptor)


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
