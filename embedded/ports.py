"""Ports on loopback: find a free one, or say clearly who has the one that was asked for."""

import contextlib
import itertools
import socket
import time
from random import SystemRandom

import psutil

from embedded.errors import PortInUse

LOOPBACK = "127.0.0.1"
_PORTS = range(20_000, 32_000)  # below those that the system itself gives to whoever connects or asks for any


def free_port() -> int:
    """A port that was free a moment ago. Callers that bind it later must cope with losing the race."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many of them, each another one: for servers that start one after another."""
    shuffled = SystemRandom().sample(_PORTS, len(_PORTS))
    return list(itertools.islice(filter(is_free, shuffled), count))


def is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without it a port in TIME_WAIT, left by our own last run, would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def holder(port: int) -> str | None:
    """«python (pid 42)», or None where the system does not tell (another user's process)."""
    with contextlib.suppress(psutil.Error, PermissionError):
        for connection in psutil.net_connections(kind="tcp"):
            if not connection.laddr or not connection.pid or connection.status != psutil.CONN_LISTEN:
                continue
            if connection.laddr.port == port:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return None


def require_free(port: int, what: str, variable: str | None = None, host: str = LOOPBACK) -> None:
    """Refuse a taken port with the holder's name and the variable that changes the port."""
    if is_free(port, host):
        return
    by = holder(port)
    message = f"Port {port}, wanted for {what}, is in use" + (f" by {by}." if by else " by another program.")
    if variable:
        message += f" Stop that program, or choose another port: {variable}={free_port()}"
    raise PortInUse(message)


def wait_listening(port: int, timeout: float, host: str = LOOPBACK) -> bool:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        time.sleep(0.02)
    return False
