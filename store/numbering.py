"""Numbers of documents: one sequence for each own organisation, kind and year, without gaps or doubles.

A number and what the document says are one row. Taking the number and recording the document are thus one
act: where the transaction is rolled back neither happened, and the next document gets that number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
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
    connection: AsyncConnection, sequence: Sequence, key: str, content: Mapping[str, Any]
) -> Numbered:
    """Give the document the sequence's next number and record it.

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
    last = await connection.scalar(select(func.max(_numbers.c.number)).where(*same))
    number = (last or 0) + 1
    row = vars(sequence) | {"number": number, "key": key, "content": dict(content)}
    await connection.execute(insert(_numbers).values(row))
    return Numbered(number, dict(content))


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
