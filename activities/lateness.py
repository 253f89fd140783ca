"""What has not worked for hours is said on the deal's card once, and tried on.

The activity ends with `{late: {cause, code}}` instead of failing once more; the deal takes note, tells people and
starts the activity anew. So no timer waits beside each effect, and history grows only where something is wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from store import writes

LATE_AFTER = timedelta(hours=4)  # half a working day: longer than restarts and updates


async def late(engine: AsyncEngine, key: str, error: ApplicationError) -> dict[str, Any] | None:
    """What to return instead of raising `error`; None: raise it, for it is too early, final, or said already."""
    if error.non_retryable or not activity.in_activity():
        return None
    async with engine.connect() as connection:
        planned_at = await writes.untold_since(connection, key)
    if planned_at is None or _now() - planned_at < LATE_AFTER:
        return None
    return {"late": {"cause": error.message, "code": error.type or ""}}


def _now() -> datetime:
    """By Temporal's clock, as the deal's own moments are."""
    return activity.info().current_attempt_scheduled_time
