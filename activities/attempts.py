"""Attempts of local activities, which end in time, and at last for good."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

LATE = "too_late"
_MARGIN = timedelta(milliseconds=300)  # an attempt ends before Core ends it, to say that it was the last
_LEAST = timedelta(milliseconds=500)


@contextlib.asynccontextmanager
async def attempt() -> AsyncIterator[None]:
    """Limits one attempt; what fails in it is tried again until schedule-to-close has passed.

    Then it fails for good, with ApplicationError `too_late`. Core (temporalio 1.35) leaves that to us: it looks
    at schedule-to-close anew in each attempt of a local activity, and would try for ever (measured).
    """
    try:
        async with asyncio.timeout(_seconds_left()):
            yield
    except Exception as error:
        if _is_late():
            cause = f"{type(error).__name__}: {error}"
            # Without its chain of causes, 16 KB of history; earlier attempts have been logged in full.
            raise ApplicationError(cause[:200], type=LATE, non_retryable=True) from None
        raise


def _seconds_left() -> float | None:
    info = activity.info() if activity.in_activity() else None
    if info is None or info.start_to_close_timeout is None:
        return None
    left = info.start_to_close_timeout - _MARGIN
    if info.schedule_to_close_timeout is not None:
        left = min(left, info.scheduled_time + info.schedule_to_close_timeout - datetime.now(UTC))
    return max(left, _LEAST).total_seconds()


def _is_late() -> bool:
    info = activity.info() if activity.in_activity() else None
    if info is None or info.schedule_to_close_timeout is None:
        return False
    return datetime.now(UTC) >= info.scheduled_time + info.schedule_to_close_timeout
