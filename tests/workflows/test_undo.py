"""A move undone: the workflow knows the same deal as PostgreSQL, and what was planned before fires again."""

from __future__ import annotations

from domain.past import is_by_hand
from tests.live import FILE, Live, LiveDeal, eventually
from tests.workflows.stories import TO_PREPARE, play

OFFER = {"offer_file": FILE, "offer_approver": "director"}


async def last_move(deal: LiveDeal) -> int:
    """The number of the last move's event."""
    return max(recorded.seq for recorded in await deal.record() if is_by_hand(recorded))


async def test_a_move_undone_leaves_the_workflow_and_the_database_with_the_deal_as_it_was(live: Live) -> None:
    deal = await live.open("order.quote")
    await play(deal, TO_PREPARE)
    before = await deal.stored()
    await deal.do("move", to="approve_offer", fields=OFFER)
    await deal.do("undo_move", seq=await last_move(deal))
    await eventually(deal.knows_all)
    card = await deal.card()
    assert (card.stage, card.agenda, card.tasks) == (before.stage, before.agenda, before.tasks)
    assert card.fields == {**before.fields, **card.fields}
    assert (await deal.refusal("undo_move", seq=await last_move(deal))).type == "undo_overtaken"
