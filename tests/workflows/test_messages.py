"""What a deal makes of updates, signals and queries, good and bad."""

from __future__ import annotations

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.events import SignalRefused
from tests.live import Live, LiveDeal, eventually

QUOTE = "order.quote"


async def a_quote(live: Live) -> LiveDeal:
    return await live.open(QUOTE, contact_name="Ivan", contact_phone="1", request="boxes")


async def refusals(deal: LiveDeal) -> list[tuple[str, str]]:
    """Refused signals on record: the command and the code of each."""
    events = [recorded.event for recorded in await deal.record()]
    return [(event.command, event.code) for event in events if isinstance(event, SignalRefused)]


async def test_an_update_is_answered_with_the_number_of_its_event_and_is_in_postgresql(live: Live) -> None:
    deal = await a_quote(live)
    seq = await deal.do("move", to="prepare_offer")
    stored = await deal.stored()
    assert (stored.seq, stored.stage) == (seq, "prepare_offer")
    assert await deal.knows_all()


async def test_a_refused_update_carries_the_code_and_the_whole_refusal(live: Live) -> None:
    deal = await live.open(QUOTE)
    error = await deal.refusal("move", to="prepare_offer")
    assert error.type == "missing_fields"
    assert error.details[0]["missing"] == ["contact_name", "contact_phone", "request"]
    assert error.details[0]["message"].keys() == {"ru", "en"}
    assert (await deal.stored()).stage == "new"


@pytest.mark.parametrize(
    "payload",
    [{"by": "sales"}, {"to": 5}, {"to": "prepare_offer", "fast": True}, "prepare_offer", ["a"], None],
)
async def test_an_unreadable_update_is_rejected_and_leaves_no_history(live: Live, payload: object) -> None:
    deal = await live.open(QUOTE)
    await deal.do("fill", fields={"goods": "cups"})
    before = await deal.size()
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await deal.handle.execute_update("move", payload)
    assert isinstance(caught.value.cause, ApplicationError)
    assert await deal.size() == before


async def test_a_command_that_does_not_exist_is_rejected(live: Live) -> None:
    deal = await live.open(QUOTE)
    for name in ("fly", "open", "tick", "child_started", "effect_result", "reported"):
        with pytest.raises(WorkflowUpdateFailedError):
            await deal.handle.execute_update(name, {})


async def test_a_signal_is_applied_like_an_update(live: Live) -> None:
    deal = await a_quote(live)
    await deal.tell("move", to="prepare_offer")
    await eventually(lambda: deal.has("moved"))
    assert (await deal.stored()).stage == "prepare_offer"


async def test_a_refused_signal_goes_on_record(live: Live) -> None:
    deal = await live.open(QUOTE)
    await deal.tell("move", to="prepare_offer")
    await eventually(lambda: deal.has("signal_refused"))
    assert await refusals(deal) == [("move", "missing_fields")]
    assert (await deal.stored()).stage == "new"


@pytest.mark.parametrize(
    "arguments",
    [[{"fast": True}], ["text"], [["a", 1]], [None], [5], [], [{"text": "a"}, {"text": "b"}]],
    ids=repr,
)
async def test_an_unreadable_signal_goes_on_record_and_blocks_nothing(
    live: Live, arguments: list[object]
) -> None:
    deal = await live.open(QUOTE)
    await deal.handle.signal("comment", args=arguments)
    await eventually(lambda: deal.has("signal_refused"))
    assert await refusals(deal) == [("comment", "invalid_value")]
    await deal.do("comment", text="goes on")


async def test_a_signal_of_an_unknown_name_goes_on_record(live: Live) -> None:
    deal = await live.open(QUOTE)
    for name in ("fly", "open", "tick", "effect_result"):
        await deal.handle.signal(name, {"key": "x"})
    await eventually(lambda: deal.has("signal_refused", 4))
    assert [command for command, _ in await refusals(deal)] == ["fly", "open", "tick", "effect_result"]


@pytest.mark.parametrize("text", ["a\u0000b", "a\ud800b"], ids=["NUL", "half a surrogate pair"])
async def test_text_that_postgresql_cannot_keep_is_refused_at_once(live: Live, text: str) -> None:
    """Tried again for ever, it would hold up every later signal and timer of the deal."""
    deal = await live.open(QUOTE)
    error = await deal.refusal("fill", title=text)
    assert error.type == "invalid_value"
    await deal.tell("create_task", title=text, assignee="sales")
    await deal.tell("fill", fields={"goods": text})
    await deal.tell("comment", text="fine", by=text)
    await eventually(lambda: deal.has("signal_refused", 3))


async def test_numbers_that_json_does_not_have_are_refused_at_once(live: Live) -> None:
    deal = await live.open(QUOTE)
    await deal.tell("event", kind="call.incoming", detail={"seconds": float("nan")})
    await deal.tell("fill", amount=float("inf"))
    await eventually(lambda: deal.has("signal_refused", 2))


async def test_queries_show_card_and_agenda_of_what_comes_next(live: Live) -> None:
    deal = await a_quote(live)
    assert await deal.handle.query("agenda") == []
    await deal.do("move", to="prepare_offer")
    await deal.do("create_task", title="Call", assignee="sales", deadline="2200-01-10T09:00:00+03:00")
    agenda = await deal.handle.query("agenda")
    assert [entry["id"] for entry in agenda] == ["task.1.remind", "task.2.overdue"]
    assert agenda == sorted(agenda, key=lambda entry: entry["due"])
    card = await deal.handle.query("card")
    assert (card["stage"], card["responsible"], len(card["tasks"])) == ("prepare_offer", "sales", 2)


async def test_an_opening_that_is_refused_says_why_and_leaves_no_deal(live: Live) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await live.open("order.nothing")
    assert isinstance(caught.value.cause, ApplicationError)
    assert caught.value.cause.type == "unknown_deal"
