"""Where commands come in: updates answered when decided, signals worked off in order, all by one vocabulary."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.aside import Aside
    from domain.commands import TakeUp

from workflows import policies
from workflows.keeper import Keeper, S, Unrecorded
from workflows.messages import Vocabulary, is_name, read_message, refused, set_aside, unavailable


class Desk(Generic[S]):
    """Takes commands for a keeper. Every public one is an update and a signal of one name; reports are signals."""

    def __init__(self, keeper: Keeper[S], words: Vocabulary, inbox: Sequence[wire.Message]) -> None:
        self.inbox = list(inbox)
        self.refusal: dict[str, Any] | None = None  # of the first command: nothing came to be
        self._keeper = keeper
        self._words = words
        self._closing = False
        # One handler for all names: the name is in the message, and a handler of its own would cost each deal memory.
        for name in words.public:
            workflow.set_update_handler(name, self._update, validator=self._check)
        workflow.set_dynamic_signal_handler(self._receive)

    async def begin(self, first: dict[str, Any] | None, by: str, command_id: str | None) -> None:
        """Has the first command decided; without one, takes up from PostgreSQL what exists. Raises Unrecorded."""
        if first is None:
            await self._keeper.load()
            return
        try:
            command, _ = read_message(self._words, self._words.first, first)
        except ApplicationError as error:  # nobody can mend the input of a run, so it must not retry for ever
            self.refusal = error.details[0]
            return
        answer = await self._keeper.decide(command, by, command_id)
        self.refusal = answer["refusal"]

    async def until_begun(self) -> None:
        """Waits for the first decision. ApplicationError with the refusal if there is nothing."""
        await workflow.wait_condition(lambda: self._keeper.is_open or self.refusal is not None)
        if self.refusal:
            raise refused(self.refusal)

    async def patiently(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What nobody waits for is tried again later while the database is away."""
        try:
            await step()
        except Unrecorded:
            await self._keeper.pause()

    async def take(self) -> None:
        """Works off the oldest signal; sets it aside where a fault of ours keeps it from being done.

        Raises Unrecorded, to be tried again.
        """
        message = self.inbox[0]
        try:
            await self._do(message)
        except Unrecorded as error:
            if error.fault is None or self._words.aside is None:
                raise
            message["tries"] = message.get("tries", 0) + 1
            if message["tries"] < policies.FAULTY_TRIES:
                raise
            # This is a decision as well: it fails where no decision works any more, and the signal waits on.
            await self._keeper.decide(self._words.aside(signal=set_aside(message, error.fault)))
        self.inbox.pop(0)

    async def take_up(self, aside: Aside) -> None:
        """Tries once more what was set aside; it is kept until it is done, or refused. Raises Unrecorded."""
        message = wire.Message(name=aside.command, body=aside.body, id=aside.id)
        try:
            await self._do(message)
        except Unrecorded as error:
            if error.fault is None or self._words.aside is None:
                raise
            await self._keeper.decide(self._words.aside(signal=set_aside(message, error.fault)))
            return
        await self._keeper.decide(TakeUp(id=aside.id))

    async def _do(self, message: wire.Message) -> None:
        """Has a signal decided; one that is not readable is refused on record."""
        try:
            command, by = read_message(self._words, message["name"], message["body"])
        except ApplicationError as error:
            refusal = error.details[0]
            command = self._words.refuse(message["name"], refusal)
            by = "system"
        await self._keeper.decide(command, by, message["id"], signal=True)

    async def close(self) -> None:
        """For continue-as-new: updates that come from now on are sent back, unharmed."""
        self._closing = True
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _update(self, message: dict[str, Any]) -> dict[str, int]:
        info = _this_update()
        command, by = read_message(self._words, info.name, message)
        await self.until_begun()
        try:
            answer = await self._keeper.decide(command, by, _command_id(message, info))
        except Unrecorded:
            raise unavailable() from None  # a chain of causes would fill the history
        if answer["refusal"]:
            raise refused(answer["refusal"])
        return {"seq": answer.get("was", answer["seq"])}

    def _check(self, message: dict[str, Any]) -> None:
        if self._closing:
            raise ApplicationError("changing runs just now; send the same again", type="not_ready")
        read_message(self._words, _this_update().name, message)

    def _receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Keeps whatever was sent: a handler that fails would stop the workflow, and what nobody understands is
        not forgotten either, its refusal goes on record."""
        known = name in self._words.public or name in self._words.reports
        message = _decoded(arguments[0]) if len(arguments) == 1 and known else None
        self._keep(name if known or is_name(name) else "?", message if known else {})

    def _keep(self, name: str, message: Any) -> None:
        body = message if isinstance(message, dict) else None
        sent_id = body.get("id") if body else None
        id = sent_id if is_name(sent_id) else str(workflow.uuid4())
        self.inbox.append(wire.Message(name=name, body=body, id=id))


def _this_update() -> workflow.UpdateInfo:
    info = workflow.current_update_info()
    if info is None:
        raise RuntimeError("called outside of an update")
    return info


def _command_id(message: dict[str, Any], info: workflow.UpdateInfo) -> str:
    """The id in the message, as signals have it, or else the update's.

    Temporal keeps an update's answer under the update's id, `unavailable` too, as long as the run lasts: who sends
    a command again takes a new one.
    """
    sent_id = message.get("id")
    return sent_id if is_name(sent_id) else info.id


def _decoded(value: RawValue) -> Any:
    """The value a signal carries; None where it is no JSON."""
    try:
        return workflow.payload_converter().from_payload(value.payload, Any)
    except Exception as error:  # anything may be sent, and a failing handler would stop the workflow
        workflow.logger.warning("a signal's payload is not readable: %s", type(error).__name__)
        return None
