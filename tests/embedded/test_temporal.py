"""A real Temporal server: data over restarts, its attributes, a second server refused."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from embedded import binaries
from embedded.errors import PortInUse, ServerError
from embedded.ports import LOOPBACK
from embedded.temporal import SEARCH_ATTRIBUTES, TemporalServer


def ask(server: TemporalServer, *command: str) -> Any:
    line = [str(binaries.temporal()), *command, "--address", server.address, "--output", "json"]
    return json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout or "null")


def test_workflows_survive_a_stop_and_a_kill_on_the_same_port(tmp_path: Path) -> None:
    server = TemporalServer(tmp_path / "temporal.db")
    try:
        server.start()
        port = server.port
        attribute = ("--search-attribute", 'Stage="new"')
        start = ("workflow", "start", "--type", "Any", "--task-queue", "none", "--workflow-id", "deal-1")
        ask(server, *start, *attribute)
        server.stop()
        server.start()
        server.kill()
        server.start()
        assert server.port == port
        described = ask(server, "workflow", "describe", "--workflow-id", "deal-1")
        assert described["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_RUNNING"
    finally:
        server.stop()
    assert not server.running
    assert not (tmp_path / "temporal.pid").exists()


def test_in_memory_server_knows_the_search_attributes() -> None:
    with TemporalServer.temporary() as server:
        known = ask(server, "operator", "search-attribute", "list")["customAttributes"]
    assert known.keys() >= SEARCH_ATTRIBUTES.keys()


def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "embedded.temporal.wait_gone", lambda _pid, _timeout: False
    )  # no ten seconds of patience
    first = TemporalServer(tmp_path / "temporal.db")
    first.start()
    try:
        with pytest.raises(ServerError, match=f"pid {first.pid}.*kill {first.pid}"):
            TemporalServer(tmp_path / "temporal.db").start()
    finally:
        first.stop()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortInUse, match="VORONKA_TEMPORAL_PORT"):
            TemporalServer(None, port, log=tmp_path / "log").start()
        with pytest.raises(PortInUse, match="VORONKA_TEMPORAL_UI_PORT"):
            TemporalServer(None, ui_port=port, log=tmp_path / "log").start()


def test_the_time_skipping_server_is_there() -> None:
    assert binaries.time_skipping_server().is_file()
