"""What Temporal knows of deals that were not answered in time: the failure's own explanation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.enums.v1 import EventType, PendingWorkflowTaskState, TaskQueueKind, TimeoutType
from temporalio.api.enums.v1 import WorkflowTaskFailedCause as FailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflow.v1 import PendingWorkflowTaskInfo
from temporalio.client import Client
from temporalio.service import RPCError

SHOWN = 40  # events of a run, the last ones


async def tell(client: Client, workflows: Sequence[str]) -> str:
    """The task that each workflow's run waits for, and its last events: times of day (UTC) and types."""
    return "\n".join([line for id in workflows for line in await _of_one(client, id)])


async def _of_one(client: Client, id: str) -> list[str]:
    handle = client.get_workflow_handle(id)
    try:
        described = (await handle.describe()).raw_description
        history = (await handle.fetch_history()).events
    except RPCError as error:
        return [f"{id}: {error.message}"]
    lines = [f"{id}, {len(history)} events, {_waits(described.pending_workflow_task)}"]
    return lines + [f"  {_clock(event.event_time)} {' '.join(_words(event))}" for event in history[-SHOWN:]]


def _waits(task: PendingWorkflowTaskInfo) -> str:
    """An attempt that a worker has taken leaves no event before it ends: it is told of here alone."""
    if not task.attempt:
        return "no workflow task"
    state = PendingWorkflowTaskState.Name(task.state).removeprefix("PENDING_WORKFLOW_TASK_STATE_").lower()
    taken = f", taken {_clock(task.started_time)}" if task.HasField("started_time") else ""
    return f"workflow task {state}, attempt {task.attempt}, from {_clock(task.scheduled_time)}{taken}"


def _words(event: HistoryEvent) -> Iterator[str]:
    yield EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
    if event.HasField("workflow_task_scheduled_event_attributes"):
        task = event.workflow_task_scheduled_event_attributes
        yield f"attempt {task.attempt}"
        if task.task_queue.kind == TaskQueueKind.TASK_QUEUE_KIND_STICKY:
            yield "sticky"
    elif event.HasField("workflow_task_timed_out_event_attributes"):
        yield TimeoutType.Name(event.workflow_task_timed_out_event_attributes.timeout_type)
    elif event.HasField("workflow_task_failed_event_attributes"):
        yield FailedCause.Name(event.workflow_task_failed_event_attributes.cause)
    elif event.HasField("workflow_execution_signaled_event_attributes"):
        yield event.workflow_execution_signaled_event_attributes.signal_name
    elif event.HasField("timer_started_event_attributes"):
        yield f"{event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()}"


def _clock(moment: Timestamp) -> str:
    return clock(moment.ToDatetime())


def clock(moment: datetime) -> str:
    """The time of day, in milliseconds."""
    return moment.strftime("%H:%M:%S.%f")[:-3]
