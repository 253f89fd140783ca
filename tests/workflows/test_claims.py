"""Several people at one deal at once, and others it involves, on the real server."""

from __future__ import annotations

import asyncio
import random

from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from tests.live import Live, LiveDeal, eventually

RIVALS = ("sales", "lawyer", "clerk")


async def _try(deal: LiveDeal, person: str) -> str:
    try:
        await deal.do("claim", by=person)
    except WorkflowUpdateFailedError as error:
        return str(error.cause.type) if isinstance(error.cause, ApplicationError) else repr(error.cause)
    return "claimed"


async def test_of_several_claims_at_once_one_wins_and_the_others_learn_who(live: Live) -> None:
    for seed in range(20):
        deal = await live.open("test.claimed")
        people = random.Random(seed).sample(RIVALS, len(RIVALS))
        answers = dict(zip(people, await asyncio.gather(*(_try(deal, one) for one in people)), strict=True))
        assert sorted(answers.values()) == ["already_claimed", "already_claimed", "claimed"]
        winner = next(person for person, answer in answers.items() if answer == "claimed")
        stored = await deal.stored()
        assert (stored.responsible, stored.stage) == (winner, "work")
        assert stored.claim is not None
        assert stored.claim.by == winner
        late = await deal.refusal("claim", by=next(one for one in people if one != winner))
        assert winner in late.message


async def test_a_claim_by_signal_and_what_comes_after_it(live: Live) -> None:
    deal = await live.open("test.claimed")
    await deal.tell("decline", by="sales", reason="busy")
    await deal.tell("claim", by="lawyer")
    await eventually(lambda: deal.has("claimed"))
    await deal.do("fill", fields={"plan": [{"percent": 100, "date": "2099-12-01"}]})
    await deal.do("pay", row=1)
    await deal.do("process", kind="check")
    await eventually(lambda: deal.has("deal_started"))
    assert await deal.knows_all()
    assert (await deal.card()).responsible == "lawyer"
