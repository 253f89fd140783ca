"""The lives of deals that the corpus holds: together every message, and every way through the workflow."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import WorkflowExecutionStatus, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.events import Commented
from domain.past import is_by_hand
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from tests.crash.process import WorkerProcess
from tests.live import FILE, Live, LiveDeal, eventually, running
from tests.workflows.faulty import faulty_shop
from tests.workflows.stories import (
    CONTRACT,
    RECEIVING,
    SIGN,
    TO_PREPARE,
    TO_SEND_CONTRACT,
    Step,
    agreed_quote,
    child,
    play,
)  # fmt: skip

Told = list[tuple[str, str, LiveDeal]]  # name, what it shows, the deal


@dataclass(frozen=True)
class House:
    """What a shape may break and mend."""

    postgres: Postgres
    temporal: TemporalServer
    log: Path


Shape = Callable[[Live, House], Awaitable[Told]]
EVERY_MESSAGE: tuple[Step, ...] = (
    *TO_PREPARE,
    ("comment", {"text": "hello", "files": [FILE]}),
    ("event", {"kind": "call.incoming", "detail": {"seconds": 5}}),
    ("create_task", {"title": "Call", "assignee": "lawyer", "key": "call"}),
    ("start_task", {"task": "call", "by": "lawyer"}),
    ("stop_task", {"task": "call", "by": "lawyer"}),
    ("comment_task", {"task": "call", "text": "done", "result": True, "by": "lawyer"}),
    ("finish_task", {"task": "call", "by": "lawyer"}),
    ("check_task", {"task": "prepare_offer", "item": 1}),  # refused: it has no checklist
    ("answer", {"assignment": "none", "option": "yes"}),  # refused: nobody asked
    ("retry", {}),  # refused: nothing to retry
    ("send_message", {"message": "offer"}),  # refused: not at this stage
    ("log_call", {"outcome": "reached"}),  # and so on: the workflow treats every command alike
    ("claim", {}),
    ("decline", {"reason": "no"}),
    ("request", {"kind": "none"}),
    ("process", {"kind": "none"}),
    ("pay", {"amount": "1"}),
    ("merge", {"into": "00000000-0000-4000-8000-0000000000cc"}),
    ("replan", {}),
    ("undo_move", {"seq": 1}),  # refused: not the last thing that happened
    ("move", {"to": "refused", "reason": "price"}),
    ("reopen", {"to": "prepare_offer"}),
)


async def _ended(deal: LiveDeal) -> None:
    async def completed() -> bool:
        return (await deal.handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await eventually(completed)


async def updates(live: Live, _: House) -> Told:
    deal = await live.open("order.quote")
    for name, fields in EVERY_MESSAGE:
        with contextlib.suppress(WorkflowUpdateFailedError):
            await deal.do(name, **fields)
    return [("updates", "every command as an update, some refused", deal)]


async def signals(live: Live, _: House) -> Told:
    deal = await live.open("order.quote")
    for name, fields in EVERY_MESSAGE:
        await deal.tell(name, **fields)
        await asyncio.sleep(0.05 if name == "move" else 0)
    for name, argument in (("fly", {}), ("comment", {"fast": 1}), ("comment", "text")):
        await deal.handle.signal(name, argument)
    await deal.tell("comment", text="the last")
    await eventually(lambda: _wrote(deal, "the last"))
    return [("signals", "every command as a signal, refused and unreadable ones, an unknown name", deal)]


async def order(live: Live, _: House) -> Told:
    quote = await agreed_quote(live)
    contract = await child(quote, "contract")
    await eventually(lambda: quote.has("deal_started"))
    await play(contract, CONTRACT)
    await _ended(quote)
    receiving = await child(quote, "receiving")
    await play(receiving, RECEIVING)
    for deal in (contract, receiving):
        await _ended(deal)
    return [
        ("quote", "opens two children, hears from one, sends a message", quote),
        ("contract", "a child that reports to its parent", contract),
        ("receiving", "a child that nobody waits for", receiving),
    ]


async def late_report(live: Live, _: House) -> Told:
    quote = await agreed_quote(live)
    contract = await child(quote, "contract")
    await eventually(lambda: quote.has("deal_started"))
    await play(contract, TO_SEND_CONTRACT)
    await contract.do("move", to="not_signed", reason="price")
    await _ended(quote)
    await _ended(contract)
    await contract.do("reopen", to="send_contract")
    await play(contract, SIGN)
    await eventually(lambda: quote.has("child_ended", 2))
    await _ended(quote)
    await _ended(contract)
    return [
        ("late_quote", "taken up again by a child's late report", quote),
        ("late_contract", "closed, taken up again by an update, reports twice", contract),
    ]


async def renewed(live: Live, _: House) -> Told:
    deal = await live.open("order.quote", start={"threshold": 30})
    await play(deal, TO_PREPARE)
    await deal.do("create_task", title="Soon", assignee="sales", deadline=_soon(2))

    async def send(sender: int) -> None:
        for number in range(6):
            await deal.tell("comment", text=f"{sender}.{number}")
            await deal.do("comment", text=f"{sender}-{number}")

    await asyncio.gather(*(send(sender) for sender in (1, 2, 3)))
    await eventually(lambda: deal.has("commented", 36))
    await eventually(lambda: deal.has("fired"))
    return [("renewed", "updates and signals over continue-as-new, a timer set anew", deal)]


async def timers(live: Live, _: House) -> Told:
    deal = await live.open("order.quote")
    for title, seconds in (("late", 3600.0), ("soon", 1.0), ("sooner", 0.3)):
        await deal.do("create_task", title=title, assignee="sales", deadline=_soon(seconds))
    await eventually(lambda: deal.has("fired", 2))
    await deal.do("comment", text="afterwards")
    return [("timers", "timers that fire, and one that rings in vain", deal)]


async def crowd(live: Live, _: House) -> Told:
    deal = await live.open("test.crowd")
    for stage in ("crowd", "dated", "done"):
        await deal.do("move", to=stage)
    await _ended(deal)
    return [("crowd", "decisions so long that they are compressed", deal)]


async def undone(live: Live, _: House) -> Told:
    deal = await live.open("order.quote")
    await play(deal, TO_PREPARE)
    for undo in (deal.do, deal.tell):
        await deal.do("move", to="approve_offer", fields={"offer_file": FILE, "offer_approver": "director"})
        moves = [recorded.seq for recorded in await deal.record() if is_by_hand(recorded)]
        await undo("undo_move", seq=moves[-1])
    await eventually(lambda: deal.has("move_undone", 2))
    await deal.do("move", to="refused", reason="price")
    return [("undone", "a move undone by an update, and by a signal", deal)]


async def refused(live: Live, _: House) -> Told:
    deal = live.deal("00000000-0000-4000-8000-0000000000bb")
    start = {"deal": deal.id, "open": {"type": "open", "pipeline": "order.none", "responsible": "sales"}}
    await live.client.execute_workflow("Deal", start, id=deal.handle.id, task_queue=live.queue)
    return [("refused", "an opening that is refused", deal)]


async def away(live: Live, house: House) -> Told:
    deal = await live.open("order.quote")
    await deal.do("create_task", title="Soon", assignee="sales", deadline=_soon(1))
    house.postgres.stop("immediate")
    await deal.tell("comment", text="a signal meanwhile")
    with contextlib.suppress(WorkflowUpdateFailedError):
        await deal.do("comment", text="unavailable")
    house.postgres.start()
    await eventually(lambda: deal.has("commented"))
    await deal.do("comment", text="again")
    return [("away", "PostgreSQL away: an update fails, a signal and a timer are tried again", deal)]


async def killed(live: Live, house: House) -> Told:
    async with running(house.postgres.url, house.temporal.address, worker=False) as other:
        worker = WorkerProcess(house.postgres.url, house.temporal.address, other.queue, house.log)
        await worker.start()
        deal = await other.open("order.quote")
        house.postgres.stop("immediate")  # so that the decision is under way when the worker is killed
        await deal.tell("comment", text="under way")
        await asyncio.sleep(0.5)
        worker.kill()
        house.postgres.start()
        await worker.start()
        await eventually(lambda: deal.has("commented"))
        await deal.do("comment", text="afterwards")
        worker.kill()
    return [("killed", "a worker killed in the middle of a decision", live.deal(deal.id))]


async def documents(live: Live, _: House) -> Told:
    deal = await live.open("test.papers", company=await live.company())
    await deal.do("fill", amount="100")
    await deal.do("document", document="bill")
    await eventually(lambda: deal.has("filled"))
    await deal.tell("document", document="bill")  # another version
    await eventually(lambda: deal.has("filled", 2))
    await deal.do("document", document="letter")  # there is no such template
    await eventually(lambda: deal.has("effect_failed"))
    await deal.do("document", document="letter")
    await eventually(lambda: deal.has("effect_failed", 2))
    await deal.do("move", to="work")
    await eventually(lambda: deal.has("filled", 3))
    return [("documents", "documents made by people and by a rule, and one that cannot be made", deal)]


async def aside(_: Live, house: House) -> Told:
    async with faulty_shop(house.postgres.url, house.temporal.address) as shop:
        deal = await shop.deal_with_a_faulty_signal()
        await eventually(lambda: deal.has("signal_set_aside"))
        await deal.do("retry")
        await eventually(lambda: deal.has("signal_set_aside", 2))
        shop.definitions.broken = False
        await deal.do("retry")
        await eventually(lambda: deal.has("signal_taken_up"))
        await deal.do("comment", text="afterwards")
    return [("aside", "a signal set aside by a fault, tried again in vain, then done", deal)]


async def unrecorded(_: Live, house: House) -> Told:
    @activity.defn(name="effect_document")
    async def made(key: str) -> dict[str, Any]:
        return {"file": {"id": FILE, "name": "bill.pdf"}}

    async with faulty_shop(house.postgres.url, house.temporal.address, made) as shop:
        deal = await shop.live.open("test.papers", company=await shop.live.company())
        await deal.do("fill", amount="100")
        shop.definitions.broken = True
        await deal.do("document", document="bill")
        await eventually(lambda: deal.has("effect_failed"))
        shop.definitions.broken = False
        await deal.do("retry")
        await eventually(lambda: deal.has("effect_done"))
    return [("unrecorded", "an effect's result that meets a fault, given up, and recorded on retry", deal)]


async def late(live: Live, house: House) -> Told:
    attempts: list[str] = []
    mended = asyncio.Event()

    @activity.defn(name="effect_onec_task")
    async def away_for_hours(key: str) -> dict[str, Any]:
        attempts.append(key)
        if len(attempts) == 1:
            return {"late": {"cause": "1C did not answer", "code": "onec_unavailable"}}
        if not mended.is_set():
            raise ApplicationError("1C did not answer", type="onec_unavailable")
        return {"status": "open"}

    async with running(house.postgres.url, house.temporal.address, onec=(away_for_hours,)) as other:
        deal = await other.open("test.claimed")
        await deal.do("request", kind="haul")
        await eventually(lambda: deal.has("effect_late"))
        await eventually(lambda: _so(len(attempts) > 3))  # by now it pauses for eight seconds
        mended.set()
        await deal.do("retry")
        await eventually(lambda: deal.has("effect_done"), within=5)
        await deal.do("comment", text="afterwards")
    return [
        ("late", "an effect that is late and tried on, and at once when a person asks", live.deal(deal.id))
    ]


async def _so(condition: bool) -> bool:
    return condition


async def _wrote(deal: LiveDeal, text: str) -> bool:
    events = [recorded.event for recorded in await deal.record()]
    return any(isinstance(event, Commented) and event.text == text for event in events)


def _soon(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


SHAPES: tuple[Shape, ...] = (
    updates, signals, order, late_report, renewed, timers, crowd, undone, refused, away, killed, aside, documents, late,
    unrecorded,
)  # fmt: skip
