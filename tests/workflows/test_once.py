"""Every command is done once: repeated ids, runs that change, and hundreds of messages at the same time."""

from __future__ import annotations

import asyncio
from collections import Counter

from sqlalchemy import func, select

from domain.events import Commented
from store import tables
from tests.live import Live, LiveDeal, eventually

QUOTE = "order.quote"
MESSAGES = 400


async def comments(deal: LiveDeal) -> Counter[str]:
    """How often each text was written."""
    events = [recorded.event for recorded in await deal.record()]
    return Counter(event.text for event in events if isinstance(event, Commented))


async def run_id(deal: LiveDeal) -> str:
    return (await deal.handle.describe()).run_id


async def into_the_next_run(deal: LiveDeal) -> None:
    """Writes comments until the deal continues as new."""
    first = await run_id(deal)

    async def renewed() -> bool:
        await deal.do("comment", text="more")
        return await run_id(deal) != first

    await eventually(renewed)


async def test_a_repeated_update_gets_the_same_answer_and_is_done_once(live: Live) -> None:
    deal = await live.open(QUOTE)
    first = await deal.do("comment", text="once", command="c1")
    await deal.do("comment", text="another")
    assert await deal.do("comment", text="once", command="c1") == first
    assert (await comments(deal))["once"] == 1


async def test_one_command_sent_many_times_at_once_is_done_once(live: Live) -> None:
    """Each request is an update of its own to Temporal: only the ledger knows that they are one."""
    deal = await live.open(QUOTE)
    sent = [deal.do("comment", text="once", command="c1") for _ in range(8)]
    told = deal.tell("comment", text="once", id="c1")
    *answers, _ = await asyncio.gather(*sent, told)
    assert len(set(answers)) == 1
    assert (await comments(deal))["once"] == 1


async def test_a_known_id_is_answered_from_the_ledger_after_continue_as_new(live: Live) -> None:
    """Temporal forgets update ids there (measured: the update runs again)."""
    deal = await live.open(QUOTE, start={"threshold": 30})
    first = await deal.do("comment", text="once", command="c1")
    refused = await deal.refusal("move", to="prepare_offer", command="c2")
    await into_the_next_run(deal)
    assert await deal.do("comment", text="once", command="c1") == first
    assert (await deal.refusal("move", to="prepare_offer", command="c2")).details == refused.details
    assert (await comments(deal))["once"] == 1


async def test_a_repeated_signal_is_done_once_also_across_kinds_and_runs(live: Live) -> None:
    deal = await live.open(QUOTE, start={"threshold": 30})
    await deal.tell("comment", text="once", id="s1")
    await deal.tell("comment", text="once", id="s1")
    await deal.do("comment", text="once", command="s1")
    await into_the_next_run(deal)
    await deal.tell("comment", text="once", id="s1")
    await deal.tell("comment", text="last")
    await eventually(lambda: _has_text(deal, "last"))
    assert (await comments(deal))["once"] == 1


async def test_opening_twice_is_one_deal(live: Live) -> None:
    deal = await live.open(QUOTE, contact_name="Ivan")
    argument = {"deal": deal.id, "open": {"pipeline": QUOTE, "responsible": "head"}, "command": "open"}
    again = await live.client.execute_update_with_start_workflow(
        "opened", start_workflow_operation=live.start(deal.id, argument), id="another"
    )
    assert again == {"seq": 1}
    assert (await deal.stored()).responsible == "sales"


async def test_400_messages_over_ten_runs_are_each_done_once(live: Live) -> None:
    """Updates and signals mixed, by eight senders at the same time, while the deal continues as new."""
    deal = await live.open(QUOTE, start={"threshold": 60})

    async def send(sender: int) -> None:
        for number in range(sender, MESSAGES, 8):
            if number % 2:
                await deal.tell("comment", text=str(number))
            else:
                await deal.do("comment", text=str(number))

    await asyncio.gather(*(send(sender) for sender in (0, 1, 2, 3, 4, 5, 6, 7)))
    await eventually(lambda: deal.has("commented", MESSAGES), within=60)
    assert await comments(deal) == Counter({str(number): 1 for number in range(MESSAGES)})
    assert await _ledger_size(deal) == MESSAGES + 1
    record = await deal.record()
    assert [recorded.seq for recorded in record] == list(range(1, len(record) + 1))
    assert (await deal.card()).seq == len(record)
    assert await eventually(lambda: _runs(live, deal, 11)) >= 11


async def _runs(live: Live, deal: LiveDeal, least: int) -> int:
    found = (await live.client.count_workflows(f"WorkflowId = '{deal.handle.id}'")).count
    return found if found >= least else 0


async def _ledger_size(deal: LiveDeal) -> int:
    async with deal.live.engine.connect() as connection:
        mine = tables.commands.c.deal_id == deal.id
        query = select(func.count()).select_from(tables.commands).where(mine)
        return int((await connection.execute(query)).scalar_one())


async def _has_text(deal: LiveDeal, text: str) -> bool:
    return text in await comments(deal)
