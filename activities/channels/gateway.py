"""Messengers, SMS and whatever else Apprise has a URL for."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyFormat
from apprise.attachment.memory import AttachMemory
from apprise.result import AppriseResult, AppriseResultStatus

from activities.channels.base import Attachment, Later, Outgoing, Refused, Unsure
from domain.messages import subject_line

TO = "{to}"
SECONDS = 20  # of one attempt; the workflow allows 30
_STATUS = re.compile(r"error=(\d{3})\b")
_PASSING = frozenset({408, 409, 423, 425, 429})  # of the answers from 400 to 499


class Gateway:
    """Sends by one Apprise URL, in which `{to}` stands for the address.

    Apprise tells little of a failure: an HTTP answer 4xx is taken as final, everything else as passing.
    """

    recognised = False

    def __init__(self, name: str, url: str) -> None:
        """ValueError (without the URL, which holds secrets) where Apprise does not know it."""
        self._name, self._url = name, url
        _keep_quiet()
        if Apprise.instantiate(url.replace(TO, "79990000000")) is None:
            raise ValueError(f"APPRISE_URLS: Apprise cannot use the URL of {name}")

    def message_id(self, key: str) -> None:
        """Messengers know no ids of ours."""

    async def send(self, message: Outgoing) -> None:
        """See Channel."""
        if TO in self._url and not message.address:
            raise Refused(f"there is no address on record for {self._name}")
        apprise = Apprise(asset=AppriseAsset(secure_logging=True, async_mode=True))
        if not apprise.add(self._url.replace(TO, quote(message.address, safe=""))):
            raise Refused(f"{self._name} cannot use the address on record")
        result = await apprise.async_notify(
            body=message.text,
            title=subject_line(message.subject),
            body_format=NotifyFormat.TEXT,
            timeout=SECONDS,
            attach=_attachments(message.attachments) if message.attachments else None,
        )
        self._judge(result)

    def _judge(self, result: AppriseResult) -> None:
        """Nothing, where the gateway took the message; else what is known of why not."""
        if result.status == AppriseResultStatus.SUCCESS:
            return
        if result.status == AppriseResultStatus.TIMEOUT:
            raise Unsure(f"{self._name} did not answer within {SECONDS} s")
        said = " ".join(
            entry.message for one in result.results for attempt in one.attempts for entry in attempt
        )
        found = _STATUS.search(said)
        status = int(found[1]) if found else 0
        if 400 <= status < 500 and status not in _PASSING:
            raise Refused(f"{self._name} refused the message: HTTP {status}")
        raise Later(f"{self._name} did not take the message" + (f": HTTP {status}" if status else ""))


def _keep_quiet() -> None:
    """Their logs hold addresses and texts. Causes are taken from results, which Apprise collects from its log."""
    apprise = logging.getLogger("apprise")
    apprise.propagate = False
    apprise.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.INFO)


def _attachments(files: Sequence[Attachment]) -> AppriseAttachment:
    attached = AppriseAttachment()
    for file in files:
        name = subject_line(file.name)
        part = AttachMemory(content=file.content, name=name, mimetype=file.type)  # type: ignore[no-untyped-call]
        attached.add(part)
    return attached
