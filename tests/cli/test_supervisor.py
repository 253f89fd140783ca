"""Restarts: said, slower each time, quick again after a healthy while."""

from __future__ import annotations

from dataclasses import dataclass

from cli.supervisor import Supervisor, Watched
from embedded.errors import ServerError


@dataclass
class Fake:
    running: bool = True
    starts: int = 0
    broken: bool = False

    def start(self) -> None:
        self.starts += 1
        if self.broken:
            raise ServerError("no port")
        self.running = True


def supervised(service: Fake) -> tuple[Supervisor, Watched, list[str]]:
    said: list[str] = []
    watched = Watched("worker", service, lambda: "ended with status 1")
    supervisor = Supervisor([watched], said.append)
    watched.started = 0.0
    return supervisor, watched, said


def test_nothing_happens_while_it_runs() -> None:
    service = Fake()
    supervisor, _, said = supervised(service)
    supervisor.look(5.0)
    assert (service.starts, said) == (0, [])


def test_a_crash_loop_gets_slower_and_a_healthy_run_forgets_it() -> None:
    service = Fake()
    supervisor, watched, said = supervised(service)
    delays = []
    now = 0.0
    for _ in range(7):
        service.running = False
        supervisor.look(now)
        assert watched.restart_at is not None
        delays.append(watched.restart_at - now)
        now = watched.restart_at
        supervisor.look(now - 0.1)
        assert not service.running
        supervisor.look(now)
        assert service.running
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert said[:2] == ["worker ended with status 1; starting it again in 1 s", "worker is running again"]
    service.running = False
    supervisor.look(now + 61)
    assert watched.restart_at == now + 62


def test_a_start_that_fails_is_tried_again() -> None:
    service = Fake(running=False, broken=True)
    supervisor, _, said = supervised(service)
    supervisor.look(0.0)
    supervisor.look(1.0)
    assert "did not start: no port" in said[-1]
    service.broken = False
    supervisor.look(3.0)
    assert said[-1] == "worker is running again"
