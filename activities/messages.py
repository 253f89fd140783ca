"""Messages that leave the house. Each has a key that never changes, so that a repeat sends nothing twice.

What is promised, and what cannot be: docs/messages.md.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.channels.base import Busy, Later, NotSent, Refused
from activities.delivery import Delivery
from activities.lateness import late
from domain import placeholders, review_links
from domain.facts import Facts
from domain.messages import CLIENT, Addressee, Means, Scene, addressees, words
from store import intake, outbox, writes
from store.organisation import load_organisation

ENOUGH_SECONDS = 8.0  # no message is begun later in an attempt: it ends after 30, and one may take 20


class Messages:
    """Delivers planned messages: into the outbox that people read, and from there by the channels there are."""

    def __init__(self, engine: AsyncEngine, delivery: Delivery | None = None) -> None:
        self._engine = engine
        self._delivery = delivery or Delivery(engine, {})

    @activity.defn(name="effect_message")
    async def deliver(self, key: str) -> dict[str, Any] | None:
        """Delivers the message planned under this key, once, however often it is called.

        What its deal planned before goes first. Raises ApplicationError `not_now` (try again) or, for good,
        `refused`. Returns what `activities.lateness` says, if anything.
        """
        deadline = time.monotonic() + ENOUGH_SECONDS
        async with self._engine.connect() as connection:
            earlier = await outbox.earlier_effects(connection, key)
        try:
            for one in earlier:
                with contextlib.suppress(Refused):  # its own attempt tells the deal
                    await self._deliver(one, deadline)
            await self._deliver(key, deadline)
        except NotSent as error:
            await self._note(key, error)
            kind = "refused" if isinstance(error, Refused) else "not_now"
            failure = ApplicationError(str(error), type=kind, non_retryable=kind == "refused")
            if not isinstance(error, Busy) and (waits := await late(self._engine, key, failure)):
                return waits
            # Without its chain of causes, which would name people in the deal's history.
            raise failure from None
        return None

    async def _deliver(self, key: str, deadline: float) -> None:
        """Sends to each addressee; what one of them misses keeps nothing from the others."""
        failures: list[NotSent] = []
        for message in await self._put(key):
            try:
                if time.monotonic() > deadline:
                    raise Later("messages planned earlier go first")
                await self._delivery.send(message)
            except NotSent as error:
                failures.append(error)
        if failures:
            worst = next((one for one in failures if isinstance(one, Later)), failures[0])
            await self._note(key, worst)
            raise worst
        async with self._engine.begin() as connection:
            await writes.finish_effect(connection, key)

    async def _put(self, key: str) -> list[str]:
        """Puts the effect's messages into the outbox, addressed as people are reached now; their keys."""
        means = await self._delivery.means()
        async with self._engine.begin() as connection:
            planned = await outbox.planned_message(connection, key)
            if await writes.start_effect(connection, key) is None:
                return []
            organisation, _ = await load_organisation(connection)
            companies = {planned.company.id: planned.company} if planned.company else {}
            scene = Scene(planned.deal, Facts(organisation=organisation, companies=companies))
            found = addressees(planned.detail.get("to") or CLIENT, scene, means)
            key_of_links = await intake.signing_key(connection, review_links.KEY)
            link = review_links.link(self._delivery.address, key_of_links, planned.deal.id)
            messages = [self._message(planned, addressee, means, link) for addressee in found]
            await outbox.put(connection, key, messages, planned.fresh)
        if not messages:
            raise Refused("nobody is behind the recipient any more")
        return [message.key for message in messages]

    def _message(
        self, planned: outbox.PlannedMessage, to: Addressee, means: Means, review_link: str
    ) -> outbox.NewMessage:
        later = {"review_link": review_link}
        # Behind a role there may be others by the next attempt: what each has got must stay known.
        alone = to.who == (planned.detail.get("to") or CLIENT)
        key = planned.key if alone else f"{planned.key}:{to.who}"
        return outbox.NewMessage(
            key=key,
            deal_id=planned.deal.id,
            recipient=to.address or to.who,
            channel=to.channel,
            subject=placeholders.fill(words(planned.detail.get("subject"), to.language), later),
            text=placeholders.fill(words(planned.detail.get("text"), to.language), later),
            status=self._delivery.way(to, means),
            planned_at=planned.planned_at,
            attachments=list(_files(planned.detail.get("attachments"))),
            message_id=self._delivery.message_id(key, to.channel),
        )

    async def _note(self, key: str, cause: NotSent) -> None:
        if not isinstance(cause, Busy):  # then the cause of the attempt before stays
            async with self._engine.begin() as connection:
                await writes.note_effect_cause(connection, key, str(cause))


def _files(value: Any) -> Iterator[Mapping[str, Any]]:
    """`{id, name}` of every attached file; a field of several files is a list."""
    if isinstance(value, list):
        for one in value:
            yield from _files(one)
    elif isinstance(value, dict) and value.get("id"):
        yield {"id": value["id"], "name": value.get("name")}
