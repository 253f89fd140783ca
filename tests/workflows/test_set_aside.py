"""What a fault in the program keeps from being done is set aside, kept, and done once it is mended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from activities.attempts import is_ours
from activities.documents import Documents
from domain.events import Commented
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from store import tables
from store.files import DirectoryFiles
from store.session import make_engine
from tests.live import Live, LiveDeal, eventually
from tests.workflows.faulty import SIGNAL, Shop, faulty_shop
from workflows.policies import DECISION_TOTAL

QUOTE = "order.quote"


@pytest.fixture
async def shop(live: Live, postgres: Postgres, temporal_server: TemporalServer) -> AsyncIterator[Shop]:
    async with faulty_shop(postgres.url, temporal_server.address) as opened:
        yield opened


async def texts(deal: LiveDeal) -> list[str]:
    return [one.event.text for one in await deal.record() if isinstance(one.event, Commented)]


@pytest.mark.parametrize("threshold", [400, 14], ids=["one run", "several runs"])
async def test_it_is_set_aside_and_those_after_it_are_done(shop: Shop, threshold: int) -> None:
    """Also where the tries before, and the waiting after, go over several runs."""
    deal = await shop.deal_with_a_faulty_signal(threshold=threshold)
    due = datetime.now(UTC) + timedelta(seconds=1)
    await deal.do("create_task", title="Call", assignee="sales", deadline=due.isoformat())
    await eventually(lambda: deal.has("signal_set_aside"))
    await eventually(lambda: deal.has("commented", 2))
    await eventually(lambda: deal.has("fired"))
    assert await texts(deal) == ["before", "after"]
    kept = (await deal.stored()).aside[SIGNAL]
    assert (kept.command, kept.body) == ("fill", {"fields": {"goods": "cups"}, "by": "lawyer"})
    assert "AttributeError" in kept.cause
    attention = (await deal.stored()).attention
    assert attention is not None
    assert kept.cause in attention.en
    assert await deal.knows_all()

    await deal.do("retry")  # too early: nothing has been mended
    await eventually(lambda: deal.has("signal_set_aside", 2))
    shop.definitions.broken = False
    await deal.do("retry")
    await eventually(lambda: deal.has("signal_taken_up"))
    stored = await deal.stored()
    assert (stored.fields["goods"], stored.aside, stored.attention) == ("cups", {}, None)
    filled = [one.by for one in await deal.record() if one.event.type == "filled"]
    assert filled == ["lawyer"], "once, in the name of who sent it"
    assert await deal.knows_all()
    async with deal.live.engine.connect() as connection:
        query = select(tables.commands.c.refusal).where(tables.commands.c.deal_id == deal.id)
        assert (await connection.execute(query.where(tables.commands.c.id == SIGNAL))).all() == [(None,)]
    runs = (await deal.handle.describe()).raw_description.workflow_execution_info
    assert (runs.first_run_id == runs.execution.run_id) is (threshold == 400)


async def test_a_closed_deal_keeps_what_is_set_aside_for_whoever_mends_it(shop: Shop) -> None:
    deal = await shop.deal_with_a_faulty_signal()
    await eventually(lambda: deal.has("signal_set_aside"))
    await deal.do("move", to="refused", reason="price")
    shop.definitions.broken = False
    await deal.do("retry")
    assert (await deal.handle.result())["status"] == "lost"
    assert (await deal.stored()).fields["goods"] == "cups"


async def test_an_effects_result_that_meets_the_fault_waits_for_a_person(
    live: Live, postgres: Postgres, temporal_server: TemporalServer, tmp_path: Path
) -> None:
    """The document is made, but the deal cannot take it: the card says so, and a retry makes no second one."""
    documents = Documents(live.engine, DirectoryFiles(tmp_path))
    async with faulty_shop(postgres.url, temporal_server.address, documents.effect_document) as shop:
        deal = await shop.live.open("test.papers", company=await shop.live.company())
        await deal.do("fill", amount="100")
        shop.definitions.broken = True
        await deal.do("document", document="bill")
        await eventually(lambda: deal.has("effect_failed"))
        await deal.do("comment", text="it goes on")
        stored = await deal.stored()
        [effect] = stored.effects.values()
        assert stored.attention is not None
        assert "by a fault in the program" in stored.attention.en
        assert "AttributeError" in str(effect.cause)
        assert await deal.knows_all()

        shop.definitions.broken = False
        await deal.do("retry")
        await eventually(lambda: deal.has("effect_done"))
        stored = await deal.stored()
        assert (stored.effects, stored.attention) == ({}, None)
        assert isinstance(stored.fields["bill"], dict)
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


async def test_an_update_that_meets_the_fault_is_refused_soon_and_harms_no_other(shop: Shop) -> None:
    deal = await shop.live.open(QUOTE)
    shop.definitions.broken = True
    began = time.monotonic()
    error, _ = await asyncio.gather(
        deal.refusal("fill", fields={"goods": "cups"}), deal.do("comment", text="meanwhile")
    )
    assert error.type == "unavailable"
    assert time.monotonic() - began < DECISION_TOTAL.total_seconds()
    assert (await deal.stored()).attention is None, "who sent it knows"


async def test_a_fault_is_told_from_a_database_that_is_away(postgres: Postgres, live: Live) -> None:
    async def raised(url: str, statement: str) -> Exception:
        engine = make_engine(url)
        try:
            with pytest.raises((SQLAlchemyError, OSError)) as caught:
                async with engine.begin() as connection:
                    await connection.execute(text(statement))
            return caught.value
        finally:
            await engine.dispose()

    for statement in ("SELECT 1/0", "SELECT CAST('x' AS json)", "INSERT INTO files (id) VALUES ('x')"):
        assert is_ours(await raised(postgres.url, statement)), statement
    away = ("SELECT nothing", "SELECT pg_terminate_backend(pg_backend_pid())")
    for statement in away:
        assert not is_ours(await raised(postgres.url, statement)), statement
    assert not is_ours(await raised("postgresql+asyncpg://nobody@127.0.0.1:1/none", "SELECT 1"))
    assert not is_ours(TimeoutError())
    assert is_ours(KeyError("x"))
