"""`voronka health worker|web`: for health checks of containers; status 0 when it works, 1 when it does
not."""

import asyncio
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from settings import Settings

_POLLED_WITHIN = timedelta(seconds=90)  # a poll lasts a minute when there is nothing to do
_TIMEOUT = 8.0


class Part(StrEnum):
    """What can be asked after."""

    WORKER = "worker"
    WEB = "web"


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("health")(health)


def health(part: Annotated[Part, typer.Argument(help="Which process to ask after.")]) -> None:
    """Say whether the worker or the web process works. Exit status: 0 yes, 1 no."""
    settings = Settings()
    problem = asyncio.run(_worker(settings.task_queue)) if part is Part.WORKER else _web(settings.port)
    typer.echo(f"{part}: {problem or 'ok'}")
    raise typer.Exit(1 if problem else 0)


async def _worker(task_queue: str) -> str | None:
    """Somebody polls the queue for workflow tasks. Which of several workers it is, Temporal does not tell."""
    try:
        async with asyncio.timeout(_TIMEOUT):
            client = await Client.connect(**ClientConfig.load_client_connect_config())
            request = DescribeTaskQueueRequest(
                namespace=client.namespace,
                task_queue=TaskQueue(name=task_queue),
                task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
            )
            queue = await client.workflow_service.describe_task_queue(request)
    except (RPCError, RuntimeError, TimeoutError) as error:
        return f"Temporal cannot be reached: {str(error) or 'no answer in time'}"
    since = datetime.now(UTC) - _POLLED_WITHIN
    if any(poller.last_access_time.ToDatetime(UTC) >= since for poller in queue.pollers):
        return None
    return f"nobody polls the task queue {task_queue}"


def _web(port: int) -> str | None:
    """Asked on loopback: the check runs where the process runs."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=_TIMEOUT):
            return None
    except urllib.error.HTTPError as error:
        return error.read(500).decode(errors="replace")
    except OSError as error:
        return str(error)
