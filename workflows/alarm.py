"""One timer for the earliest due moment of the agenda."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain.approval.state import Approval
    from domain.deal import Deal

from workflows import words


class Alarm:
    """Keeps the timer. It is set anew only for an earlier moment: cancelling a timer would cost an event."""

    def __init__(self) -> None:
        self._set_for: datetime | None = None
        self._ringing: set[asyncio.Task[None]] = set()

    def is_due(self, deal: Deal | Approval) -> bool:
        """Whether something on the agenda is due now."""
        due = deal.next_due()
        return due is not None and due <= workflow.now()

    def must_be_set(self, deal: Deal | Approval) -> bool:
        """Whether the earliest due moment comes before the timer that runs."""
        due = deal.next_due()
        return due is not None and due > workflow.now() and (self._set_for is None or due < self._set_for)

    def set(self, deal: Deal | Approval) -> None:
        """Starts the timer if it must be set."""
        due = deal.next_due()
        if due is not None and self.must_be_set(deal):
            self._set_for = due
            task = asyncio.create_task(self._ring(due, words.waiting(deal)))
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)

    async def _ring(self, due: datetime, summary: str) -> None:
        await workflow.sleep(max(due - workflow.now(), timedelta(milliseconds=1)), summary=summary)
        if self._set_for == due:
            self._set_for = None
