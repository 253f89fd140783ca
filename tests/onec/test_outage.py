"""1C is away for two days and the mail server refuses for one: deals move on, the card says so, nothing is lost.

On the time-skipping server: the workflows' retries run on its clock, so that two days take seconds. They are further
apart here than the product's, for each of them takes real time, a busy machine's too. All the rest is real, the
activities, PostgreSQL, the HTTP interface, SMTP, and 1C's double, a process that is stopped and started.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import WorkflowEnvironment

from activities.delivery import Delivery
from activities.onec import OneC
from api.auth import token_hash
from domain.definition import Pipeline
from domain.loading import load_text
from domain.onec_mapping import Mapping
from embedded import binaries
from embedded.postgres import Postgres
from settings import Settings
from store.definitions import publish
from store.files import DirectoryFiles
from store.session import make_engine
from store.writes import add_token
from tests.live import eventually, prepare
from tests.messages.house import by_mail
from tests.messages.sinks import MailSink, mail_sink
from tests.onec.double import Double
from tests.workflows.patience import pass_time
from web import build_app
from worker import build_worker, register_search_attributes
from workflows import policies

PIPELINE = """
pipeline: supply
title: {ru: Поставка, en: Supply}
stages:
  first:
    title: {ru: Первая, en: First}
    rules: [{send: first}, {task: {id: one, title: {ru: Раз, en: One}, assignee: role:logist, mirror: onec}}]
  second:
    title: {ru: Вторая, en: Second}
    rules: [{send: second}, {task: {id: two, title: {ru: Два, en: Two}, assignee: role:logist, mirror: onec}}]
  third:
    title: {ru: Третья, en: Third}
    rules: [{send: third}, {task: {id: three, title: {ru: Три, en: Three}, assignee: role:logist, mirror: onec}}]
  done: {title: {ru: Готово, en: Done}, kind: won}
messages:
  first: {title: {ru: Письмо 1, en: Letter 1}, subject: {ru: Первое, en: First}, text: {ru: Текст, en: Text}}
  second: {title: {ru: Письмо 2, en: Letter 2}, subject: {ru: Второе, en: Second}, text: {ru: Текст, en: Text}}
  third: {title: {ru: Письмо 3, en: Letter 3}, subject: {ru: Третье, en: Third}, text: {ru: Текст, en: Text}}
