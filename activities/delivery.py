"""Carries messages of the outbox to their channels, and keeps the outbox true to what has become of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from activities.channels.base import Attachment, Busy, Channel, Later, NotSent, Outgoing, Refused, Unsure
from domain.messages import CLIENT, EMAIL, INSIDE, MESSENGER, Addressee, Means
from store import outbox, queries
from store.channels import load_channels
from store.files import FileMissing, FileStore

DEAD_AFTER = timedelta(seconds=60)  # twice the time of an attempt: what began earlier has died
MOST_ATTACHED = 20 * 1024 * 1024  # bytes in one message; most mail servers take 25 MB with the encoding
UNSURE = "it may have gone out already; look whether it came, and retry if not"


class Delivery:
    """Sends what stands in the outbox. A message is sent by one attempt at a time."""

    def __init__(
        self,
        engine: AsyncEngine,
        channels: Mapping[str, Channel],
        files: FileStore | None = None,
        dead_after: timedelta = DEAD_AFTER,
        address: str = "",
    ) -> None:
        """`address`: where clients reach our pages, for links in messages."""
        self._engine = engine
        self._channels = channels
        self._files = files
        self._dead_after = dead_after
        self.address = address

    async def means(self) -> Means:
        """What there is to send by, and what people chose."""
        async with self._engine.connect() as connection:
            chosen = await load_channels(connection)
        return Means(EMAIL in self._channels, frozenset(self._channels), chosen)

    def way(self, to: Addressee, means: Means) -> str:
        """The status that a new message starts with: `planned`, or `kept` to be read in the product only.

        To a client without an address it is planned, and so fails, where clients can be written to at all.
        """
        if to.who == CLIENT:
            return "planned" if means.reaches_clients() else "kept"
        return "kept" if to.channel == INSIDE or (to.channel == EMAIL and not means.mail) else "planned"

    def message_id(self, key: str, channel: str) -> str | None:
        """The id that the message carries outside."""
        return self._channels[channel].message_id(key) if channel in self._channels else None

    async def send(self, key: str) -> None:
        """Sends the message unless it is sent or kept already. Raises Later or Refused.

        Where an attempt broke off when the message may have been accepted: by a channel whose receivers recognise
        a repeat it is sent once more, with the same id; otherwise, and the second time, a person decides (Refused).
        """
        async with self._engine.begin() as connection:
            claimed = await outbox.claim(connection, key, self._dead_after)
            status, cause = (await outbox.statuses(connection, [key])).get(key, ("sent", None))
        if claimed is None:
            if status == "sending":
                raise Busy("another attempt is sending it")
            if status == "unknown":
                raise Refused(cause or UNSURE)
            return
        try:
            await self._send(claimed)
        except NotSent as error:
            await self._settle(key, _STATUS[type(error)], str(error))
            raise (Later(str(error)) if isinstance(error, Unsure) else error) from None
        await self._settle(key, "sent")

    async def _send(self, claimed: outbox.Claimed) -> None:
        message = claimed.message
        channel = self._channels.get(message.channel)
        if channel is None and message.channel in (EMAIL, MESSENGER, INSIDE):
            raise Refused("no e-mail address or phone number is on record that a channel reaches")
        if channel is None:
            raise Refused(f"there is no channel {message.channel} any more")
        if claimed.interrupted and (claimed.repeated or not channel.recognised):
            raise _Unknown(UNSURE)
        outgoing = Outgoing(
            id=message.message_id or channel.message_id(message.key) or message.key,
            address=message.recipient,
            subject=message.subject,
            text=message.text,
            at=message.planned_at,
            attachments=await self._attachments(message.attachments),
        )
        await channel.send(outgoing)

    async def _settle(self, key: str, status: str, cause: str | None = None) -> None:
        async with self._engine.begin() as connection:
            await outbox.settle(connection, key, status, cause)

    async def _attachments(self, listed: Iterable[Mapping[str, Any]]) -> list[Attachment]:
        wanted = {str(file["id"]): str(file.get("name") or "file") for file in listed}
        if not wanted:
            return []
        async with self._engine.connect() as connection:
            known = {file.id: file for file in await queries.files_by_id(connection, wanted)}
        if sum(file.size for file in known.values()) > MOST_ATTACHED:
            raise Refused(f"the attachments are larger than {MOST_ATTACHED >> 20} MB together")
        return [
            Attachment(name, known[id].type if id in known else "", await self._content(id))
            for id, name in wanted.items()
        ]

    async def _content(self, id: str) -> bytes:
        if self._files is None:
            raise Refused("this worker has no file store, so nothing can be attached")
        try:
            chunks = [chunk async for chunk in await self._files.open(id)]
        except (FileMissing, ValueError):
            raise Refused("an attached file is not there any more") from None
        return b"".join(chunks)


class _Unknown(Refused):
    """Nobody can know whether it went out."""


_STATUS: Mapping[type[NotSent], str] = {
    Later: "planned",
    Refused: "failed",
    Unsure: "broken",
    _Unknown: "unknown",
}
