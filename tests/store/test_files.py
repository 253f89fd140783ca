from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from store.files import DirectoryFiles, FileInfo, FileMissing, FileTooLarge, from_url
from tests.store.samples import new_id

CONTENT = [b"abc" * 100_000, b"", b"end"]
WHOLE = b"".join(CONTENT)


async def _stream(chunks: list[bytes], fail: bool = False) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
    if fail:
        raise ConnectionError("the client went away")


async def _content(files: DirectoryFiles, file_id: str) -> bytes:
    return b"".join([chunk async for chunk in await files.open(file_id)])


def _left(path: Path) -> list[Path]:
    return [found for found in path.rglob("*") if found.is_file()]


async def test_a_file_comes_back(tmp_path: Path) -> None:
    files, file_id = DirectoryFiles(tmp_path / "new" / "folder"), new_id()
    info = await files.put(file_id, _stream(CONTENT), len(WHOLE))
    assert info == FileInfo(len(WHOLE), hashlib.sha256(WHOLE).hexdigest())
    assert await _content(files, file_id) == WHOLE
    await files.put(file_id, _stream([b"newer"]), 5)
    assert await _content(files, file_id) == b"newer"
    await files.delete(file_id)
    await files.delete(file_id)
    with pytest.raises(FileMissing):
        await files.open(file_id)


async def test_a_file_too_large_is_not_kept(tmp_path: Path) -> None:
    files, file_id = DirectoryFiles(tmp_path), new_id()
    with pytest.raises(FileTooLarge):
        await files.put(file_id, _stream(CONTENT), len(WHOLE) - 1)
    assert _left(tmp_path) == []


async def test_a_broken_upload_leaves_the_older_file(tmp_path: Path) -> None:
    files, file_id = DirectoryFiles(tmp_path), new_id()
    await files.put(file_id, _stream([b"old"]), 10)
    with pytest.raises(ConnectionError):
        await files.put(file_id, _stream([b"half"], fail=True), 10)
    assert await _content(files, file_id) == b"old"
    assert len(_left(tmp_path)) == 1


async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path) -> None:
    half_written = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"half"
        half_written.set()
        await asyncio.sleep(60)

    upload = asyncio.create_task(DirectoryFiles(tmp_path).put(new_id(), slow(), 10))
    await half_written.wait()
    assert len(_left(tmp_path)) == 1
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert _left(tmp_path) == []


async def test_a_process_killed_while_writing_leaves_no_file(tmp_path: Path) -> None:
    file_id = new_id()
    program = f"""
import asyncio, os
from pathlib import Path
from store.files import DirectoryFiles
async def stream():
    yield b"half"
    os.kill(os.getpid(), 9)
    yield b"rest"
asyncio.run(DirectoryFiles(Path({str(tmp_path)!r})).put({file_id!r}, stream(), 100))
"""
    result = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program], capture_output=True)
    assert result.returncode == -9
    with pytest.raises(FileMissing):
        await DirectoryFiles(tmp_path).open(file_id)


@pytest.mark.parametrize("file_id", ["", "../../etc/passwd", "x", "a" * 40])
async def test_only_a_uuid_names_a_file(tmp_path: Path, file_id: str) -> None:
    with pytest.raises(ValueError, match="UUID"):
        await DirectoryFiles(tmp_path).put(file_id, _stream([]), 1)


async def test_the_address_of_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    files, file_id = from_url(folder.as_uri()), new_id()
    await files.put(file_id, _stream([b"x"]), 1)
    assert len(_left(folder)) == 1
    for wrong in ("s3://bucket", "ftp://x/y", "folder", "file://"):
        with pytest.raises(ValueError, match="file:///folder"):
            from_url(wrong)
