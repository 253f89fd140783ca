"""A document that cannot be kept for hours says so on its deal's card, and is tried on."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.documents import Documents
from activities.lateness import LATE_AFTER
from domain.deal import Deal
from domain.events import EffectPlanned, Recorded
from domain.evolve import evolve
from store import projection, tables
from store.files import DirectoryFiles, FileInfo
from tests.documents.samples import BUYER, LINES

PLANNED = datetime(2040, 3, 2, 12, tzinfo=UTC)


class FullDisk(DirectoryFiles):
    """Has no room."""

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        raise OSError("no space left")


async def planned(engine: AsyncEngine) -> str:
    """The key of a document that a deal has planned."""
    deal = str(uuid4())
    key = f"{deal}/2/1"
    detail = {"template": "invoice", "buyer": BUYER, "data": {"lines": LINES}}
    state = Deal(
        id=deal, pipeline="p", definition="d", title="t", stage="s", moved_at=PLANNED, opened_at=PLANNED, at=PLANNED,
        responsible="sales", creator="sales", seq=1,
    )  # fmt: skip
    event = EffectPlanned.model_validate({"key": key, "kind": "document", "name": "bill", "detail": detail})
    after = evolve(state, Recorded(seq=2, at=PLANNED, by="sales", event=event))
    row = {**projection.deal_row(after), "state": after.model_dump(mode="json")}
    row["attention"] = None
    effect = {"key": key, "deal_id": deal, "kind": "document", "name": "bill", "detail": detail}
    async with engine.begin() as connection:
        await connection.execute(insert(tables.deals).values(row))
        await connection.execute(
            insert(tables.effects).values({**effect, "status": "planned", "planned_at": PLANNED})
        )
    return key


def attempt_after(span: timedelta) -> ActivityEnvironment:
    made = ActivityEnvironment()
    made.info = replace(made.info, current_attempt_scheduled_time=PLANNED + span)
    return made


async def test_a_store_without_room_is_told_once_and_the_document_comes_when_there_is(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    key = await planned(engine)
    unable = Documents(engine, FullDisk(tmp_path))
    with pytest.raises(OSError, match="no space"):
        await attempt_after(timedelta(minutes=1)).run(unable.effect_document, key)
    said = await attempt_after(LATE_AFTER).run(unable.effect_document, key)
    assert said == {"late": {"cause": "OSError", "code": "document_failed"}}
    able = Documents(engine, DirectoryFiles(tmp_path))
    answer = await attempt_after(LATE_AFTER).run(able.effect_document, key)
    assert answer["file"]["name"] == "Счёт № 1 от 02.03.2040.pdf"
