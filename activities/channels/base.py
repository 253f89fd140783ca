"""What every channel is: it sends one message to one address, or says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class NotSent(Exception):
    """The message did not go out. The text is for people, and names nobody: it ends up in logs and histories."""


class Later(NotSent):
    """Not now: trying again may help. Nothing has gone out."""


class Busy(Later):
    """Another attempt has it just now, which says nothing about why it does not go out."""


class Refused(NotSent):
    """For good: a person has to put something right."""


class Unsure(NotSent):
    """The connection broke when the message may have been accepted already."""


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a message."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Outgoing:
    """One message to one address. `id` (e-mail: the Message-ID) and all else is the same on a repeat."""

    id: str
    address: str
    subject: str
    text: str
    at: datetime
    attachments: Sequence[Attachment] = ()


class Channel(Protocol):
    """A way out. `recognised`: receivers can tell by the message's id that a repeat is the same message."""

    @property
    def recognised(self) -> bool:
        """See the class."""

    def message_id(self, key: str) -> str | None:
        """The id that the message of this key carries, always the same; None where messages carry none."""

    async def send(self, message: Outgoing) -> None:
        """Send it. Raises Later, Refused or Unsure."""
