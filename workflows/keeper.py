"""A deal, or an approval, as its workflow knows it: every decision goes through here, one at a time, and is
folded at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.approval import wire as approval_wire
    from domain.approval.state import Approval
    from domain.command_json import AnyCommand, write_command
    from domain.deal import Deal

from workflows import policies


class Unrecorded(Exception):
    """A decision could not be made and recorded. Nothing has been done, or it is kept.

    `fault` says what is wrong in the program; it is None where PostgreSQL does not answer.
    """

    def __init__(self, fault: str | None = None) -> None:
        super().__init__(fault)
        self.fault = fault


class Numbered(Protocol):
    """A state that knows the number of its last event."""

    @property
    def seq(self) -> int:
        """From 1; 0 before the first event."""


S = TypeVar("S", bound=Numbered)


@dataclass(frozen=True)
class Book(Generic[S]):
    """How a kind of thing is kept: the activities that decide and load it, and how it is read and folded."""

    decide: str
    load: str
    read: Callable[[Any], S]
    apply: Callable[[S | None, wire.Answer], S | None]


DEALS = Book("decide", "load", Deal.model_validate, wire.apply)
APPROVALS = Book("decide_approval", "load_approval", Approval.model_validate, approval_wire.apply)


class Keeper(Generic[S]):
    """Holds the state and has commands decided by the book's activity, in one PostgreSQL transaction."""

    def __init__(self, book: Book[S], id: str, state: dict[str, Any] | None) -> None:
        self._book = book
        self._id = id
        self._state = book.read(state) if state is not None else None
        self._lock = asyncio.Lock()
        self._pause = policies.FIRST_PAUSE
        self.decisions = 0
        self._failures = 0

    @property
    def is_open(self) -> bool:
        """Whether there is anything yet."""
        return self._state is not None

    @property
    def kept(self) -> S:
        """The state as of the last decision. ApplicationError `not_ready` before the first."""
        if self._state is None:
            raise ApplicationError("it is not open yet", type="not_ready")
        return self._state

    async def decide(
        self, command: AnyCommand, by: str = "system", command_id: str | None = None, *, signal: bool = False
    ) -> wire.Answer:
        """Has a command decided and recorded. Raises Unrecorded when that fails for long."""
        failures = self._failures
        async with self._lock:
            # Those who queued while another one failed fail with it: each for himself would take minutes.
            if self._failures > failures:
                raise Unrecorded
            request = wire.Request(
                deal=self._id,
                seq=self._state.seq if self._state else 0,
                id=command_id,
                by=by,
                now=workflow.now().isoformat(),
                signal=signal,
                command=write_command(command),
            )
            answer: wire.Answer = await self._run(self._book.decide, request)
            self._state = self._book.apply(self._state, answer)
            self.decisions += 1
            self._pause = policies.FIRST_PAUSE
            return answer

    async def load(self) -> None:
        """Takes the state up from PostgreSQL, to go on in a new run. Unrecorded, ApplicationError if there is none."""
        self._state = self._book.read(await self._run(self._book.load, self._id))

    async def pause(self) -> None:
        """Waits before another try, longer each time; a decision that succeeds meanwhile ends the wait."""
        seen = self.decisions
        pause, self._pause = self._pause, min(self._pause * 2, policies.LONGEST_PAUSE)
        try:
            await workflow.wait_condition(
                lambda: self.decisions > seen, timeout=pause, timeout_summary="try again"
            )
        except TimeoutError:
            return

    async def _run(self, activity: str, argument: Any) -> Any:
        try:
            return await workflow.execute_local_activity(
                activity,
                argument,
                result_type=dict,
                start_to_close_timeout=policies.DECISION_TIMEOUT,
                schedule_to_close_timeout=policies.DECISION_TOTAL,
                retry_policy=policies.DECISION_RETRY,
            )
        except (ActivityError, ApplicationError) as error:  # a local activity's own failure comes unwrapped
            cause = error.cause if isinstance(error, ActivityError) else error
            if isinstance(cause, ApplicationError) and cause.type in policies.FINAL_ERRORS:
                raise ApplicationError(cause.message, type=cause.type, non_retryable=True) from None
            if isinstance(cause, ApplicationError) and cause.type == wire.FAULT:
                raise Unrecorded(cause.message) from None
            self._failures += 1
            raise Unrecorded from None
