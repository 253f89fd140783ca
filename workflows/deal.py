"""Idea 4, the workflow: waits for commands and for the next due moment, and has each decision made and recorded.

The only code that must stay deterministic for years. What a command does is decided by the `decide` activity;
here timers are armed, children started, effects carried out, and nothing is lost at continue-as-new.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain import wire
    from domain.base import Text
    from domain.command_json import read_command
    from domain.commands import PUBLIC, ChildStarted, Refuse, Reported, Tick
    from domain.opening import opening, result_of

from workflows import policies, words
from workflows.alarm import Alarm
from workflows.effects import Effects
from workflows.keeper import Keeper
from workflows.messages import read_message, refused, unavailable
from workflows.relations import report_to_parent, start_child


@workflow.defn(name=policies.DEAL)
class DealWorkflow:
    """One deal. Every command is an update (answered when decided) and a signal (worked off later) of one name."""

    @workflow.init
    def __init__(self, start: wire.DealStart) -> None:
        self._start = start
        self._keeper = Keeper(start["deal"], start.get("state"))
        self._alarm = Alarm()
        self._effects = Effects(self._keeper)
        self._inbox: list[wire.Message] = list(start.get("inbox", []))
        self._refusal: dict[str, Any] | None = None
        self._closing = False
        for name in PUBLIC:
            workflow.set_update_handler(name, self._updater(name), validator=self._checker(name))
        for name in (*PUBLIC, "child_done"):
            workflow.set_signal_handler(name, self._receiver(name))

    @workflow.run
    async def run(self, start: wire.DealStart) -> dict[str, Any]:
        """Lives as long as the deal is open or waits for something; a closed deal is taken up again when needed."""
        while not self._keeper.is_open and not self._refusal:
            await self._patiently(self._begin)
        if self._refusal:
            await workflow.wait_condition(workflow.all_handlers_finished)
            return {"refused": self._refusal}
        while not self._is_over():
            self._set_out()
            await workflow.wait_condition(lambda: self._is_over() or self._has_work())
            if self._must_renew():
                await self._renew()
            elif not self._is_over():
                await self._patiently(self._work)
        words.show(self._keeper.deal)
        return {"stage": self._keeper.deal.stage, "status": self._keeper.deal.status}

    @workflow.query
    def card(self) -> dict[str, Any]:
        """The whole state of the deal as JSON, for operators."""
        return self._keeper.deal.model_dump(mode="json") if self._keeper.is_open else {}

    @workflow.query
    def agenda(self) -> list[dict[str, Any]]:
        """What fires when if nobody acts, earliest first."""
        entries = self._keeper.deal.agenda.values() if self._keeper.is_open else ()
        return [entry.model_dump(mode="json") for entry in sorted(entries, key=lambda entry: entry.due)]

    @workflow.update
    async def opened(self) -> dict[str, int]:
        """Waits until the deal is open. Fails with the refusal if it could not be opened."""
        await self._until_open()
        return {"seq": self._keeper.deal.seq}

    async def _until_open(self) -> None:
        await workflow.wait_condition(lambda: self._keeper.is_open or self._refusal is not None)
        if self._refusal:
            raise refused(self._refusal)

    async def _begin(self) -> None:
        if "open" not in self._start:
            await self._keeper.load()
            return
        try:
            command = read_command(self._start["open"])
        except ValueError as error:  # nobody can mend the input of a run, so it must not retry for ever
            raise ApplicationError(f"unreadable `open`: {error}", type="invalid_command", non_retryable=True) from None
        answer = await self._keeper.decide(
            command, self._start.get("by", "system"), self._start.get("command")
        )
        self._refusal = answer["refusal"]

    def _is_over(self) -> bool:
        return self._keeper.deal.is_quiet() and not self._inbox and workflow.all_handlers_finished()

    def _set_out(self) -> None:
        deal = self._keeper.deal
        words.show(deal)
        self._alarm.set(deal)
        self._effects.start(deal)

    def _has_work(self) -> bool:
        deal = self._keeper.deal
        return (
            bool(self._inbox)
            or deal.report_due
            or any(not child.started for child in deal.children.values())
            or self._alarm.is_due(deal)
            or self._alarm.must_be_set(deal)
            or bool(self._effects.waiting(deal))
            or not words.is_shown(deal)
            or self._must_renew()
        )

    async def _work(self) -> None:
        """One piece of work, the oldest first."""
        deal = self._keeper.deal
        if self._inbox:
            await self._take(self._inbox[0])
            self._inbox.pop(0)
        elif self._alarm.is_due(deal):
            await self._keeper.decide(Tick())
        elif planned := next((child for child in deal.children.values() if not child.started), None):
            await start_child(planned.deal, opening(deal, planned.key), f"{deal.id}/{planned.key}")
            await self._keeper.decide(ChildStarted(key=planned.key))
        elif deal.report_due and deal.parent:
            await report_to_parent(deal.parent.deal, result_of(deal), f"{deal.id}/{deal.visit}")
            await self._keeper.decide(Reported())

    async def _patiently(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What nobody waits for is tried again later while the database is away."""
        try:
            await step()
        except ActivityError:
            await self._keeper.pause()

    async def _take(self, message: wire.Message) -> None:
        try:
            command, by = read_message(message["name"], message["body"])
        except ApplicationError as error:
            sentence = Text(
                ru=f"Сообщение не разобрать: {error.message}", en=f"Not readable: {error.message}"
            )
            command, by = Refuse(command=message["name"], code="invalid_value", message=sentence), "system"
        await self._keeper.decide(command, by, message["id"], signal=True)

    def _updater(self, name: str) -> Callable[[dict[str, Any]], Coroutine[Any, Any, dict[str, int]]]:
        async def update(message: dict[str, Any]) -> dict[str, int]:
            command, by = read_message(name, message)
            info = workflow.current_update_info()
            await self._until_open()
            try:
                answer = await self._keeper.decide(command, by, info.id if info else None)
            except ActivityError as error:
                raise unavailable(error) from error
            if answer["refusal"]:
                raise refused(answer["refusal"])
            return {"seq": answer["seq"]}

        return update

    def _checker(self, name: str) -> Callable[[dict[str, Any]], None]:
        def check(message: dict[str, Any]) -> None:
            if self._closing:
                raise ApplicationError(
                    "the deal changes runs just now; send the same again", type="not_ready"
                )
            read_message(name, message)

        return check

    def _receiver(self, name: str) -> Callable[[dict[str, Any]], None]:
        def receive(message: dict[str, Any]) -> None:
            sent_id = message.get("id") if hasattr(message, "get") else None
            self._inbox.append(wire.Message(name=name, body=message, id=str(sent_id or workflow.uuid4())))

        return receive

    def _must_renew(self) -> bool:
        threshold = self._start.get("threshold", policies.HISTORY_THRESHOLD)
        return workflow.info().get_current_history_length() >= threshold

    async def _renew(self) -> None:
        """Continue-as-new with everything unfinished. Updates that come meanwhile are sent back, unharmed."""
        self._closing = True
        await workflow.wait_condition(workflow.all_handlers_finished)
        deal = self._keeper.deal
        state = deal.model_dump(mode="json", exclude_defaults=True)
        carried = wire.DealStart(deal=deal.id, state=state, inbox=self._inbox)
        if "threshold" in self._start:
            carried["threshold"] = self._start["threshold"]
        workflow.continue_as_new(carried)
