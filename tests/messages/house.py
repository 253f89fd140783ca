"""A deal whose messages are delivered by the activity, and what its outbox says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.exceptions import ApplicationError

from activities.channels.base import Channel
from activities.channels.mail import Mail, MailServer
from activities.delivery import Delivery
from activities.messages import Messages
from domain import events as ev
from store import queries
from store.channels import save_channels
from store.files import FileStore
from tests.messages.sinks import MailSink
from tests.store.samples import START, happen, new_id, opened

FROM = "Ромашка <office@example.com>"
MAIL = "ivan@client.example"


def by_mail(sink: MailSink, seconds: float = 20.0) -> dict[str, Channel]:
    """The channels of a house that has a mail server. `seconds`: of patience with it."""
    return {"email": Mail(MailServer.from_url(sink.url), FROM, seconds)}


class Crash(Exception):
    """The process died."""


class Crashing(Delivery):
    """Dies after a message was sent, before that is written down."""

    async def _settle(self, key: str, status: str, cause: str | None = None) -> None:
        raise Crash


@dataclass
class House:
    """One deal in a database."""

    engine: AsyncEngine
    channels: dict[str, Channel]
    deal: str
    files: FileStore | None = None

    async def plan(self, number: int = 1, **detail: JsonValue) -> str:
        """Plans a message to the client, a moment after the one before; its effect key."""
        key = f"{self.deal}/{number}/1"
        whole = {"to": "client", "subject": f"Тема {number}", "text": "Текст", "attachments": [], **detail}
        planned = ev.EffectPlanned(key=key, kind="message", name="offer", detail=whole)
        async with self.engine.begin() as connection:
            await happen(connection, self.deal, planned, at=START + timedelta(minutes=number))
        return key

    async def happens(self, *events: ev.Event) -> None:
        async with self.engine.begin() as connection:
            await happen(connection, self.deal, *events)

    async def deliver(self, key: str, dead_after: timedelta = timedelta(0), crash: bool = False) -> None:
        """One attempt; attempts before this one are dead by now."""
        made = (Crashing if crash else Delivery)(self.engine, self.channels, self.files, dead_after)
        await Messages(self.engine, made).deliver(key)

    async def crash(self, key: str) -> None:
        with pytest.raises(Crash):
            await self.deliver(key, crash=True)

    async def failure(self, key: str, **changes: Any) -> ApplicationError:
        """The failure that this attempt must end with."""
        with pytest.raises(ApplicationError) as caught:
            await self.deliver(key, **changes)
        return caught.value

    async def again(self, key: str, cause: str) -> None:
        """The deal was told that it failed, and a person asked to try again."""
        await self.happens(ev.EffectFailed(key=key, cause=cause), ev.AttentionCleared())

    async def outbox(self) -> list[queries.MessageRow]:
        """The deal's messages, oldest first."""
        async with self.engine.connect() as connection:
            return list(reversed((await queries.messages(connection, deal=self.deal)).items))

    async def effect(self) -> queries.EffectRow:
        """The deal's first effect, as its card shows it."""
        async with self.engine.connect() as connection:
            return (await queries.list_effects(connection, self.deal))[0]


async def house(engine: AsyncEngine, channels: dict[str, Channel], **contact: JsonValue) -> House:
    """A new deal with this contact; nobody has chosen a channel."""
    made = House(engine, channels, new_id())
    contact = contact or {"name": "Иван", "email": MAIL, "phone": "+79991234567"}
    async with engine.begin() as connection:
        await save_channels(connection, ())
        await happen(connection, made.deal, opened(made.deal, contact=contact))
    return made


async def statuses(house: House) -> list[str]:
    return [message.status for message in await house.outbox()]
