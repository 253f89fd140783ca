"""Which rows a list is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table


@dataclass(frozen=True)
class Wanted:
    """One page of a list of work: of one person, in one status, of one deal. None asks for nothing."""

    assignee: str | None = None
    status: str | None = None
    deal: str | None = None
    cursor: str | None = None
    limit: int = 50

    def rows_of(self, table: Table) -> list[ColumnElement[bool]]:
        """The conditions on a table of work, whose columns have these names."""
        columns = table.c
        return equal(
            (columns.assignee, self.assignee), (columns.status, self.status), (columns.deal_id, self.deal)
        )


def equal(*pairs: tuple[ColumnElement[Any], object]) -> list[ColumnElement[bool]]:
    """Each column has its value; where that is None, any will do."""
    return [column == value for column, value in pairs if value is not None]
