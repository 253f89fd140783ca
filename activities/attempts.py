"""Attempts of local activities, which end in time, and at last for good."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from asyncpg import InterfaceError, PostgresError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.wire import FAULT
from store.decisions import Overtaken

LATE = "too_late"
FAULTY_ATTEMPTS = 3  # of a decision that fails by our own fault; then the workflow hears of it
_MARGIN = timedelta(milliseconds=300)  # an attempt ends before Core ends it, to say that it was the last
_LEAST = timedelta(milliseconds=500)
_PASSING = (
    OSError,
    TimeoutError,
    SQLAlchemyError,
    PostgresError,
    InterfaceError,
    Overtaken,
    ApplicationError,
)
_REFUSED_BY_DATABASE = ("22", "23")  # classes of SQLSTATE: data it cannot keep, a constraint that is broken


@contextlib.asynccontextmanager
async def attempt() -> AsyncIterator[None]:
    """Limits one attempt; what fails in it is tried again until schedule-to-close has passed.

    Then it fails for good, with ApplicationError `too_late`. Core (temporalio 1.35) leaves that to us: it looks
    at schedule-to-close anew in each attempt of a local activity, and would try for ever (measured).
    What is our own fault, and no matter of PostgreSQL being away, fails sooner, as `fault`.
    """
    try:
        async with asyncio.timeout(_seconds_left()):
            yield
    except Exception as error:
        if kind := _last(error):
            # Without its chain of causes, 16 KB of history; earlier attempts have been logged in full.
            raise ApplicationError(_said(error), type=kind, non_retryable=True) from None
        raise


def is_ours(error: Exception) -> bool:
    """Whether the error is a fault in the program, which the same would come of again."""
    if isinstance(error, DBAPIError):
        return str(getattr(error.orig, "sqlstate", None))[:2] in _REFUSED_BY_DATABASE
    return not isinstance(error, _PASSING)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _last(error: Exception) -> str | None:
    """As what the activity fails if this was its last attempt."""
    late = _is_late()
    if is_ours(error) and activity.in_activity() and (late or activity.info().attempt >= FAULTY_ATTEMPTS):
        return FAULT
    return LATE if late else None


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
