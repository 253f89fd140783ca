"""A new working calendar: deals and approvals with something scheduled are told to plan it anew."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal

from pydantic import Field

from api.deps import Caller, Deps
from api.idempotency import derived
from domain.approval import commands as approval
from domain.base import Strict
from domain.calendar import Day, DayHours, WorkingCalendar
from domain.commands import Replan
from domain.holidays_ru import russian_calendar
from store import queries

_AT_ONCE = 20


class CalendarPreset(Strict):
    """The calendar that comes with the product; `days`: the organisation's own exceptions from it."""

    preset: Literal["russia"]
    timezone: Annotated[str, Field(max_length=64)] = "Europe/Moscow"
    days: dict[Day, DayHours] = Field(default_factory=dict)

    def calendar(self) -> WorkingCalendar:
        """The whole calendar. Raises ValueError for an unknown time zone."""
        shipped = russian_calendar(self.timezone)
        return shipped.model_copy(update={"days": {**shipped.days, **self.days}})


async def replan_all(deps: Deps, caller: Caller) -> None:
    """Signals them, some at a time. Raises UnavailableError half-way; the same again does no harm."""
    command = str(uuid.uuid4())  # planning anew twice is planning anew
    async with deps.engine.connect() as connection:
        deals = await queries.deals_with_agenda(connection)
        approvals = await queries.approvals_with_agenda(connection)

    async def tell_deal(id: str) -> None:
        await deps.gateway.command(id, Replan(), caller.id, derived(command, id), wait=False)

    async def tell_approval(id: str) -> None:
        await deps.gateway.approval(id, approval.Replan(), caller.id, derived(command, id), wait=False)

    await _each(deals, tell_deal)
    await _each(approvals, tell_approval)


async def _each(ids: Sequence[str], tell: Callable[[str], Awaitable[None]]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        await asyncio.gather(*(tell(id) for id in ids[start : start + _AT_ONCE]))
