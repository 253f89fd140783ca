"""What operators see of a deal, what it costs in history, and the `temporal` command on a running deal."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from embedded import binaries
from embedded.temporal import TemporalServer
from tests.live import Live, LiveDeal, eventually
from tests.workflows.stories import TO_PREPARE, play

MOST_BYTES = 2048
MOVE = {  # a stage move: a workflow task, the update with its decision, and the search attributes
    "workflow_task_scheduled": 1,
    "workflow_task_started": 1,
    "workflow_task_completed": 1,
    "workflow_execution_update_accepted": 1,
    "marker_recorded": 1,
    "workflow_execution_update_completed": 1,
    "upsert_workflow_search_attributes": 1,
}


async def attributes(deal: LiveDeal) -> dict[str, Any]:
    """The product's own; the server adds BuildIds."""
    shown = (await deal.handle.describe()).typed_search_attributes
    return {pair.key.name: pair.value for pair in shown if pair.key.name != "BuildIds"}


async def test_search_attributes_say_where_the_deal_stands(live: Live) -> None:
    deal = await live.open("order.quote")
    company = await live.company()
    await deal.do("fill", company=company, responsible="head")
    await play(deal, TO_PREPARE)
    stored = await deal.stored()
    shown = await eventually(lambda: _shown(deal, "prepare_offer"))
    assert shown == {
        "Pipeline": "order.quote",
        "Stage": "prepare_offer",
        "DealStatus": "open",
        "Responsible": "head",
        "Company": company,
        "StageDeadline": stored.next_due(),
    }
    found = f"Stage = 'prepare_offer' AND Company = '{company}'"
    assert await eventually(lambda: _count(live, found)) == 1
    await deal.do("move", to="refused", reason="price")
    shown = await eventually(lambda: _shown(deal, "refused"))
    assert shown["DealStatus"] == "lost"
    assert "StageDeadline" not in shown, "a closed deal waits for nothing"


async def _shown(deal: LiveDeal, stage: str) -> dict[str, Any]:
    shown = await attributes(deal)
    return shown if shown.get("Stage") == stage else {}


async def _count(live: Live, query: str) -> int:
    return (await live.client.count_workflows(query)).count


async def test_current_details_say_the_deal_in_words_without_names_of_people(live: Live) -> None:
    deal = await live.open("order.quote")
    await play(deal, TO_PREPARE)
    metadata: WorkflowMetadata = await deal.handle.query(
        "__temporal_workflow_metadata", result_type=WorkflowMetadata
    )
    first, task, due = metadata.current_details.splitlines()
    assert first == "**order.quote** · prepare_offer · open · responsible: sales"
    assert task == "- task `prepare_offer` with sales"
    assert due.endswith("reminder (`task.1.remind`)")
    assert "Ivan" not in metadata.current_details


@pytest.mark.parametrize("timer", [True, False], ids=["with a due moment", "without"])
async def test_a_move_costs_seven_events_and_an_earlier_due_moment_one_more(live: Live, timer: bool) -> None:
    deal = await live.open("order.quote")
    await play(deal, TO_PREPARE[:1])
    expected = Counter(MOVE) + Counter({"timer_started": 1} if timer else {})
    if not timer:
        await deal.do("move", to="prepare_offer")
    before = await deal.size()
    await deal.do("move", to="prepare_offer" if timer else "new")
    after = await deal.size()
    history = await deal.handle.fetch_history()
    kinds = [str(event.WhichOneof("attributes")) for event in history.events[before[0] : after[0]]]
    assert Counter(kind.removesuffix("_event_attributes") for kind in kinds) == expected
    assert after[1] - before[1] <= MOST_BYTES


@pytest.mark.parametrize(
    ("stage", "events", "size"), [("crowd", 7, MOST_BYTES), ("dated", 8, MOST_BYTES + 256)]
)
async def test_a_stage_with_20_tasks_and_as_many_notices_costs_no_more(
    live: Live, stage: str, events: int, size: int
) -> None:
    """Twenty different deadlines are more to keep than two kilobytes hold."""
    deal = await live.open("test.crowd")
    before = await deal.size()
    await deal.do("move", to=stage)
    after = await deal.size()
    assert len((await deal.stored()).open_tasks()) == 20
    assert await deal.has("notified", 40 if stage == "crowd" else 20)
    assert after[0] - before[0] == events
    assert after[1] - before[1] <= size


async def temporal(server: TemporalServer, *arguments: str) -> tuple[int, str]:
    """The `temporal` command: its status, and what it writes."""
    program = str(binaries.temporal())
    env = {"PATH": os.defpath, "TEMPORAL_ADDRESS": server.address, "TEMPORAL_CONFIG_FILE": os.devnull}
    process = await asyncio.create_subprocess_exec(
        program, *arguments, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    return int(process.returncode or 0), output.decode()


async def test_the_temporal_command_signals_updates_and_queries_a_running_deal(
    live: Live, temporal_server: TemporalServer
) -> None:
    deal = await live.open("order.quote")
    this = ("--workflow-id", deal.handle.id)
    status, output = await temporal(
        temporal_server, "workflow", "signal", *this, "--name", "comment", "--input", '{"text": "by hand"}'
    )
    assert status == 0, output
    await eventually(lambda: deal.has("commented"))

    fields = json.dumps({"fields": {"contact_name": "Ivan", "contact_phone": "1", "request": "boxes"}})
    for name, payload in (("fill", fields), ("move", '{"to": "prepare_offer", "by": "head"}')):
        status, output = await temporal(
            temporal_server, "workflow", "update", "execute", *this, "--name", name, "--input", payload
        )
        assert status == 0, output
    assert (await deal.stored()).stage == "prepare_offer"
    actors = [recorded.by for recorded in await deal.record() if recorded.event.type in ("filled", "moved")]
    assert actors == ["operator", "head"]

    status, output = await temporal(
        temporal_server, "workflow", "update", "execute", *this, "--name", "move", "--input", '{"to": "x"}'
    )
    assert status != 0
    assert "unknown_stage" in output

    status, output = await temporal(
        temporal_server, "workflow", "query", *this, "--type", "card", "--output", "json"
    )
    assert status == 0, output
    card = json.loads(output)["queryResult"]
    assert (card[0] if isinstance(card, list) else card)["stage"] == "prepare_offer"
    status, output = await temporal(
        temporal_server, "workflow", "query", *this, "--type", "agenda", "--output", "json"
    )
    assert "task.1.remind" in output
