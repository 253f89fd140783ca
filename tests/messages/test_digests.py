"""Notices that go out as digests: nothing lost, nothing twice, one message where there would be many."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.delivery import Delivery
from activities.digests import Digests
from domain import events as ev
from domain.base import Text
from domain.messages import Channel
from store import digests, outbox, queries, tables, writes
from store.channels import save_channel, save_channels
from tests.messages.house import Crash, Crashing, by_mail
from tests.messages.sinks import MailSink
from tests.store.samples import happen, new_id, opened

QUARTER = Channel(owner="sales", channel="email", digest_minutes=15)


class Desk:
    """One employee's notices and digests, on a clock of its own."""

    def __init__(self, engine: AsyncEngine, mail: MailSink) -> None:
        self.engine = engine
        self.mail = mail
        self.now = datetime.now(UTC) + timedelta(seconds=1)  # the choice of digests is older than any notice

    async def tell(self, *texts: str, to: str = "sales") -> str:
        """Notices about a new deal; the deal's id."""
        deal = new_id()
        told = [ev.Notified(to=to, kind="info", text=Text(ru=text, en=text.upper())) for text in texts]
        async with self.engine.begin() as connection:
            await happen(connection, deal, opened(deal), *told, at=self.now)
        return deal

    def look(self, crash: bool = False, dead_after: timedelta = timedelta(0)) -> Digests:
        made = Crashing if crash else Delivery
        return Digests(self.engine, made(self.engine, by_mail(self.mail), None, dead_after), lambda: self.now)

    async def later(self, minutes: int) -> None:
        """So many minutes pass, and a worker looks what is due."""
        self.now += timedelta(minutes=minutes)
        await self.look().once()

    def texts(self) -> list[list[str]]:
        """What the mails say, without the moments."""
        bodies = [mail.get_content() for mail in self.mail.mails]
        return [[line[13:] for line in body.splitlines()] for body in bodies]


@pytest.fixture
async def desk(engine: AsyncEngine, mail: MailSink) -> Desk:
    async with engine.begin() as connection:
        for table in (tables.notifications, tables.notification_digests, tables.messages, tables.channels):
            await connection.execute(delete(table))
        await save_channel(connection, QUARTER)
    return Desk(engine, mail)


async def test_many_notices_are_one_mail(desk: Desk) -> None:
    await desk.tell("one", "two")
    await desk.later(10)
    await desk.tell("three")
    assert not desk.mail.taken, "not before a quarter of an hour has passed"
    await desk.later(10)
    await desk.later(10)
    assert desk.texts() == [["one", "two", "three"]]
    [mail] = desk.mail.mails
    assert (mail["To"], mail["Subject"]) == ("b@example.com", "Уведомления: 3")
    await desk.tell("four")
    await desk.later(20)
    assert desk.texts()[1:] == [["four"]]
    assert desk.mail.mails[1]["Subject"] == "Уведомление: four"


async def test_several_workers_send_one(desk: Desk) -> None:
    await desk.tell("one")
    desk.now += timedelta(hours=1)
    await asyncio.gather(*(desk.look(dead_after=timedelta(hours=1)).once() for _ in range(5)))
    assert desk.texts() == [["one"]]


async def test_one_worker_composes_at_a_time(desk: Desk) -> None:
    async with desk.engine.begin() as first, desk.engine.begin() as second:
        assert await digests.may_compose(first)
        assert not await digests.may_compose(second)


async def test_while_mail_is_away_what_comes_on_top_is_one_more(desk: Desk) -> None:
    desk.mail.rcpt = "450 later"
    for text in ("one", "two", "three"):
        await desk.tell(text)
        await desk.later(60)
    desk.mail.rcpt = "250 OK"
    await desk.later(1)
    await desk.later(20)
    await desk.later(20)
    assert desk.texts() == [["one"], ["two", "three"]]


async def test_a_crash_after_sending_repeats_under_the_same_id(desk: Desk) -> None:
    await desk.tell("one")
    desk.now += timedelta(hours=1)
    with pytest.raises(Crash):
        await desk.look(crash=True).once()
    await desk.later(1)
    await desk.later(60)
    assert desk.texts() == [["one"], ["one"]]
    assert len({content for _, content in desk.mail.taken}) == 1


async def test_a_refused_digest_is_kept_with_its_cause(desk: Desk) -> None:
    desk.mail.refused = frozenset({"b@example.com"})
    await desk.tell("one")
    await desk.later(60)
    await desk.later(60)
    async with desk.engine.connect() as connection:
        [row] = (await queries.messages(connection)).items
    assert (row.status, row.deal_id, row.attempts) == ("failed", None, 1)
    assert "550" in str(row.cause)


async def test_what_is_read_or_old_or_not_wanted_is_not_sent(desk: Desk) -> None:
    read = await desk.tell("read")
    async with desk.engine.begin() as connection:
        await writes.mark_read(connection, "sales", [(read, 2)])
    await desk.tell("for another", to="head")
    await desk.later(60)
    desk.now -= timedelta(days=2)
    await desk.tell("from before digests were chosen")
    await desk.later(60)
    assert not desk.mail.taken


async def test_choosing_digests_again_brings_no_old_notices(desk: Desk) -> None:
    async with desk.engine.begin() as connection:
        long_ago = desk.now - timedelta(days=1)
        await connection.execute(update(tables.channels).values(since=long_ago))
        await save_channels(connection, [QUARTER.model_copy(update={"digest_minutes": None})])
    desk.now -= timedelta(minutes=5)
    await desk.tell("meanwhile")
    async with desk.engine.begin() as connection:
        await save_channels(connection, [QUARTER])
    await desk.later(60)
    assert not desk.mail.taken


async def test_a_look_that_fails_is_followed_by_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("activities.digests.EVERY_SECONDS", 0.05)
    stop, looks = asyncio.Event(), []

    class Failing(Digests):
        async def once(self) -> None:
            looks.append(1)
            if len(looks) == 3:
                stop.set()
            raise OSError("the database is away")

    delivery = Delivery(desk.engine, {})
    await asyncio.wait_for(Failing(desk.engine, delivery).run(stop), 60)
    assert len(looks) == 3


async def test_a_message_to_try_ones_channel_goes_out_with_an_id_of_its_own(desk: Desk) -> None:
    key = digests.trial_key("sales", desk.now)
    async with desk.engine.begin() as connection:
        message = outbox.NewMessage(
            key, None, "b@example.com", "email", "Проверка", "Доходит", "planned", desk.now
        )
        assert await outbox.add(connection, message)
    await desk.later(0)
    [mail] = desk.mail.mails
    assert (mail["Subject"], mail["Message-ID"].startswith("<")) == ("Проверка", True)
    async with desk.engine.connect() as connection:
        sent = await queries.message(connection, key)
    assert sent is not None
    assert sent.status == "sent"
