"""Files: uploaded once, then named by their id in fields and comments."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import text

from api.body_limit import MAX_FILE
from api.deps import Acting, Caller, Deps, Reading, World
from api.errors import ProblemError, not_found
from api.file_types import clean_name, sniff
from api.gateway import too_large
from api.idempotency import HEADER, derived, once
from api.replies import READ, problem_responses, reply
from domain.base import Strict
from store import queries, writes
from store.files import FileMissing, FileTooLarge

router = APIRouter(prefix="/api/files", tags=["files"])
_CHUNK = 1 << 18
# A file is never shown by the browser in the product's name: it is saved, and may run nothing.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class Stored(Strict):
    """A stored file. `size` in bytes."""

    id: str
    name: str
    size: int
    type: str


@router.post("", status_code=201, response_model=Stored, responses=problem_responses(401, 413, 422, 503))
async def upload(
    request: Request,
    file: Annotated[UploadFile, File(description="До 50 МБ · Up to 50 MB")],
    caller: Acting,
    deps: World,
) -> Response:
    """Загрузить файл · Upload a file; then name its `id` in a field or comment."""
    name = clean_name(file.filename)
    key = request.headers.get(HEADER)
    if key is None:
        return await _store(deps, caller, file, name)
    print_ = hashlib.sha256(f"upload\n{name}\n{await _digest(file)}".encode()).hexdigest()
    return await once(deps.answers, caller.id, key, print_, lambda: _store(deps, caller, file, name))


@router.get("/{file_id}", responses=READ, response_class=StreamingResponse)
async def download(file_id: str, caller: Reading, deps: World) -> StreamingResponse:
    """Скачать файл · Download. Until it is attached to a deal, only its uploader sees it."""
    async with deps.engine.connect() as connection:
        found = await queries.files_by_id(connection, [file_id])
        visible = found and (
            found[0].uploaded_by == caller.id or bool(await connection.scalar(_ATTACHED, {"id": file_id}))
        )
    if not visible:  # a file that may not be seen is told like one that is not there
        raise _unknown(file_id)
    try:
        content = await deps.files.open(file_id)
    except FileMissing:
        raise _unknown(file_id) from None
    row = found[0]
    headers = {**_SAFE, "Content-Disposition": disposition(row.name), "Content-Length": str(row.size)}
    return StreamingResponse(content, media_type=row.type, headers=headers)


_ATTACHED = text("""
    SELECT EXISTS (
        SELECT 1 FROM events WHERE type IN ('opened', 'filled', 'commented', 'task_commented')
            AND strpos(CAST(data AS text), CAST(:id AS text)) > 0  -- cheap, and rules out nearly all
            AND jsonb_path_exists(
                CAST(data AS jsonb), '$.** ? (@.id == $id)', jsonb_build_object('id', CAST(:id AS text))))
""")


async def _store(deps: Deps, caller: Caller, file: UploadFile, name: str) -> Response:
    file_id = derived(caller.command_id, "file")
    await file.seek(0)
    head = await file.read(16)
    await file.seek(0)
    try:
        info = await deps.files.put(file_id, _chunks(file), MAX_FILE)
    except FileTooLarge:
        raise too_large(MAX_FILE) from None
    media_type = sniff(head, name)
    async with deps.engine.begin() as connection:
        await writes.add_file(
            connection,
            writes.NewFile(
                id=file_id,
                name=name,
                size=info.size,
                type=media_type,
                sha256=info.sha256,
                uploaded_by=caller.id,
            ),
        )
    return reply(Stored(id=file_id, name=name, size=info.size, type=media_type), 201)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


async def _digest(file: UploadFile) -> str:
    digest = hashlib.sha256()
    async for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def disposition(name: str) -> str:
    """Content-Disposition that saves under this name, whatever letters it has (RFC 6266)."""
    plain = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _unknown(file_id: str) -> ProblemError:
    return not_found("unknown_file", f"Файла {file_id} нет.", f"There is no file {file_id}.")
