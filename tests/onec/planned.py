"""Effects that a deal has planned, as the activities find them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.onec import OneC
from store import tables


async def plan(engine: AsyncEngine, *, number: int = 5, **detail: Any) -> tuple[str, str]:
    """A planned effect of its deal's event of this number; returns its key and the task's."""
    deal = str(detail.get("deal") or uuid.uuid4())
    asks = detail.get("what") == "offer"
    task = "" if asks else str(detail.setdefault("key", f"{deal}.1"))
    key = f"{deal}/{number}/1"
    kind = "onec_offer" if asks else "onec_task"
    planned: dict[str, Any] = {"key": key, "deal_id": deal, "kind": kind, "name": "ship_goods"}
    planned |= {"detail": detail, "status": "planned", "planned_at": datetime.now(UTC)}
    async with engine.begin() as connection:
        await connection.execute(insert(tables.effects).values(planned))
    return key, task


async def effect(engine: AsyncEngine, key: str) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(select(tables.effects).where(tables.effects.c.key == key))).one()


async def failure(onec: OneC, key: str) -> ApplicationError:
    with pytest.raises(ApplicationError) as caught:
        await ActivityEnvironment().run(onec.effect_onec_task, key)
    return caught.value
