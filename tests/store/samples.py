"""Deals for tests, made of hand-written events by `domain.evolve`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as ev
from domain.base import Text
from domain.deal import Deal
from domain.definition import Pipeline
from domain.evolve import fold
from domain.facts import Employee, Organisation
from domain.holidays_ru import russian_calendar
from store.decisions import LedgerEntry, commit, load
from store.organisation import save_organisation
from store.tables import METADATA

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TASK_TITLE = Text(ru="Проверить", en="Check")
DEFINITION = Pipeline.model_validate(
    {
        "pipeline": "sample",
        "title": {"ru": "Образец", "en": "Sample"},
        "stages": {
            "zeta": {
                "title": {"ru": "Первая", "en": "First"},
                "rules": [
                    {"task": {"id": "check", "title": TASK_TITLE}},
                    {
                        "assign": {
                            "id": "react",
                            "title": {"ru": "Что дальше?", "en": "What next?"},
                            "options": {
                                "yes": {"ru": "Да", "en": "Yes"},
                                "a_no": {"ru": "Нет", "en": "No"},
                            },
                        }
                    },
                ],
            },
            "alpha": {"title": {"ru": "Вторая", "en": "Second"}},
            "won": {"title": {"ru": "Успех", "en": "Won"}, "kind": "won"},
        },
    }
)


def new_id() -> str:
    return str(uuid4())


def opened(deal: str, **changes: Any) -> ev.Opened:
    values: dict[str, Any] = {
        "deal": deal,
        "pipeline": "sample",
        "definition": DEFINITION.content_hash(),
        "title": "Сделка",
        "stage": "zeta",
        "responsible": "sales",
    }
    return ev.Opened(**(values | changes))


def record(events: Sequence[ev.Event], after: int = 0, at: datetime = START) -> list[ev.Recorded]:
    """The events numbered from `after` + 1, a second apart."""
    return [
        ev.Recorded(seq=after + n, at=at + timedelta(seconds=after + n), by="sales", event=event)
        for n, event in enumerate(events, 1)
    ]


def entry(deal: str, command: str, **changes: Any) -> LedgerEntry:
    values: dict[str, Any] = {"deal": deal, "id": command, "type": "fill", "fingerprint": "f", "at": START}
    values.update(changes)
    return LedgerEntry(**values)


async def happen(
    connection: AsyncConnection,
    deal_id: str,
    *events: ev.Event,
    at: datetime = START,
    command: str | None = None,
) -> Deal:
    """What the decision activity does, with events made up by the test; returns the deal after them."""
    before = (await load(connection, deal_id)).deal
    records = record(events, before.seq if before else 0, at)
    after = fold(before, records)
    ledger = entry(deal_id, command) if command else None
    await commit(connection, before, after, records, DEFINITION, ledger)
    assert after is not None
    return after


async def organisation_of_two(connection: AsyncConnection) -> Organisation:
    organisation = Organisation(
        name="Ромашка",
        employees={
            "head": Employee(id="head", name="Анна"),
            "sales": Employee(
                id="sales", name="Борис", position="Менеджер", email="b@example.com", head="head"
            ),
        },
        roles={"sales": ("sales",), "head_of_sales": ("head",)},
        role_titles={"sales": Text(ru="Продажи", en="Sales"), "driver": Text(ru="Водитель", en="Driver")},
        calendar=russian_calendar(),
        requisites={"inn": "7701000900"},
    )
    await save_organisation(connection, organisation)
    return organisation


async def rows_of(connection: AsyncConnection, table: str, deal: str) -> list[dict[str, Any]]:
    """The deal's rows of a table, in the order of its key."""
    made = METADATA.tables[table]
    query = select(made).where(made.c.deal_id == deal).order_by(*made.primary_key.columns)
    return [dict(row._mapping) for row in await connection.execute(query)]
