"""1C as stories know it: it takes everything and has nothing to say, so that stories are the same on both engines."""

from __future__ import annotations

from typing import Any

from temporalio import activity


@activity.defn(name="effect_onec_task")
async def onec_task(key: str) -> dict[str, Any]:
    """Takes note of a mirrored task."""
    return {}


@activity.defn(name="effect_onec_offer")
async def onec_offer(key: str) -> dict[str, Any]:
    """Knows no offer."""
    return {}


SILENT = (onec_task, onec_offer)
