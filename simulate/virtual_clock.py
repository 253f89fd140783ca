"""Makes the time-skipping server's clock the story's clock, at the edge between workflow and decision activity.

The server's clock starts at the real time and runs on, in real time, while commands are decided. A story starts
when its file says, perhaps in the past, and its commands take no time. So the moment that a workflow gives a
decision is moved to the story's time and cut to the whole minute; moments at which the agenda fires are moved
back on their way to the workflow, which arms its timer by the server's clock. Everything recorded is story time.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import temporalio.client
import temporalio.worker
from pydantic import JsonValue
from temporalio import activity

from domain import wire
from domain.approval import wire as approval_wire
from domain.approval.state import Approval
from domain.deal import AgendaEntry, Deal
from domain.events import MoveUndone, Scheduled


class VirtualClock(temporalio.client.Interceptor, temporalio.worker.Interceptor):
    """An interceptor: the product's own worker and activities run unchanged. `ahead`: story minus server."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def intercept_activity(
        self, next: temporalio.worker.ActivityInboundInterceptor
    ) -> temporalio.worker.ActivityInboundInterceptor:
        return _Activities(next, self)

    def to_story(self, moment: datetime) -> datetime:
        """The story's whole minute at this moment of the server."""
        return (moment + self.ahead).replace(second=0, microsecond=0)


class _Activities(temporalio.worker.ActivityInboundInterceptor):
    def __init__(self, next: temporalio.worker.ActivityInboundInterceptor, clock: VirtualClock) -> None:
        super().__init__(next)
        self._clock = clock

    async def execute_activity(self, input: temporalio.worker.ExecuteActivityInput) -> Any:
        kind = activity.info().activity_type
        if kind in ("load", "load_approval"):
            state = await super().execute_activity(input)
            return self._as_server(Deal if kind == "load" else Approval, state)
        if kind not in ("decide", "decide_approval"):
            return await super().execute_activity(input)
        [request] = input.args
        now = self._clock.to_story(wire.moment(request["now"]))
        input.args = [{**request, "now": now.isoformat()}]
        answer = await super().execute_activity(input)
        unpack = wire.unpack if kind == "decide" else approval_wire.unpack
        events = [self._back(recorded) for recorded in unpack(answer["events"])]
        return {**answer, "events": wire.pack(events)}

    def _back(self, recorded: Any) -> Any:
        if isinstance(recorded.event, MoveUndone):
            return recorded.model_copy(update={"event": self._undone(recorded.event)})
        if not isinstance(recorded.event, Scheduled):
            return recorded
        moved = self._earlier(recorded.event.entry)
        return recorded.model_copy(update={"event": Scheduled(entry=moved)})

    def _earlier(self, entry: AgendaEntry) -> AgendaEntry:
        return entry.model_copy(update={"due": entry.due - self._clock.ahead})

    def _undone(self, event: MoveUndone) -> MoveUndone:
        """What was planned before the move comes back with its moments, which are story time too."""
        agenda = event.back.get("agenda")
        if not isinstance(agenda, dict):
            return event
        moved: dict[str, JsonValue] = {}
        for id, entry in agenda.items():
            moved[id] = None
            if entry:
                moved[id] = self._earlier(AgendaEntry.model_validate(entry)).model_dump(mode="json")
        return event.model_copy(update={"back": {**event.back, "agenda": moved}})

    def _as_server(self, model: type[Deal] | type[Approval], state: dict[str, Any]) -> dict[str, Any]:
        deal = model.model_validate(state)
        agenda = {id: self._earlier(entry) for id, entry in deal.agenda.items()}
        return deal.model_copy(update={"agenda": agenda}).model_dump(mode="json", exclude_defaults=True)
