"""Where uploaded files are kept. A file is there whole or not at all, whatever crashes meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import os
import uuid
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

_CHUNK = 1 << 18


class FileTooLarge(Exception):
    """The file is larger than allowed; nothing of it was kept."""


class FileMissing(Exception):
    """No file of this id is kept."""


@dataclass(frozen=True)
class FileInfo:
    """A file that was stored: bytes, and the SHA-256 of its content in hex."""

    size: int
    sha256: str


class FileStore(Protocol):
    """Keeps files by id, a UUID that the caller chooses (ValueError for anything else)."""

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        """Store the whole stream, in place of an older file of this id. Raises FileTooLarge."""

    async def open(self, file_id: str) -> AsyncIterator[bytes]:
        """The content in chunks, to be read to its end or closed (`aclose`). Raises FileMissing at once."""

    async def delete(self, file_id: str) -> None:
        """Forget the file; an unknown one is no error."""


class DirectoryFiles:
    """Files in a folder of this machine, made when missing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        """See FileStore. On disk (fsync) when it returns."""
        target = self._place(file_id)
        part = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
        output = await asyncio.to_thread(_create, part)
        try:
            info = await _copy(chunks, output, max_bytes)
            await asyncio.to_thread(_settle, output, part, target)
        except BaseException:  # a cancelled upload too
            output.close()
            part.unlink(missing_ok=True)
            raise
        return info

    async def open(self, file_id: str) -> AsyncIterator[bytes]:
        """See FileStore."""
        try:
            source = await asyncio.to_thread(self._place(file_id).open, "rb")
        except FileNotFoundError:
            raise FileMissing(file_id) from None
        return _read(source)

    async def delete(self, file_id: str) -> None:
        """See FileStore."""
        await asyncio.to_thread(self._place(file_id).unlink, missing_ok=True)

    def _place(self, file_id: str) -> Path:
        name = str(uuid.UUID(file_id))  # nothing but a UUID becomes a path
        return self._path / name[:2] / name


def from_url(url: str) -> FileStore:
    """The store behind `file:///folder`. Raises ValueError for what is not supported."""
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path:
        return DirectoryFiles(Path(unquote(parts.path)))
    raise ValueError(f"files cannot be kept at {url!r}: only file:///folder is supported")


def _create(part: Path) -> BinaryIO:
    part.parent.mkdir(parents=True, exist_ok=True)
    return part.open("xb")


async def _copy(chunks: AsyncIterable[bytes], output: BinaryIO, max_bytes: int) -> FileInfo:
    size, digest = 0, hashlib.sha256()
    async for chunk in chunks:
        size += len(chunk)
        if size > max_bytes:
            raise FileTooLarge(f"larger than {max_bytes} bytes")
        digest.update(chunk)
        await asyncio.to_thread(output.write, chunk)
    return FileInfo(size, digest.hexdigest())


def _settle(output: BinaryIO, part: Path, target: Path) -> None:
    output.flush()
    os.fsync(output.fileno())
    output.close()
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name itself survives a power cut
    finally:
        os.close(folder)


async def _read(source: BinaryIO) -> AsyncIterator[bytes]:
    with source:
        while chunk := await asyncio.to_thread(source.read, _CHUNK):
            yield chunk
