"""What `voronka up` says while it works: one line a step, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO


@dataclass
class Step:
    """Filled in by the step: what came of it, in a few words."""

    result: str = "ready"


@dataclass
class Progress:
    out: TextIO = field(default_factory=lambda: sys.stdout)
    _open: str | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """«  PostgreSQL   127.0.0.1:40001   0.6 s»; a failure leaves the line with the word in it."""
        began = time.monotonic()
        step = Step()
        self._begin(name)
        try:
            yield step
        except BaseException as error:
            self._end(name, "failed" if isinstance(error, Exception) else "interrupted", began)
            raise
        self._end(name, step.result, began)

    def note(self, text: str) -> None:
        if self._open is not None:
            self._write("\n")
            self._open = None
        self._write(f"    {text}\n")

    def say(self, text: str = "") -> None:
        self._write(text + "\n")

    def _begin(self, name: str) -> None:
        self._open = name
        self._write(f"  {name:<14}")

    def _end(self, name: str, result: str, began: float) -> None:
        if self._open is None:  # notes came in between
            self._write(f"  {name:<14}")
        self._open = None
        self._write(f"{result}  ({time.monotonic() - began:.1f} s)\n")

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            self.out.flush()
        except (BrokenPipeError, ValueError):
            pass  # nobody reads any more (`make run | head`): no reason to leave servers half stopped
