"""The way of every command to its deal's workflow: the only place that uses a Temporal client.

A command goes as an update, with its own id in the message, so that whatever is repeated is done once. Refusals
that PostgreSQL can tell are told without Temporal (`api.precheck`); the workflow's own decision counts.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from temporalio.client import (
    Client,
    RPCTimeoutOrCancelledError,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError, RPCStatusCode

from api.errors import ProblemError, UnavailableError
from api.gateway_failures import passes, problem
from domain.approval import commands as approval
from domain.command_json import AnyCommand, write_command
from domain.commands import Command, Open
from domain.deal import Deal

T = TypeVar("T")
WORKFLOW, APPROVAL = "Deal", "Approval"
MAX_COMMAND_BYTES = 128 * 1024
TASK_TIMEOUT = timedelta(seconds=5)  # a worker that died is noticed this soon
ANSWER_SECONDS = 10.0  # the longest that a caller waits
RETRY_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_HEALTH = timedelta(seconds=2)


@dataclass(frozen=True)
class Answer:
    """`seq` is the deal's event number after the command; None when the command was only handed over."""

    seq: int | None = None


@dataclass(frozen=True)
class Opening:
    """What a new deal will look like at its start; `title` is the pipeline's, not a client's name."""

    deal: Deal
    title: str


@dataclass(frozen=True)
class _Target:
    """Whose workflow takes a command: its type, its id, and the input it resumes with."""

    workflow: str
    id: str
    resume: dict[str, Any]


class Checks(Protocol):
    """The read-only look ahead; `api.precheck.Precheck` is the real one."""

    async def command(self, deal_id: str, command: Command, by: str, command_id: str) -> Answer | None:
        """The ledger's answer, or None for a command that may go on; raises RefusedError."""

    async def exists(self, deal_id: str) -> None:
        """Raises the problem of an unknown deal."""

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer | Opening:
        """The ledger's answer, or what will be opened; raises RefusedError."""

    async def approval(
        self, approval_id: str, command: approval.Command, by: str, command_id: str
    ) -> Answer | None:
        """As `command`, for an approval."""

    async def approval_exists(self, approval_id: str) -> None:
        """Raises the problem of an unknown approval."""


class Gateway(Protocol):
    """Sends commands to deals. Raises RefusedError, UnavailableError, ProblemError."""

    async def command(self, deal_id: str, command: Command, by: str, command_id: str, wait: bool) -> Answer:
        """Has `command` decided, or with `wait=False` hands it over and does not wait for the decision."""

    async def approval(
        self, approval_id: str, command: approval.Command, by: str, command_id: str, wait: bool
    ) -> Answer:
        """As `command`, for an approval."""

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer:
        """Opens a deal under an id of the caller's choice; the same command id opens it once."""

    async def ready(self) -> bool:
        """Whether Temporal answers."""


