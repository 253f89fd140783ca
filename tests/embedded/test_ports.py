"""Ports: a taken one is refused with who has it and how to choose another."""

from __future__ import annotations

import os
import socket

import pytest

from embedded.errors import PortInUse
from embedded.ports import LOOPBACK, free_port, free_ports, holder, is_free, require_free


def test_a_free_port_can_be_bound() -> None:
    port = free_port()
    assert is_free(port)
    require_free(port, "a test")


def test_ports_for_several_servers_differ_and_are_none_that_the_system_gives_away() -> None:
    ports = free_ports(200)
    assert len(set(ports)) == 200
    with socket.socket() as somebody:
        somebody.bind((LOOPBACK, 0))
        assert somebody.getsockname()[1] > max(ports)


def test_a_used_port_is_named_with_its_holder_and_the_way_out() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        assert str(os.getpid()) in (holder(port) or "")
        with pytest.raises(PortInUse) as refused:
            require_free(port, "the web process", "VORONKA_PORT")
    message = str(refused.value)
    assert f"Port {port}" in message
    assert f"pid {os.getpid()}" in message
    assert "VORONKA_PORT=" in message


def test_a_port_of_a_connection_just_closed_counts_as_free() -> None:
    """TIME_WAIT, left by our own last run, must not keep a restart away."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every server does
        server.bind((LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        client = socket.create_connection((LOOPBACK, port))
        accepted, _ = server.accept()
        accepted.close()
        client.close()
    assert is_free(port)
