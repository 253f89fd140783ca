"""A message and a document are given up; the document is prepared again: nobody has asked for the message."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.channels.mail import Mail, MailServer
from activities.delivery import Delivery
from activities.documents import Documents
from embedded.postgres import Postgres
from embedded.temporal import TemporalServer
from store import tables
from store.files import DirectoryFiles, FileInfo
from tests.live import Live, LiveDeal, eventually, running
from tests.messages.sinks import MailSink, mail_sink
from worker import build_worker

CLIENT = "ivan@client.example"


class Disk(DirectoryFiles):
    """A disk that is full, as if it had been so for the seven days after which a document is given up."""

    full = False

    async def put(self, file_id: str, chunks: AsyncIterable[bytes], max_bytes: int) -> FileInfo:
        if self.full:
            raise ApplicationError("no space left", type="document_failed", non_retryable=True)
        return await super().put(file_id, chunks, max_bytes)


@dataclass
class Office:
    """The running product, its mail server and its disk."""

    live: Live
    mail: MailSink
    disk: Disk


@pytest.fixture
async def office(
    live: Live, postgres: Postgres, temporal_server: TemporalServer, tmp_path: Path
) -> AsyncIterator[Office]:
    disk = Disk(tmp_path)
    async with contextlib.AsyncExitStack() as stack:
        mail = await stack.enter_async_context(mail_sink())
        other = await stack.enter_async_context(running(postgres.url, temporal_server.address, worker=False))
        channels = {"email": Mail(MailServer.from_url(mail.url), "Office <office@example.com>", 20)}
        delivery, documents = Delivery(other.engine, channels, disk), Documents(other.engine, disk)
        await stack.enter_async_context(
            build_worker(
                other.client, other.engine, other.queue, delivery=delivery, documents=documents, checked=True
            )
        )
        yield Office(other, mail, disk)


async def rows(deal: LiveDeal) -> dict[str, Any]:
    """The deal's effects in PostgreSQL by their kind."""
    async with deal.live.engine.connect() as connection:
        query = select(tables.effects).where(tables.effects.c.deal_id == deal.id)
        return {row.kind: row for row in await connection.execute(query)}


def total(disk: Path) -> str:
    """What the only file on the disk asks to be paid."""
    [file] = [path for path in disk.rglob("*") if path.is_file()]
    text = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    return " ".join(text.replace("\u00a0", " ").split()).partition("Всего к оплате: ")[2]


async def both_given_up(office: Office) -> LiveDeal:
    """A deal whose bill of 100 roubles has its number, but no place on the disk; then its message is refused."""
    office.mail.refused = frozenset({CLIENT})
    office.disk.full = True
    deal = await office.live.open("test.billed", company=await office.live.company())
    await deal.do("fill", amount="100", contact={"name": "Ivan", "email": CLIENT})
    await deal.do("send_message", message="hello")
    await eventually(lambda: deal.has("effect_failed"))
    await deal.do("document", document="bill")
    await eventually(lambda: deal.has("effect_failed", 2))
    attention = (await deal.stored()).attention
    assert attention is not None
    assert "Invoice" in attention.en
    return deal


async def test_a_message_given_up_waits_on_while_a_document_is_prepared_again(
    office: Office, tmp_path: Path
) -> None:
    deal = await both_given_up(office)
    [mail] = [effect for effect in (await deal.stored()).effects.values() if effect.kind == "message"]
    tried, asked = (await rows(deal))["message"].attempts, office.mail.asked
    office.disk.full = False
    await deal.do("fill", amount="250")
    await deal.do("document", document="bill")
    await eventually(lambda: deal.has("effect_done"))

    stored = await deal.stored()
    assert list(stored.effects.values()) == [mail], "given up as before"
    assert stored.attention == mail.trouble
    assert await deal.knows_all()
    row = (await rows(deal))["message"]
    assert (row.status, row.cause, row.attempts) == ("unknown", mail.cause, tried)
    assert (office.mail.asked, office.mail.taken) == (asked, [])
    bill: Any = stored.fields["bill"]
    assert bill["name"].startswith("Счет № ")
    assert total(tmp_path).startswith("250,00"), "what the card said when it was prepared again"
    async with deal.live.engine.connect() as connection:
        table = tables.document_numbers
        query = select(table.c.number, table.c.version).where(table.c.document == f"{deal.id}/bill")
        (number, one), (same, two) = (await connection.execute(query.order_by(table.c.version))).all()
    assert (one, two, same) == (1, 2, number), "under the number it had"


async def test_a_retry_on_the_card_tries_both_again(office: Office, tmp_path: Path) -> None:
    deal = await both_given_up(office)
    office.mail.refused, office.disk.full = frozenset(), False
    await deal.do("retry")
    await eventually(lambda: deal.has("effect_done", 2))
    stored = await deal.stored()
    assert (stored.effects, stored.attention) == ({}, None)
    assert len(office.mail.taken) == 1
    assert total(tmp_path).startswith("100,00"), "as it was planned"
    assert await deal.knows_all()
