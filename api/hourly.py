"""How often something may be tried within an hour of the clock, counted by the database for all processes together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from api.errors import ProblemError
from store import intake

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Tries:
    """Tries in the hour that `now` falls into, of all of `who`, and under the name `together` of everybody.

    `who` are digests (`digest`): the database keeps no address and no name, and forgets them after a day.
    """

    now: datetime
    who: tuple[str, ...]
    together: str | None = None

    async def count(self, connection: AsyncConnection, each: int, everybody: int = 0) -> bool:
        """Counts one more; whether that is not too many: at most `each` of every one, `everybody` together."""
        hits = await intake.hit(connection, self.who, self._since)
        if any(hits[one] > each for one in self.who):
            return False  # one alone must not use up what is there for everybody
        if self.together is None:
            return True
        return (await intake.hit(connection, [self.together], self._since))[self.together] <= everybody

    async def take_back(self, connection: AsyncConnection) -> None:
        """One counted try less."""
        together = [] if self.together is None else [self.together]
        await intake.take_back(connection, [*together, *self.who], self._since)

    def too_many(self, ru: str, en: str) -> ProblemError:
        """The problem of too many tries, which says when the next hour begins."""
        wait = int((self._since + _HOUR - self.now).total_seconds()) + 1
        return ProblemError("rate_limited", ru, en, headers={"Retry-After": str(wait)})

    @property
    def _since(self) -> datetime:
        return self.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def digest(what: str, who: str) -> str:
    """Who tries what, unreadable: `who` is an address or a name."""
    return hashlib.sha256(f"{what}\n{who}".encode()).hexdigest()[:32]


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else "?"
