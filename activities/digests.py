"""Notices by e-mail or messenger, joined into digests. Runs beside the worker; all it knows is in PostgreSQL.

A notice enters a digest in the same transaction that puts the digest into the outbox, and it can be in one only:
nothing is lost by a crash, and nothing is told twice. As many workers as there are may run this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from activities.channels.base import Later, Refused
from activities.delivery import Delivery
from domain.base import Language, Text
from domain.facts import Employee, Facts
from domain.messages import Means, choice_of, employee
from store import digests, outbox
from store.digests import Notice
from store.organisation import NoOrganisation, load_organisation

log = logging.getLogger("voronka.digests")
EVERY_SECONDS = 20.0
_ONE = Text(ru="Уведомление", en="Notification")
_MANY = Text(ru="Уведомления: {number}", en="Notifications: {number}")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Digests:
    """Composes and sends the digests that are due."""

    def __init__(
        self, engine: AsyncEngine, delivery: Delivery, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._engine = engine
        self._delivery = delivery
        self._now = now

    async def run(self, stop: asyncio.Event) -> None:
        """Looks again and again until `stop`; whatever fails is tried again at the next look."""
        while not stop.is_set():
            try:
                await self.once()
            except Exception as error:
                log.warning("digests wait: %s", type(error).__name__)  # without words: they may name people
            try:
                async with asyncio.timeout(EVERY_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    async def once(self) -> None:
        """Puts what is due into the outbox, then sends what waits there."""
        means = await self._delivery.means()
        async with self._engine.begin() as connection:
            if await digests.may_compose(connection):
                await self._compose_all(connection, means)
        async with self._engine.connect() as connection:
            waiting = await digests.waiting_digests(connection)
        await self._send(waiting)

    async def _compose_all(self, connection: AsyncConnection, means: Means) -> None:
        if not any(choice.digest_minutes for choice in means.chosen.values()):
            return
        try:
            organisation, _ = await load_organisation(connection)
        except NoOrganisation:
            return
        facts = Facts(organisation=organisation)
        waiting = await digests.waiting_digests(connection)
        for person in organisation.employees.values():
            # While one waits for a mail server that is away, what comes on top joins into one more.
            if person.active and not any(key.startswith(f"digest/{person.id}/") for key in waiting):
                await self._compose(connection, person, facts, means)

    async def _compose(
        self, connection: AsyncConnection, person: Employee, facts: Facts, means: Means
    ) -> None:
        choice = choice_of(person.id, facts, means)
        to = employee(person, facts, means)
        if choice is None or choice.digest_minutes is None or self._delivery.way(to, means) == "kept":
            return
        notices = await digests.unread_notices(connection, person.id, choice.owner)
        if not notices or notices[0].at > self._now() - timedelta(minutes=choice.digest_minutes):
            return
        key = digests.digest_key(person.id, notices[0])
        zone = ZoneInfo(facts.organisation.calendar.timezone)
        subject, text = digest(notices, to.language, zone)
        message = outbox.NewMessage(
            key=key,
            deal_id=None,
            recipient=to.address or person.id,
            channel=to.channel,
            subject=subject,
            text=text,
            status="planned",
            planned_at=self._now(),
            message_id=self._delivery.message_id(key, to.channel),
        )
        if await outbox.add(connection, message):
            await digests.mark_told(connection, key, notices)

    async def _send(self, keys: Sequence[str]) -> None:
        for key in keys:
            try:
                await self._delivery.send(key)
            except Refused:
                continue  # it stands in the outbox with its cause
            except Later as error:
                log.info("a digest waits: %s", error)


def digest(notices: Sequence[Notice], language: Language, zone: ZoneInfo) -> tuple[str, str]:
    """(subject, text) of a digest: a line for each notice, with its time of day in the organisation's zone."""
    lines = [
        f"{notice.at.astimezone(zone):%d.%m %H:%M}  {notice.text.in_language(language)}" for notice in notices
    ]
    if len(notices) == 1:
        return f"{_ONE.in_language(language)}: {notices[0].text.in_language(language)}", lines[0]
    return _MANY.fill(number=str(len(notices))).in_language(language), "\n".join(lines)
