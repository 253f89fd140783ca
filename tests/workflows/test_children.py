"""Deals that open deals: what a child ends with reaches its parent once, whatever runs by then."""

from __future__ import annotations

import asyncio

from temporalio.client import WorkflowExecutionStatus

from tests.live import Live, LiveDeal, eventually
from tests.workflows.stories import (
    CONTRACT,
    QUOTE,
    RECEIVING,
    SIGN,
    TO_SEND_CONTRACT,
    agreed_quote,
    child,
    play,
)


async def ended(deal: LiveDeal) -> bool:
    return (await deal.handle.describe()).status is WorkflowExecutionStatus.COMPLETED


async def types(deal: LiveDeal) -> list[str]:
    return [recorded.event.type for recorded in await deal.record()]


async def test_quote_contract_receiving_each_open_once_and_report_once(live: Live) -> None:
    quote = await agreed_quote(live)
    await eventually(lambda: quote.has("deal_started"))
    assert not await ended(quote), "it waits for the contract"
    contract = await child(quote, "contract")
    assert (await contract.stored()).fields["request"] == "200 boxes"
    await play(contract, CONTRACT)
    await eventually(lambda: ended(quote))
    receiving = await child(quote, "receiving")
    assert (await receiving.stored()).fields.keys() >= {"request", "signed_contract"}
    await play(receiving, RECEIVING)
    for deal in (quote, contract, receiving):
        await eventually(lambda deal=deal: ended(deal))  # type: ignore[misc]
        assert (await deal.stored()).status == "won"
        assert await deal.knows_all()
    record = await types(quote)
    assert (record.count("deal_started"), record.count("child_ended")) == (2, 1)
    assert (await types(contract)).count("result_reported") == 1


async def test_a_known_client_needs_no_contract(live: Live) -> None:
    company = await live.company(contract_signed=True)
    quote = await live.open("order.quote", company=company)
    await play(quote, QUOTE)
    await eventually(lambda: ended(quote))
    assert (await quote.stored()).children.keys() == {"receiving"}


async def test_a_report_repeated_in_another_run_changes_nothing(live: Live) -> None:
    quote = await agreed_quote(live)
    await eventually(lambda: quote.has("deal_started"))
    contract = await child(quote, "contract")
    await play(contract, CONTRACT)
    await eventually(lambda: ended(quote))
    stored, seq = await contract.stored(), (await quote.stored()).seq
    result = {"key": "contract", "deal": contract.id, "status": "won", "stage": "signed"}
    message = {"name": "child_done", "body": {"result": result, "by": "system"}}
    for id in (f"{contract.id}/{stored.visit}", "another"):
        start = {"deal": quote.id, "resume": True, "inbox": [{**message, "id": id}]}
        await live.client.execute_workflow("Deal", start, id=quote.handle.id, task_queue=live.queue)
    assert (await quote.stored()).seq == seq


async def test_a_parent_that_has_ended_is_taken_up_for_a_late_report(live: Live) -> None:
    """The contract is lost, which ends the quote; later it is reopened after all, and signed."""
    quote = await agreed_quote(live)
    await eventually(lambda: quote.has("deal_started"))
    contract = await child(quote, "contract")
    await play(contract, TO_SEND_CONTRACT)
    await contract.do("move", to="not_signed", reason="too slow")
    await eventually(lambda: ended(quote))
    await eventually(lambda: ended(contract))
    assert "receiving" not in (await quote.stored()).children

    await contract.do("reopen", to="send_contract")
    await play(contract, SIGN)
    await eventually(lambda: quote.has("child_ended", 2))
    await eventually(lambda: ended(quote))
    receiving = await child(quote, "receiving")
    await eventually(lambda: receiving.has("opened"))
    assert (await receiving.stored()).status == "open"
    description = await quote.handle.describe()
    shown = {key.key.name: key.value for key in description.typed_search_attributes}
    assert shown["Pipeline"] == "order.quote", "operators still find the resumed run"
    assert (await types(quote)).count("deal_started") == 2


async def test_a_child_whose_start_was_not_recorded_is_not_opened_again(live: Live) -> None:
    """As after a crash between the child's start and the parent's record of it: the start is repeated."""
    quote = await agreed_quote(live)
    await eventually(lambda: quote.has("deal_started"))
    contract = await child(quote, "contract")
    before = await contract.record()
    await contract.do("move", to="not_signed", reason="changed his mind")
    await eventually(lambda: ended(contract))
    start = (await anext(contract.handle.fetch_history_events())).workflow_execution_started_event_attributes
    argument = (await live.client.data_converter.decode(start.input.payloads))[0]
    await live.client.execute_workflow("Deal", argument, id=contract.handle.id, task_queue=live.queue)
    record = await contract.record()
    assert record[: len(before)] == before
    assert (await types(contract)).count("opened") == 1
    assert (await contract.stored()).status == "lost"


async def test_a_closed_deal_is_reopened_commented_and_queried(live: Live) -> None:
    quote = await live.open("order.quote")
    await quote.do("move", to="refused", reason="price")
    await eventually(lambda: ended(quote))
    assert (await quote.card()).status == "lost"
    await asyncio.gather(*(quote.do("comment", text=str(number)) for number in range(5)))
    await eventually(lambda: ended(quote))
    await quote.do("reopen", to="new")
    assert (await quote.stored()).status == "open"
    assert not await ended(quote)
    assert (await types(quote)).count("commented") == 5
