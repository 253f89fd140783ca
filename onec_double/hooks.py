"""Sends the queued webhooks to the product, signed, again and again until they are taken.

One that is not taken holds up none of the later ones: as from a real 1C, they may come out of their order.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from datetime import UTC, datetime

import httpx

from domain.webhooks import headers
from onec_double.base import Base, Object

log = logging.getLogger("onec_double.hooks")
# The schedule that the Standard Webhooks specification gives as an example: three days in all.
DELAYS = (0.0, 5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
_LOOK_EVERY = 0.2  # seconds


class HookSender:
    """`pace` shortens every delay, for demonstrations and tests."""

    def __init__(self, base: Base, url: str, secret: str, pace: float = 1.0) -> None:
        self._base = base
        self._url = url
        self._secret = secret
        self._pace = pace

    async def run(self) -> None:
        """Sends until cancelled."""
        async with httpx.AsyncClient(timeout=15, trust_env=False) as client:
            while True:
                for hook in self._base.hooks(due=time.time()):
                    await self._send(client, hook)
                await asyncio.sleep(_LOOK_EVERY)

    async def _send(self, client: httpx.AsyncClient, hook: Object) -> None:
        body = hook["body"].encode()
        # The id stays, the moment does not: a repeat after an hour is not too old.
        signed = headers([self._secret], hook["id"], datetime.now(UTC), body)
        try:
            content = {"Content-Type": "application/json", **signed}
            status = (await client.post(self._url, content=body, headers=content)).status_code
        except httpx.HTTPError as error:
            log.info("hook %s: %s", hook["id"], type(error).__name__)
            status = 0
        last = hook["attempts"] + 1 >= len(DELAYS)
        outcome = "delivered" if 200 <= status < 300 else "unwanted" if status == 410 else None
        delay = DELAYS[min(hook["attempts"] + 1, len(DELAYS) - 1)] * self._pace * random.uniform(0.9, 1.1)
        self._base.note_hook(hook["n"], time.time() + delay, outcome or ("given up" if last else None))
