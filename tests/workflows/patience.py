"""Waiting for what comes in a moment, and sending again what was thrown back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from temporalio.api.testservice.v1 import SleepRequest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

T = TypeVar("T")
_PASSING = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND)
_BUSY_MACHINE = timedelta(minutes=10)  # of real time, for days of retries
_RUN_ENDED = ("not_ready", "AcceptedUpdateCompletedWorkflow")


async def eventually(check: Callable[[], Awaitable[T]], within: float = 60.0) -> T:
    """The first true answer of `check`, asked again and again; AssertionError when it takes longer."""
    deadline = time.monotonic() + within
    while True:
        if answer := await check():
            return answer
        assert time.monotonic() < deadline, f"not within {within} s; last answer: {answer!r}"
        await asyncio.sleep(0.03)


async def insist(call: Callable[[], Awaitable[T]], within: float = 60.0) -> T:
    """Makes the call again while the failure is one that passes; the same id makes that harmless."""
    deadline = time.monotonic() + within
    while True:
        try:
            return await call()
        except (RPCError, WorkflowUpdateFailedError) as error:
            if not _passes(error) or time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.1)


def _passes(error: RPCError | WorkflowUpdateFailedError) -> bool:
    if isinstance(error, RPCError):
        return error.status in _PASSING
    return isinstance(error.cause, ApplicationError) and error.cause.type in _RUN_ENDED


async def pass_time(environment: WorkflowEnvironment, span: timedelta) -> None:
    """Lets the time-skipping server's clock run on. Not by its `sleep`, which a call's usual 30 seconds would end."""
    request = SleepRequest()
    request.duration.FromTimedelta(span)
    await environment.client.test_service.unlock_time_skipping_with_sleep(request, timeout=_BUSY_MACHINE)
