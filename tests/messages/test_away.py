"""The whole way: a deal whose mail server refuses for a day (of virtual time) moves on and says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from temporalio.testing import WorkflowEnvironment

from activities.delivery import Delivery
from domain.definition import Pipeline
from domain.loading import load_text
from embedded import binaries
from embedded.postgres import Postgres
from store import queries
from store.definitions import publish
from store.session import make_engine
from tests.live import Live, LiveDeal, eventually, prepare
from tests.messages.house import by_mail
from tests.messages.sinks import MailSink
from tests.workflows.patience import pass_time
from worker import build_worker, register_search_attributes

PIPELINE = """
pipeline: mailing
title: {ru: Письма, en: Letters}
stages:
  talk:
    title: {ru: Разговор, en: Talk}
    messages:
      first:
        title: {ru: Первое, en: First}
        subject: {ru: Первое, en: First}
        text: {ru: Здравствуйте, en: Hello}
      second:
        title: {ru: Второе, en: Second}
        subject: {ru: Второе, en: Second}
        text: {ru: Снова здравствуйте, en: Hello again}
  done: {title: {ru: Готово, en: Done}, kind: won}
"""


@dataclass(frozen=True)
class Town(Live):
    """The product on a server whose time can be skipped, and with the mail server."""

    environment: WorkflowEnvironment


@pytest.fixture
async def town(postgres: Postgres, mail: MailSink) -> AsyncIterator[Town]:
    url = await _database(postgres)
    await prepare(url)
    engine = make_engine(url)
    definition = load_text(PIPELINE, "mailing.yaml")
    assert isinstance(definition, Pipeline)
    async with engine.begin() as connection:
        await publish(connection, definition, PIPELINE)
    server = str(binaries.time_skipping_server())
    async with await WorkflowEnvironment.start_time_skipping(test_server_existing_path=server) as environment:
        client = environment.client
        await register_search_attributes(client)
        made = Town(client, engine, "mailing", environment)
        async with build_worker(client, engine, made.queue, delivery=Delivery(engine, by_mail(mail))):
            yield made
    await engine.dispose()


async def test_mail_refused_for_a_day(town: Town, mail: MailSink) -> None:
    mail.rcpt = "450 4.7.1 come back tomorrow"
    deal = await town.open("mailing", company=await town.company(email="ivan@client.example"))
    await deal.do("send_message", message="first")
    await deal.do("send_message", message="second")
    await pass_time(town.environment, timedelta(days=1))
    assert mail.asked > 100, "it was tried all day"
    assert not mail.taken
    shown = {effect.name: effect for effect in await _effects(deal)}
    assert shown["first"].cause == "the mail server said 450 4.7.1 come back tomorrow"
    assert shown["first"].attempts > 50
    await deal.do("move", to="done")
    assert (await deal.stored()).status == "won", "it did not wait for the mail"

    mail.rcpt = "250 OK"
    await pass_time(town.environment, timedelta(hours=1))  # the longest pause is ten minutes
    await eventually(lambda: deal.has("effect_done", 2))
    assert [got["Subject"] for got in mail.mails] == ["Первое", "Второе"]
    assert {effect.status for effect in await _effects(deal)} == {"done"}
    assert not (await deal.stored()).attention
    await eventually(lambda: _ended(deal))


async def test_a_refusal_for_good_calls_a_person_and_retry_sends(town: Town, mail: MailSink) -> None:
    mail.rcpt = "550 5.1.1 <ivan@client.example>: no such user"
    deal = await town.open("mailing", company=await town.company(email="ivan@client.example"))
    await deal.do("send_message", message="first")
    await eventually(lambda: deal.has("effect_failed"))
    attention = (await deal.stored()).attention
    assert attention is not None
    assert attention.ru.startswith("Сообщение «Первое»: отправить нельзя (the mail server said 550")
    assert "ivan" not in attention.en
    assert mail.asked == 1
    [effect] = await _effects(deal)
    assert effect.status == "unknown"
    assert str(effect.cause) in attention.en

    mail.rcpt = "250 OK"
    await deal.do("retry")
    await eventually(lambda: deal.has("effect_done"))
    assert len(mail.taken) == 1
    assert (await deal.stored()).attention is None


async def _effects(deal: LiveDeal) -> list[queries.EffectRow]:
    async with deal.live.engine.connect() as connection:
        return await queries.list_effects(connection, deal.id)


async def _ended(deal: LiveDeal) -> bool:
    description = await deal.handle.describe()
    return description.status is not None and description.status.name == "COMPLETED"


async def _database(postgres: Postgres) -> str:
    """The address of a new database."""
    administrator = create_async_engine(postgres.url, isolation_level="AUTOCOMMIT")
    async with administrator.connect() as connection:
        name = await _name(connection)
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    await administrator.dispose()
    return make_url(postgres.url).set(database=name).render_as_string(hide_password=False)


async def _name(connection: AsyncConnection) -> str:
    number = await connection.scalar(text("SELECT count(*) FROM pg_database"))
    return f"away_{number}"