class TemporalGateway:
    """The gateway to a Temporal cluster."""

    def __init__(
        self, client: Client, checks: Checks, task_queue: str, history_threshold: int | None = None
    ) -> None:
        """`history_threshold`: events after which a deal continues as new; None: the workflow's own."""
        self._client = client
        self._checks = checks
        self._task_queue = task_queue
        self._reached = False
        self._carried = {"threshold": history_threshold} if history_threshold else {}

    async def command(self, deal_id: str, command: Command, by: str, command_id: str, wait: bool) -> Answer:
        payload = {**_as_json(command), "by": by}
        if not wait:
            await self._checks.exists(deal_id)
            return await self._hand_over(self._deal(deal_id), command.type, payload, command_id)
        known = await self._checks.command(deal_id, command, by, command_id)
        return known or await self._ask(self._deal(deal_id), command.type, payload, command_id)

    async def approval(
        self, approval_id: str, command: approval.Command, by: str, command_id: str, wait: bool
    ) -> Answer:
        payload = {**_as_json(command), "by": by}
        if not wait:
            await self._checks.approval_exists(approval_id)
            return await self._hand_over(self._approval(approval_id), command.type, payload, command_id)
        known = await self._checks.approval(approval_id, command, by, command_id)
        return known or await self._ask(self._approval(approval_id), command.type, payload, command_id)

    async def open(self, open_: Open, by: str, deal_id: str, command_id: str) -> Answer:
        opening = _as_json(open_)
        planned = await self._checks.open(open_, by, deal_id, command_id)
        if isinstance(planned, Answer):
            return planned
        await self._reach()
        argument = {"deal": deal_id, "open": opening, "by": by, "command": command_id, **self._carried}
        return _answer(
            await _insist(
                lambda: self._client.execute_update_with_start_workflow(
                    "opened",
                    start_workflow_operation=self._start(self._deal(deal_id), argument, planned),
                    id=command_id,
                    rpc_timeout=timedelta(seconds=ANSWER_SECONDS),
                )
            )
        )

    async def ready(self) -> bool:
        try:
            return await self._client.service_client.check_health(timeout=_HEALTH)
        except (RPCError, RuntimeError):
            return False

    async def _reach(self) -> None:
        """A lazy client connects with its first call, and tells its failure to by a mere RuntimeError."""
        if not self._reached and not await self.ready():
            raise UnavailableError()
        self._reached = True

    def _deal(self, id: str) -> _Target:
        return _Target(WORKFLOW, f"deal-{id}", {"deal": id, "resume": True, **self._carried})

    def _approval(self, id: str) -> _Target:
        return _Target(APPROVAL, f"approval-{id}", {"approval": id, "resume": True, **self._carried})

    async def _ask(self, target: _Target, name: str, payload: dict[str, Any], command_id: str) -> Answer:
        await self._reach()
        # Temporal would answer the command's id, as an update's, with `unavailable` long after that is over.
        message, update_id = {**payload, "id": command_id}, str(uuid.uuid4())
        return _answer(await _insist(lambda: self._update(target, name, message, update_id)))

    async def _hand_over(
        self, target: _Target, name: str, payload: dict[str, Any], command_id: str
    ) -> Answer:
        await self._reach()
        await _insist(lambda: self._signal(target, name, {**payload, "id": command_id}))
        return Answer()

    async def _update(self, target: _Target, name: str, message: dict[str, Any], update_id: str) -> Any:
        try:
            return await self._client.get_workflow_handle(target.id).execute_update(
                name, message, id=update_id, rpc_timeout=timedelta(seconds=ANSWER_SECONDS)
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
        # It is closed and at rest, or Temporal has lost it; PostgreSQL has it, so its workflow resumes.
        return await self._client.execute_update_with_start_workflow(
            name,
            message,
            start_workflow_operation=self._start(target, target.resume),
            id=update_id,
            rpc_timeout=timedelta(seconds=ANSWER_SECONDS),
        )

    async def _signal(self, target: _Target, name: str, payload: dict[str, Any]) -> None:
        await self._client.start_workflow(
            target.workflow,
            target.resume,
            id=target.id,
            task_queue=self._task_queue,
            task_timeout=TASK_TIMEOUT,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=name,
            start_signal_args=[payload],
            rpc_timeout=timedelta(seconds=ANSWER_SECONDS),
        )

    def _start(
        self, target: _Target, argument: dict[str, Any], opening: Opening | None = None
    ) -> WithStartWorkflowOperation[Any, Any]:
        """A fresh operation: each may be used once."""
        return WithStartWorkflowOperation(
            target.workflow,
            argument,
            id=target.id,
            task_queue=self._task_queue,
            task_timeout=TASK_TIMEOUT,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            search_attributes=_attributes(opening.deal) if opening else None,
            static_summary=opening.title if opening else None,
        )


def _attributes(deal: Deal) -> TypedSearchAttributes:
    """Ids only: search attributes are never encrypted."""
    values = {
        "Pipeline": deal.pipeline,
        "Stage": deal.stage,
        "DealStatus": deal.status,
        "Responsible": deal.responsible,
        "Company": deal.company,
    }
    return TypedSearchAttributes(
        [
            SearchAttributePair(SearchAttributeKey.for_keyword(name), value)
            for name, value in values.items()
            if value
        ]
    )


def _as_json(command: AnyCommand) -> dict[str, Any]:
    """The command as JSON, without what is not set; raises ProblemError where it is too large."""
    data = write_command(command)
    if len(json.dumps(data, ensure_ascii=False).encode()) > MAX_COMMAND_BYTES:
        raise too_large(MAX_COMMAND_BYTES)
    return data


def too_large(limit: int) -> ProblemError:
    """The request is above `limit` bytes."""
    return ProblemError(
        "too_large",
        f"Запрос больше {limit // 1024} КБ. Большие данные загрузите файлом.",
        f"The request is larger than {limit // 1024} KB. Upload large data as a file.",
    )


def _answer(result: Any) -> Answer:
    return Answer(seq=int(result["seq"]))


async def _insist(call: Callable[[], Awaitable[T]]) -> T:
    """Makes the call, again with the same command id while the failure is one that passes."""
    retry_until = time.monotonic() + RETRY_SECONDS
    pause = _FIRST_PAUSE
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                try:
                    return await call()
                except (RPCError, WorkflowUpdateFailedError) as error:
                    if not passes(error) or time.monotonic() + pause > retry_until:
                        raise problem(error) from error
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
    except (TimeoutError, RPCTimeoutOrCancelledError) as error:
        raise UnavailableError(perhaps_done=True) from error
