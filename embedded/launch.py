"""Started in place of a server: ties it to its parent, drops root, then becomes the server (same pid).

Run as `python -I -S launch.py PARENT_PID DEATH_SIGNAL UID GID command...`. It is a separate program rather
than a `preexec_fn` because Python code between fork and exec can deadlock in a process with threads
(temporalio has many). Only the standard library: it runs without site-packages, to start in milliseconds.
"""

import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def _prctl() -> Callable[..., object] | None:
    """Loaded while still root: afterwards this interpreter's own library folder may be out of reach."""
    if not sys.platform.startswith("linux"):
        return None  # a killed parent leaves its servers there, and the next start says so
    import ctypes

    function: Callable[..., object] = ctypes.CDLL(None).prctl
    return function


def _drop_root(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def main(arguments: list[str]) -> None:
    parent, death_signal, uid, gid = (int(value) for value in arguments[:4])
    command = arguments[4:]
    prctl = _prctl()
    if uid >= 0:
        _drop_root(uid, gid)
    if prctl:
        prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)  # after setuid, which clears it
        if os.getppid() != parent:  # it died before the signal was armed
            sys.exit(1)
    # Python ignores these, and an ignored signal stays ignored through exec.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
