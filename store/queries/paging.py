"""Keyset pages: the cursor is where the last page ended, so that rows that come and go shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
MAX_LIMIT = 200


class InvalidCursor(ValueError):
    """The cursor was not made by this list, or for another order of it."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page; `next` is the cursor of the following one, None on the last."""

    items: list[T]
    next: str | None


@dataclass(frozen=True)
class Order:
    """A total order by `keys`: none of them is ever NULL, and together they are unique."""

    name: str
    keys: Sequence[ColumnElement[Any]]
    descending: bool = False

    async def page(
        self,
        connection: AsyncConnection,
        query: Select[Any],
        cursor: str | None,
        limit: int,
        read: Callable[[Any], T],
    ) -> Page[T]:
        """The page of at most `limit` rows behind the cursor, each read by `read`. Raises InvalidCursor."""
        size = clamp(limit)
        found = (await connection.execute(self._after(query, cursor, size))).all()
        following = self._cursor(found[size - 1]) if len(found) > size else None
        return Page([read(row) for row in found[:size]], following)

    def _after(self, query: Select[Any], cursor: str | None, size: int) -> Select[Any]:
        """The rows behind the cursor, one more than `size` to know whether there is a next page."""
        if cursor is not None:
            here, there = tuple_(*self.keys), tuple_(*self._values(cursor))
            query = query.where(here < there if self.descending else here > there)
        marks = [key.label(f"mark_{number}") for number, key in enumerate(self.keys)]
        order = [key.desc() if self.descending else key.asc() for key in self.keys]
        return query.add_columns(*marks).order_by(*order).limit(size + 1)

    def _cursor(self, row: Any) -> str:
        """The cursor that points behind this row."""
        values = [str(row._mapping[f"mark_{number}"]) for number in range(len(self.keys))]
        return base64.urlsafe_b64encode(json.dumps([self.name, *values]).encode()).decode().rstrip("=")

    def _values(self, cursor: str) -> list[ColumnElement[Any]]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            parsed = [_parse(key, value) for key, value in zip(self.keys, values, strict=True)]
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise InvalidCursor("not a cursor of this list") from error
        if name != self.name:
            raise InvalidCursor("a cursor of another order")
        return parsed


def _parse(key: ColumnElement[Any], value: object) -> ColumnElement[Any]:
    """The key's value from its text. Raises ValueError, TypeError or ArithmeticError."""
    kind = key.type.python_type
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("not a text that PostgreSQL takes")
    if kind is datetime:
        return literal(datetime.fromisoformat(value).astimezone(UTC), key.type)
    if kind is int and not -(2**31) <= int(value) < 2**31:
        raise ValueError("not a number of this column")
    return literal(kind(value), key.type)


def columns_of(row: Any) -> dict[str, Any]:
    """The row's columns by name, without those that its cursor is made of."""
    return {name: value for name, value in row._mapping.items() if not name.startswith("mark_")}


def clamp(limit: int) -> int:
    """A page has from 1 to MAX_LIMIT rows."""
    return max(1, min(limit, MAX_LIMIT))
