"""Letting the time-skipping server's clock run on, however long that takes on a busy machine."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from temporalio.api.testservice.v1 import SleepRequest, UnlockTimeSkippingRequest
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from simulate.engine import EngineFailure

log = logging.getLogger("voronka.simulate")
_LOOK = timedelta(seconds=3)
_LOOKS = 2  # in a row at a clock that stands: one slow task may stop it for longer than one
_MOST_STANDSTILLS = 10
_MOST = timedelta(minutes=10)  # of real time, in which months of a story's work are done


async def skip(environment: WorkflowEnvironment, left: timedelta) -> None:
    """Lets the server's clock run on by this much.

    Each task that it hands out stops the clock until it is answered. When a parent's workflow ends just as its
    child's does, the server forgets to let the clock go again (one such end in ten on a busy machine, measured);
    then it is let go from here. Raises EngineFailure if it stands still even so.
    """
    service = environment.client.test_service
    request = SleepRequest()
    request.duration.FromTimedelta(left)
    # Not by the environment's own `sleep`, which a call's usual 30 seconds would end.
    sleeping = asyncio.create_task(service.unlock_time_skipping_with_sleep(request, timeout=_MOST))
    before, stood = await environment.get_current_time(), 0
    try:
        while stood < _LOOKS * _MOST_STANDSTILLS:
            if (await asyncio.wait({sleeping}, timeout=_LOOK.total_seconds()))[0]:
                await sleeping
                return
            now = await environment.get_current_time()
            stood = stood + 1 if now - before < 2 * _LOOK else 0
            if stood and stood % _LOOKS == 0:
                log.warning("the time-skipping server's clock stands still at %s: letting it go", now)
                await service.unlock_time_skipping(UnlockTimeSkippingRequest())
            before = now
    except RPCError as error:
        raise EngineFailure(f"the time-skipping server does not answer: {error}") from error
    finally:
        sleeping.cancel()
    raise EngineFailure("the time-skipping server's clock stands still")
