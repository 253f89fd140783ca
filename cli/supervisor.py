"""Keeps services running: starts again what ended, slower each time, and says so. Stopping is the
caller's."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from embedded.errors import ServerError

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
_HEALTHY_AFTER = 60.0  # one that ran this long is not in a crash loop
_LOOK_EVERY = 0.2


class Service(Protocol):
    """A server or a child process."""

    @property
    def running(self) -> bool: ...

    def start(self) -> None: ...


@dataclass
class Watched:
    name: str
    service: Service
    describe_end: Callable[[], str] = lambda: "ended"
    delay: float = _FIRST_DELAY
    started: float = 0.0
    restart_at: float | None = None


class Supervisor:
    def __init__(self, watched: Sequence[Watched], say: Callable[[str], None]) -> None:
        self._watched = list(watched)
        self._say = say
        for one in self._watched:
            one.started = time.monotonic()

    def run_for_ever(self) -> None:
        """Ends only by an exception, such as the one that a signal handler raises."""
        while True:
            self.look(time.monotonic())
            time.sleep(_LOOK_EVERY)

    def look(self, now: float) -> None:
        for one in self._watched:
            if one.restart_at is not None:
                if now >= one.restart_at:
                    self._restart(one, now)
            elif not one.service.running:
                self._plan_restart(one, now, one.describe_end())

    def _plan_restart(self, one: Watched, now: float, why: str) -> None:
        if now - one.started >= _HEALTHY_AFTER:
            one.delay = _FIRST_DELAY
        one.restart_at = now + one.delay
        self._say(f"{one.name} {why}; starting it again in {one.delay:.0f} s")
        one.delay = min(one.delay * 2, _LONGEST_DELAY)

    def _restart(self, one: Watched, now: float) -> None:
        one.restart_at = None
        one.started = now
        try:
            one.service.start()
        except ServerError as error:
            self._plan_restart(one, now, f"did not start: {error}")
        else:
            self._say(f"{one.name} is running again")
