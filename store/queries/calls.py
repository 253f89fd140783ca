"""Calls that people have to make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from store import tables
from store.queries.paging import Order, Page
from store.queries.wanted import Wanted

_calls, _deals, _companies = tables.calls, tables.deals, tables.companies
_ORDER = Order("calls", (_calls.c.due, _calls.c.deal_id, _calls.c.number))


@dataclass(frozen=True)
class CallRow:
    """A call in a list. `definition` knows its title by `key`; `company` is the client's name."""

    id: str
    deal: str
    number: int
    key: str
    assignee: str
    status: str
    due: datetime
    deal_title: str
    pipeline: str
    stage: str
    definition: str
    company: str | None


async def list_calls(connection: AsyncConnection, wanted: Wanted) -> Page[CallRow]:
    """A page of calls, the nearest first. InvalidCursor."""
    about = (_deals.c.title.label("deal_title"), _deals.c.pipeline, _deals.c.stage, _deals.c.definition)
    query = select(_calls, *about, _companies.c.name.label("company"))
    query = query.join(_deals, _deals.c.id == _calls.c.deal_id)
    query = query.outerjoin(_companies, _companies.c.id == _deals.c.company_id)
    query = query.where(*wanted.rows_of(_calls))
    return await _ORDER.page(connection, query, wanted.cursor, wanted.limit, _row)


def _row(row: Any) -> CallRow:
    columns = row._mapping
    names = CallRow.__dataclass_fields__.keys() - {"id", "deal"}
    return CallRow(
        id=f"{row.deal_id}.{row.number}", deal=row.deal_id, **{name: columns[name] for name in names}
    )
