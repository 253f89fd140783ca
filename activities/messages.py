"""Messages that leave the house. Each has a key that never changes, so that a repeat sends nothing twice."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from store import writes


class Messages:
    """Delivers planned messages to the outbox that people read; further channels come with the organisation's."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @activity.defn(name="effect_message")
    async def deliver(self, key: str) -> None:
        """Delivers the message planned under this key, once, however often it is called."""
        async with self._engine.begin() as connection:
            await writes.deliver_to_outbox(connection, key)
