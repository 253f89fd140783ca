"""How a process that used a Temporal client ends: with everything flushed and the right status, every time.

Why. The SDK hands each result to Python from a thread of its Rust runtime, which attaches to the
interpreter to do so. When `main` returns right after the last call, such a thread may still be attached, or
attach later (a cancelled long poll does), while the interpreter is being torn down. CPython ends or parks a
thread that comes in then, in the middle of Rust code. Measured with temporalio 1.35 on Python 3.11: one in
five to one in four short programs died of SIGABRT (`PyGILState_Release`) or SIGSEGV, and a program that had
cancelled a long poll hung for ever, because the runtime's own drop waits for the parked thread (sdk-python
issue 300). Closing the client, dropping it or a runtime of one's own does not help: the SDK has no call
that waits for those threads.

So the interpreter is not torn down. Everything that a Python process owes at its end is done, in the usual
order, and then the kernel ends the process, as `multiprocessing` ends its children.
"""

import atexit
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from typing import NoReturn

_INTERRUPTED = 130  # what a shell reports for a program ended by Ctrl-C


def run(main: Callable[[], int | None]) -> NoReturn:
    """The last call of every entry point: `if __name__ == "__main__": run(main)`."""
    finish(_status(main))


def finish(status: int) -> NoReturn:
    """Wait for threads, run exit handlers, flush, leave. Never returns and never raises."""
    current = threading.current_thread()
    for thread in threading.enumerate():
        if thread is not current and not thread.daemon:
            thread.join()
    try:
        atexit._run_exitfuncs()
    except Exception:  # the handlers have all run by then; the last failure is reported, as at a usual exit
        traceback.print_exc()
        status = status or 1
    _leave(status)


def finish_at_exit(status: Callable[[], int | None]) -> None:
    """For programs whose `main` is not ours (pytest): call early, so that this exit handler runs last.

    `status` tells at the end what the process would have answered, or None to leave everything as it is.
    """

    def last_handler() -> None:
        known = status()
        if known is not None:
            logging.shutdown()  # an even earlier handler, which would not get its turn
            _leave(known)

    atexit.register(last_handler)


def _status(main: Callable[[], int | None]) -> int:
    try:
        return main() or 0
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return leaving.code or 0
        print(leaving.code, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1


def _leave(status: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # a closed pipe or stream: a usual exit answers 120
            status = status or 120
    os._exit(status & 0xFF)
