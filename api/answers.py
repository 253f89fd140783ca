"""Kept answers in PostgreSQL; see `api.idempotency.Answers`."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from api.errors import key_reused
from api.idempotency import Kept
from store.writes import claim_answer, finish_answer


class StoredAnswers:
    """Each step is a transaction of its own: a crash between them leaves a claimed key, which acts again."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, actor: str, key: str, fingerprint: str) -> Kept | None:
        """The key's answer, or None; raises the problem of a reused key."""
        async with self._engine.begin() as connection:
            known = await claim_answer(connection, actor, key, fingerprint)
        if known and known.fingerprint != fingerprint:
            raise key_reused()
        return Kept(known.status, known.body) if known and known.status is not None else None

    async def finish(self, actor: str, key: str, answer: Kept) -> Kept:
        """Keeps the answer and returns the one that counts."""
        async with self._engine.begin() as connection:
            known = await finish_answer(connection, actor, key, answer.status, answer.body)
        return Kept(known.status, known.body) if known and known.status is not None else answer
