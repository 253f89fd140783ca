"""Numbers of documents: one sequence for each own organisation, kind and year, without gaps or doubles.

A number and what the document says are one row. Taking the number and recording the document are thus one
act: where the transaction is rolled back neither happened, and the next document gets that number.

A document that is made again is another version of it: another row, under the number of the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables

_numbers = tables.document_numbers


class KeyOfAnother(ValueError):
    """The key stands for a document of another sequence."""


@dataclass(frozen=True)
class Sequence:
    """Where numbers are counted: `organisation` is the seller's INN, `kind` such as `invoice`."""

    organisation: str
    kind: str
    year: int


@dataclass(frozen=True)
class Numbered:
    """A recorded document: its number, from 1, and what it says."""

    number: int
    content: dict[str, Any]


async def record_document(
    connection: AsyncConnection,
    sequence: Sequence,
    key: str,
    content: Mapping[str, Any],
    document: str | None = None,
) -> Numbered:
    """Give the document the sequence's next number and record it. `document` names one that may be made again:
    where the sequence has a version of it already, this is the next one, under the same number.

    A key that is known already gives what was recorded under it first, whatever `content` says now. Call it
    last in a short transaction: until that ends, the sequence's other documents wait. Raises KeyOfAnother.
    """
    series = f"document number {sequence.organisation}/{sequence.kind}/{sequence.year}"
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(series, 0))))
    if known := await _known(connection, sequence, key):
        return known
    same = (
        _numbers.c.organisation == sequence.organisation,
        _numbers.c.kind == sequence.kind,
        _numbers.c.year == sequence.year,
    )
    number, version = await _next(connection, same, document)
    which = {"number": number, "version": version, "document": document}
    row = vars(sequence) | which | {"key": key, "content": dict(content)}
    await connection.execute(insert(_numbers).values(row))
    return Numbered(number, dict(content))


async def _next(
    connection: AsyncConnection, same: Iterable[ColumnElement[bool]], document: str | None
) -> tuple[int, int]:
    """Number and version: those of the document's next version, or of the sequence's next document."""
    if document is not None:
        query = select(_numbers.c.number, func.max(_numbers.c.version).label("version"))
        of_it = query.where(*same, _numbers.c.document == document).group_by(_numbers.c.number)
        if earlier := (await connection.execute(of_it)).one_or_none():
            return earlier.number, earlier.version + 1
    last = await connection.scalar(select(func.max(_numbers.c.number)).where(*same))
    return (last or 0) + 1, 1


async def latest_version(
    connection: AsyncConnection, organisation: str, kind: str, document: str
) -> Numbered | None:
    """The latest version of this document of the organisation's; None where it has never been made."""
    query = select(_numbers.c.number, _numbers.c.content).where(
        _numbers.c.organisation == organisation, _numbers.c.kind == kind, _numbers.c.document == document
    )
    latest = query.order_by(_numbers.c.year.desc(), _numbers.c.version.desc()).limit(1)
    row = (await connection.execute(latest)).one_or_none()
    return Numbered(row.number, row.content) if row else None


async def recorded_document(connection: AsyncConnection, key: str) -> Numbered | None:
    """What was recorded under the key; None where nothing was."""
    query = select(_numbers.c.number, _numbers.c.content).where(_numbers.c.key == key)
    row = (await connection.execute(query)).one_or_none()
    return Numbered(row.number, row.content) if row else None


async def _known(connection: AsyncConnection, sequence: Sequence, key: str) -> Numbered | None:
    row = (await connection.execute(select(_numbers).where(_numbers.c.key == key))).one_or_none()
    if row is None:
        return None
    if (row.organisation, row.kind, row.year) != (sequence.organisation, sequence.kind, sequence.year):
        raise KeyOfAnother(f"{key} is number {row.number} of {row.organisation}/{row.kind}/{row.year}")
    return Numbered(row.number, row.content)
