"""From a planned effect to what the client has, through refusals and crashes."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import JsonValue
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.channels.gateway import Gateway
from activities.messages import ENOUGH_SECONDS
from domain import events as ev
from domain.facts import Employee
from domain.messages import Channel
from store import outbox, queries, tables, writes
from store.channels import save_channels
from store.files import DirectoryFiles
from store.organisation import save_employee, save_roles
from tests.messages.house import MAIL, House, by_mail, house, statuses
from tests.messages.sinks import HookSink, MailSink
from tests.store.samples import START, new_id

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # in Apprise


@pytest.fixture
async def home(engine: AsyncEngine, mail: MailSink) -> House:
    return await house(engine, by_mail(mail))


async def test_without_channels_a_message_is_kept_to_be_read(engine: AsyncEngine) -> None:
    home = await house(engine, {})
    key = await home.plan()
    for _ in range(2):
        await home.deliver(key)
    [message] = await home.outbox()
    assert (message.key, message.recipient, message.channel, message.status) == (key, MAIL, "email", "kept")
    assert message.sent_at is not None
    assert ((await home.effect()).status, (await home.effect()).attempts) == ("done", 1)
    with pytest.raises(writes.UnknownEffect):
        await home.deliver("none")


async def test_a_message_is_sent_once_however_often_it_is_delivered(home: House, mail: MailSink) -> None:
    key = await home.plan()
    for _ in range(3):
        await home.deliver(key)
    [got], [message] = mail.mails, await home.outbox()
    assert (got["To"], got["Subject"]) == (MAIL, "Тема 1")
    assert got["Date"].datetime == message.planned_at
    assert (message.status, message.attempts, message.repeated, message.cause) == ("sent", 1, False, None)


async def test_attempts_at_the_same_time_send_one_mail(home: House, mail: MailSink) -> None:
    key, hour = await home.plan(), timedelta(hours=1)
    mail.hold = asyncio.Event()
    begun = [asyncio.create_task(home.deliver(key, hour)) for _ in range(4)]
    losers = itertools.islice(asyncio.as_completed(begun), 3)
    ended = [str(one) for one in await asyncio.gather(*losers, return_exceptions=True)]
    assert ended == ["not_now: another attempt is sending it"] * 3
    mail.hold.set()
    await asyncio.gather(*begun, return_exceptions=True)
    assert [task.exception() is None for task in begun].count(True) == 1
    assert len(mail.taken) == 1


async def test_whoever_comes_second_waits_and_gets_nothing(home: House) -> None:
    hour, key = timedelta(hours=1), f"{home.deal}/1/1"
    message = outbox.NewMessage(key, home.deal, MAIL, "email", "", "", "planned", START)
    async with home.engine.begin() as connection:
        await outbox.add(connection, message)
    async with home.engine.connect() as first, home.engine.connect() as second:
        assert await outbox.claim(first, key, hour)
        waiting = asyncio.create_task(outbox.claim(second, key, hour))
        await asyncio.sleep(0.2)
        await first.commit()
        assert await waiting is None


async def test_refused_for_a_day_all_arrives_once_and_in_order(home: House, mail: MailSink) -> None:
    keys = [await home.plan(number) for number in (1, 2, 10)]
    mail.rcpt = "450 4.7.1 greylisted"
    for _ in range(6):
        for key in reversed(keys):
            failure = await home.failure(key)
            assert (failure.type, failure.non_retryable) == ("not_now", False)
    effect, message = await home.effect(), (await home.outbox())[0]
    assert (effect.status, message.status) == ("sending", "planned")
    assert effect.cause == message.cause == "the mail server said 450 4.7.1 greylisted"
    mail.rcpt = "250 OK"
    for key in reversed(keys):
        await home.deliver(key)
    assert [got["Subject"] for got in mail.mails] == ["Тема 1", "Тема 2", "Тема 10"]
    assert await statuses(home) == ["sent"] * 3
    assert (await home.effect()).status == "done"


async def test_messages_of_one_decision_keep_their_order(home: House, mail: MailSink) -> None:
    keys = [await home.plan(number) for number in (9, 10)]
    async with home.engine.begin() as connection:
        at_once = update(tables.effects).where(tables.effects.c.key.in_(keys))
        await connection.execute(at_once.values(planned_at=START))
    await home.deliver(keys[1])
    assert [got["Subject"] for got in mail.mails] == ["Тема 9", "Тема 10"]


async def test_an_attempt_begins_nothing_that_it_could_not_end(
    home: House, mail: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_mails = SimpleNamespace(monotonic=lambda: ENOUGH_SECONDS * 2 * len(mail.taken))  # each takes so long
    monkeypatch.setattr("activities.messages.time", by_mails)
    keys = [await home.plan(number) for number in (1, 2)]
    assert (await home.failure(keys[1])).type == "not_now"
    assert await statuses(home) == ["sent", "planned"]
    await home.deliver(keys[1])
    assert len(mail.taken) == 2


async def test_what_is_refused_for_good_waits_for_a_person_and_holds_up_nothing(
    home: House, mail: MailSink
) -> None:
    mail.refused = frozenset({MAIL})
    first = await home.plan(1)
    failure = await home.failure(first)
    assert (failure.type, failure.non_retryable) == ("refused", True)
    assert "550" in failure.message
    assert "[address]" in failure.message
    await home.happens(ev.EffectFailed(key=first, cause=failure.message))
    await home.happens(ev.Changed(contact={"email": "petr@client.example"}))
    await home.deliver(await home.plan(2))
    assert await statuses(home) == ["failed", "sent"]
    await home.happens(ev.AttentionCleared())
    await home.deliver(first)
    assert [(to, got["Subject"]) for (to, _), got in zip(mail.taken, mail.mails, strict=True)] == [
        ("petr@client.example", "Тема 2"),
        ("petr@client.example", "Тема 1"),
    ], "to the address as it is now"


async def test_a_crash_after_sending_leads_to_one_repeat_that_can_be_recognised(
    home: House, mail: MailSink
) -> None:
    key = await home.plan()
    await home.crash(key)
    assert await statuses(home) == ["sending"]
    failure = await home.failure(key, dead_after=timedelta(minutes=1))
    assert failure.type == "not_now", "perhaps the other attempt is still at it"
    await home.deliver(key)
    first, second = (content for _, content in mail.taken)
    assert first == second, "with the same Message-ID and Date, byte by byte"
    [message] = await home.outbox()
    assert (message.status, message.repeated) == ("sent", True)


async def test_after_a_second_crash_a_person_decides(home: House, mail: MailSink) -> None:
    key = await home.plan()
    await home.crash(key)
    await home.crash(key)
    for _ in range(2):
        failure = await home.failure(key)
        assert failure.non_retryable
        assert "may have gone out already" in failure.message
    assert len(mail.taken) == 2
    assert await statuses(home) == ["unknown"]
    await home.again(key, failure.message)
    await home.deliver(key)
    assert len({content for _, content in mail.taken}) == 1
    assert (len(mail.taken), await statuses(home)) == (3, ["sent"])


async def test_a_connection_lost_after_the_text_is_a_crash_too(home: House, mail: MailSink) -> None:
    key = await home.plan()
    mail.drop = True
    assert (await home.failure(key, dead_after=timedelta(hours=1))).type == "not_now"
    mail.drop = False
    await home.deliver(key, dead_after=timedelta(hours=1))
    assert len({content for _, content in mail.taken}) == 1
    assert [message.repeated for message in await home.outbox()] == [True]


async def test_a_messenger_recognises_no_repeat_so_a_person_decides_at_once(
    engine: AsyncEngine, hook: HookSink
) -> None:
    home = await house(engine, {"sms": Gateway("sms", hook.url)}, phone="+79991234567")
    async with engine.begin() as connection:
        await save_channels(connection, [Channel(owner="client", channel="sms")])
    key = await home.plan()
    await home.crash(key)
    assert (await home.failure(key)).non_retryable
    assert (len(hook.taken), await statuses(home)) == (1, ["unknown"])


async def test_a_role_gets_a_message_each_and_one_refusal_concerns_one(home: House, mail: MailSink) -> None:
    for person in ("anna", "boris"):
        await _employ(home.engine, person, "office")
    mail.refused = frozenset({"anna@example.com"})
    key = await home.plan(to="role:office")
    failure = await home.failure(key)
    assert failure.non_retryable
    assert [(row.key, row.recipient, row.status) for row in await home.outbox()] == [
        (f"{key}:anna", "anna@example.com", "failed"),
        (f"{key}:boris", "boris@example.com", "sent"),
    ]
    mail.refused = frozenset()
    await home.again(key, failure.message)
    await home.deliver(key)
    assert sorted(to for to, _ in mail.taken) == ["anna@example.com", "boris@example.com"]


async def test_people_are_written_to_as_they_chose(
    engine: AsyncEngine, mail: MailSink, hook: HookSink
) -> None:
    home = await house(engine, by_mail(mail) | {"chat": Gateway("chat", hook.url)})
    chosen = [
        Channel(owner="role:sales", channel="chat", address="room", language="en"),
        Channel(owner="head", channel="internal"),
    ]
    async with engine.begin() as connection:
        await save_channels(connection, chosen)
    await home.deliver(await home.plan(to=["sales", "head"], text={"ru": "Да", "en": "Yes"}))
    assert [(path, body["message"]) for path, body in hook.taken] == [("/room", "Yes")]
    assert [(row.recipient, row.status) for row in await home.outbox()] == [
        ("head", "kept"),
        ("room", "sent"),
    ]
    key = await home.plan(2, to="sales")
    await home.deliver(key)
    assert (await home.outbox())[-1].key == key
    assert not mail.taken


async def test_a_client_is_written_to_in_their_language(engine: AsyncEngine, mail: MailSink) -> None:
    home = await house(engine, by_mail(mail), email=MAIL, language="en")
    subject: dict[str, JsonValue] = {"ru": "Счёт", "en": "Invoice"}
    await home.deliver(await home.plan(subject=subject, text={"ru": "Да", "en": "Yes"}))
    [got] = mail.mails
    assert (got["Subject"], got.get_content().strip()) == ("Invoice", "Yes")


@pytest.mark.parametrize("contact", [{"name": "Иван"}, {"email": "nonsense"}])
async def test_a_client_who_cannot_be_reached_is_a_failure_with_a_cause(
    engine: AsyncEngine, mail: MailSink, contact: dict[str, str]
) -> None:
    home = await house(engine, by_mail(mail), **contact)
    failure = await home.failure(await home.plan())
    assert failure.non_retryable
    assert "address" in failure.message
    assert await statuses(home) == ["failed"]


async def test_nobody_in_a_role_is_a_failure(home: House) -> None:
    assert "nobody" in (await home.failure(await home.plan(to="role:empty"))).message


async def test_files_travel_along_up_to_a_size(home: House, mail: MailSink, tmp_path: Path) -> None:
    home.files = DirectoryFiles(tmp_path)
    offer = await _file(home, b"%PDF offer")
    missing: dict[str, JsonValue] = {"id": new_id(), "name": "lost.pdf"}
    await home.deliver(await home.plan(1, attachments=[offer, [offer]]))
    [attached] = mail.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("Расчёт.pdf", b"%PDF offer")
    large = await _file(home, b"x", size=21 << 20)
    assert "20 MB" in (await home.failure(await home.plan(2, attachments=[offer, large]))).message
    assert "not there" in (await home.failure(await home.plan(3, attachments=[missing]))).message
    assert len(mail.taken) == 1


async def test_failures_and_logs_name_nobody(home: House, mail: MailSink, log: io.StringIO) -> None:
    mail.data = f"554 no {MAIL}, and not +7 (999) 123-45-67"
    failure = await home.failure(await home.plan())
    said = (
        f"{failure} {failure.__cause__} {failure.__context__} {log.getvalue()} {(await home.effect()).cause}"
    )
    assert "554" in said
    assert "ivan" not in said
    assert "123-45" not in said
    assert failure.__cause__ is None


async def _employ(engine: AsyncEngine, person: str, role: str) -> None:
    async with engine.begin() as connection:
        await save_employee(
            connection, Employee(id=person, name=person.title(), email=f"{person}@example.com")
        )
        roles = {row.role: row.employees for row in await queries.roles(connection)}
        await save_roles(connection, roles | {role: {*roles.get(role, []), person}})


async def _file(home: House, content: bytes, size: int = 0) -> dict[str, JsonValue]:
    async def chunks() -> AsyncIterator[bytes]:
        yield content

    id = new_id()
    assert home.files is not None
    info = await home.files.put(id, chunks(), max_bytes=100)
    async with home.engine.begin() as connection:
        file = writes.NewFile(id, "Расчёт.pdf", size or info.size, "application/pdf", info.sha256, "sales")
        await writes.add_file(connection, file)
    return {"id": id, "name": "Расчёт.pdf"}
