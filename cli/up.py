"""`voronka up`, which is `make run`: everything on this machine, in one process tree, until Ctrl-C."""

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import typer

from cli.lock import only_one
from cli.progress import Progress
from cli.stack import Stack
from cli.supervisor import Supervisor
from embedded import ports
from settings import Settings

_SHOWN_TOKENS = 12


class _Stop(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, a closed terminal."""


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("up")(up)


def up() -> None:
    """Start PostgreSQL, Temporal, worker and web; Ctrl-C stops them all. A second start continues."""
    settings, progress = Settings(), Progress()
    _keep_private(settings.data)
    with only_one(settings.data) as before:
        if before:
            progress.say(f"The last run (pid {before}) did not end properly; its data is used as it is.")
        ports.require_free(settings.port, "the web process", "VORONKA_PORT", settings.host)
        began = time.monotonic()
        progress.say("Starting Voronka")
        stack = Stack(settings, progress, ExitStack(), dict(os.environ))
        with _signals(progress), _ordered_stop(stack):
            url = stack.database()
            stack.env["DATABASE_URL"] = url
            tokens = stack.prepare_database(url)
            stack.temporal()
            stack.onec()
            stack.worker_and_web()
            _tell(stack, tokens, time.monotonic() - began)
            Supervisor(
                stack.watched, lambda text: progress.say(f"[{time.strftime('%H:%M:%S')}] {text}")
            ).run_for_ever()


def _keep_private(folder: Path) -> None:
    """Histories, logs and uploads are nobody else's business. The folder itself lets PostgreSQL's own user pass
    through, which root needs, and lists nothing."""
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)


@contextmanager
def _ordered_stop(stack: Stack) -> Iterator[None]:
    """Whatever ends the block: web, worker, Temporal, PostgreSQL are stopped, in this order."""
    try:
        yield
    except _Stop:
        stack.progress.say("\nStopping")
    finally:
        began = time.monotonic()
        stack.stopping.close()
        stack.progress.say(
            f"Stopped in {time.monotonic() - began:.1f} s. `make run` continues where this was."
        )


@contextmanager
def _signals(progress: Progress) -> Iterator[None]:
    """The first signal interrupts whatever is going on; later ones must not interrupt the stopping."""
    stopping = False

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        if stopping:
            progress.say("Already stopping; a few seconds more.")
            return
        stopping = True
        raise _Stop

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(stack: Stack, tokens: Mapping[str, str], seconds: float) -> None:
    say = stack.progress.say
    say(f"\nVoronka is running ({seconds:.1f} s). Ctrl-C stops it.\n")
    say(f"  Pages          {stack.web_url}")
    say(f"  API            {stack.web_url}/api")
    say(f"  API docs       {stack.web_url}/api/docs")
    if stack.ui_url:
        say(f"  Temporal Web   {stack.ui_url}")
    if stack.onec_url:
        say(f"  1C double      {stack.onec_url}")
    say(f"  Logs           {stack.log('web').parent}")
    if tokens:
        say("\n  Demo tokens (Authorization: Bearer ...)")
        for employee, token in list(tokens.items())[:_SHOWN_TOKENS]:
            say(f"    {employee:<18} {token}")
        if len(tokens) > _SHOWN_TOKENS:
            say(f"    and {len(tokens) - _SHOWN_TOKENS} more: voronka token EMPLOYEE")
    say()
