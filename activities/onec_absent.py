"""Where a company has no 1C: what would be mirrored is done with, and there is no offer to pull."""

from __future__ import annotations

from typing import Any

from temporalio import activity


@activity.defn(name="effect_onec_task")
async def no_task(key: str) -> dict[str, Any]:
    """Mirrors nothing."""
    return {}


@activity.defn(name="effect_onec_offer")
async def no_offer(key: str) -> dict[str, Any]:
    """Has no offer."""
    return {"offer": None}


ABSENT = (no_task, no_offer)