"""
QUEUE = "supply"
LONGEST_PAUSE = timedelta(hours=2)  # between two attempts
# Within it everything comes: who finds another attempt of the deal under way comes after the next pause.
ALL_PAUSES = 6 * LONGEST_PAUSE
SECONDS = 20.0  # to wait for an answer: a busy machine must not seem to be one that is away
OF_1C, OF_MAIL = ("onec_task",), ("message",)


@dataclass
class Town:
    """The product, 1C and the mail server."""

    environment: WorkflowEnvironment
    onec: Double
    mail: MailSink
    sales: httpx.AsyncClient

    async def pass_time(self, span: timedelta) -> None:
        await pass_time(self.environment, span)


@pytest.fixture
async def town(mapping: Mapping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    rarely = dataclasses.replace(policies.EFFECT_RETRY, maximum_interval=LONGEST_PAUSE)
    monkeypatch.setattr(policies, "EFFECT_RETRY", rarely)
    onec = Double(tmp_path / "1c")
    onec.start()
    server = str(binaries.time_skipping_server())
    with Postgres.temporary() as postgres:
        engine = await _filled(postgres.url)
        async with (
            await WorkflowEnvironment.start_time_skipping(test_server_existing_path=server) as environment,
            onec.client(seconds=SECONDS) as spoken,
            mail_sink() as mail,
        ):
            client = environment.client
            await register_search_attributes(client)
            made = OneC(spoken, mapping, engine, DirectoryFiles(tmp_path))
            app = build_app(client, engine, Settings(task_queue=QUEUE, data=tmp_path))
            delivery, outside = (
                Delivery(engine, by_mail(mail, SECONDS)),
                (made.effect_onec_task, made.effect_onec_offer),
            )
            async with (
                build_worker(client, engine, QUEUE, delivery=delivery, onec=outside),
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app),
                    base_url="http://test",
                    headers={"Authorization": "Bearer sales-token"},
                ) as sales,
            ):
                yield Town(environment, onec, mail, sales)
        await engine.dispose()
    onec.kill()


async def _filled(url: str) -> AsyncEngine:
    await prepare(url)
    engine = make_engine(url)
    definition = load_text(PIPELINE, "supply.yaml")
    assert isinstance(definition, Pipeline), definition
    async with engine.begin() as connection:
        await publish(connection, definition, PIPELINE)
        await add_token(connection, token_hash("sales-token"), "sales", "test")
    return engine


@dataclass
class Supply:
    """One deal over HTTP."""

    town: Town
    id: str

    async def card(self) -> dict[str, Any]:
        return _answered(await self.town.sales.get(f"/api/deals/{self.id}"))

    async def move(self, to: str) -> None:
        card = _answered(await self.town.sales.post(f"/api/deals/{self.id}/move", json={"to": to}))
        assert card["stage"] == to

    async def finish(self, key: str) -> None:
        [task] = [task["id"] for task in (await self.card())["tasks"] if task["key"] == key]
        _answered(await self.town.sales.post(f"/api/tasks/{task}/finish", json={"comment": "Готово"}))

    async def retry(self) -> None:
        _answered(await self.town.sales.post(f"/api/deals/{self.id}/retry"))

    async def waiting(self, kinds: tuple[str, ...]) -> dict[str, str | None]:
        """What of these kinds is not done, with the cause that the card names."""
        effects = (await self.card())["effects"]
        return {
            one["name"]: one["cause"] for one in effects if one["kind"] in kinds and one["status"] != "done"
        }

    async def told(self) -> list[dict[str, str]]:
        """What the responsible has been told about things that do not work, oldest first."""
        items = _answered(await self.town.sales.get("/api/notifications"))["items"]
        return [one["text"] for one in reversed(items) if one["kind"] == "control"]

    async def comes(self, kinds: tuple[str, ...]) -> None:
        """Waits until nothing of these kinds is left to do, and the deal knows: it hears of it a moment later."""

        async def known() -> bool:
            planned = {one["key"] for one in (await self.card())["effects"] if one["kind"] in kinds}
            return planned <= {event["data"]["key"] for event in await self.record("effect_done")}

        await eventually(known, within=60)

    async def record(self, *types: str) -> list[dict[str, Any]]:
        """What happened of these types, oldest first."""
        answer = _answered(await self.town.sales.get(f"/api/deals/{self.id}/timeline", params={"limit": 200}))
        return [one for one in reversed(answer["items"]) if one["type"] in types]


def _answered(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def opened(town: Town) -> Supply:
    body = {
        "pipeline": "supply",
        "title": "Насосы",
        "contact": {"name": "Иван", "email": "ivan@client.example"},
    }
    return Supply(town, _answered(await town.sales.post("/api/deals", json=body))["id"])


def made_in_1c(town: Town) -> list[tuple[str, str]]:
    """What the product did in 1C, in order: the action, and the number of the task in its deal."""
    ledger = [line for line in town.onec.ledger() if line["key"]]
    return [(line["action"], line["key"].rpartition(".")[2]) for line in ledger]


async def test_1c_away_for_two_days_and_mail_refused_for_one(town: Town) -> None:
    town.onec.stop()
    town.mail.rcpt = "450 4.7.1 come back tomorrow"
    deal = await opened(town)
    await deal.move("second")
    await town.pass_time(timedelta(days=1))
    await deal.move("third")
    await deal.finish("one")
    refused = "the mail server said 450 4.7.1 come back tomorrow"
    assert {"first": refused, "second": refused}.items() <= (await deal.waiting(OF_MAIL)).items()
    assert set(await deal.waiting(OF_1C)) == {"mirror.1", "mirror.2", "mirror.3", "complete.1"}
    said = await deal.told()
    assert len(said) == 2, "once for each of the two reasons"
    assert any("1С не отвечает" in one["ru"] and "1C does not answer" in one["en"] for one in said)
    assert any("сервер сообщений не принимает" in one["ru"] and "450" in one["en"] for one in said)

    town.mail.rcpt = "250 OK"
    await town.pass_time(ALL_PAUSES)
    await deal.comes(OF_MAIL)
    assert [mail["Subject"] for mail in town.mail.mails] == ["Первое", "Второе", "Третье"]

    await town.pass_time(timedelta(days=1) - ALL_PAUSES)
    assert set((await deal.waiting(OF_1C)).values()) == {"1C is not reachable (ConnectError)"}
    attention = (await deal.card())["attention"]
    assert (
        "в 1С: 1С не отвечает (1C is not reachable (ConnectError)). Ждёт уже несколько часов"
        in attention["ru"]
    )
    assert "in 1C: 1C does not answer (1C is not reachable (ConnectError)). It has waited" in attention["en"]
    assert len(await deal.told()) == 2

    town.onec.start()
    await town.pass_time(ALL_PAUSES)
    await deal.comes(OF_1C)
    assert [number for action, number in made_in_1c(town) if action == "create"] == ["1", "2", "3"]
    assert [action for action, number in made_in_1c(town) if number == "1"] == ["create", "change", "execute"]
    card = await deal.card()
    assert card["attention"] is None, "nothing waits any more"
    assert [task["mirror"]["state"] for task in card["tasks"]] == ["done", "open", "open"]
    assert len(town.mail.mails) == 3


async def test_retry_sends_at_once_what_pauses_for_hours(town: Town) -> None:
    town.onec.stop()
    deal = await opened(town)
    await town.pass_time(timedelta(hours=9))
    assert (await deal.card())["attention"] is not None
    assert await deal.waiting(OF_1C) == {"mirror.1": "1C is not reachable (ConnectError)"}

    await deal.retry()
    await _said_again(deal)
    await town.pass_time(timedelta(hours=3))  # by now it pauses for two hours
    town.onec.start()
    await deal.retry()  # the pause is over because a person asked: no virtual time passes from here on
    await deal.comes(OF_1C)
    assert made_in_1c(town) == [("create", "1")]
    assert (await deal.card())["attention"] is None


async def _said_again(deal: Supply) -> None:
    """It was asked for, and the card said nothing; it was tried, and does not work: that is on the card again."""
    wanted = ["effect_late", "attention_cleared", "effect_late"]

    async def said() -> bool:
        return [event["type"] for event in await deal.record("effect_late", "attention_cleared")] == wanted

    await eventually(said, within=60)
    assert (await deal.card())["attention"] is not None
