"""Signed webhooks by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`, header version `v1`.

Whoever receives a hook calls `verify` with the raw body, before anything parses it. It proves who sent the
body and when; that a hook acts once is the receiver's part, by `Verified.id`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

WebhookCode = Literal[
    "missing_header",  # one of the three headers is not there
    "bad_id",
    "bad_timestamp",  # no whole number of seconds
    "too_old",
    "too_new",
    "no_known_signature",  # the header holds no `v1,…`
    "wrong_signature",
]
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_SHORTEST, _LONGEST = 24, 64  # bytes of a secret, by the specification
_MOST_SIGNATURES = 16  # a sender in the middle of a rotation has two
_ID = re.compile(r"[!-\-/-~]{1,200}")  # printable ASCII without the full stop, which separates what is signed
_SECONDS = re.compile(r"[0-9]{1,12}")


class WebhookRefused(Exception):
    """The hook is not to be believed. `code` says why; the text is for the sender's administrator."""

    def __init__(self, code: WebhookCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class InvalidSecret(ValueError):
    """The text is no secret of this scheme."""


@dataclass(frozen=True)
class Verified:
    """A hook that is to be believed: its id stays the same when the sender repeats it."""

    id: str
    sent_at: datetime


def read_secret(text: str) -> bytes:
    """The key behind `whsec_…` (base64, 24 to 64 bytes; the prefix may be missing). Raises InvalidSecret."""
    encoded = text.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidSecret("a webhook secret is `whsec_` and base64 after it") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise InvalidSecret(
            f"a webhook secret has {_SHORTEST} to {_LONGEST} bytes, this one has {len(key)}; "
            "a good one is made by `openssl rand -base64 32`"
        )
    return key


def sign(secret: str, id: str, sent_at: datetime, body: bytes) -> str:
    """One signature, `v1,…`. For a rotation join those of both secrets by a space. Raises InvalidSecret."""
    return "v1," + base64.b64encode(_digest(read_secret(secret), id, _seconds(sent_at), body)).decode()


def headers(secrets: Iterable[str], id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a hook that is sent now. Raises InvalidSecret, and ValueError for a bad id."""
    if not _ID.fullmatch(id):
        raise ValueError("a webhook id is 1 to 200 printable ASCII characters without a full stop")
    signatures = " ".join(sign(secret, id, sent_at, body) for secret in secrets)
    return {ID: id, TIMESTAMP: _seconds(sent_at), SIGNATURE: signatures}


def verify(
    received: Mapping[str, str],
    body: bytes,
    secrets: Iterable[str],
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> Verified:
    """The hook, if one of the secrets signed it not longer ago than `tolerance`.

    `received` are the request's headers in any case, `body` its bytes as they came. Secrets are several while
    one replaces another; none at all lets nobody in. Raises WebhookRefused, and InvalidSecret for our own fault.
    """
    keys = [read_secret(secret) for secret in secrets]
    id, seconds, signatures = _parts(received)
    sent_at = _moment(seconds, now, tolerance)
    candidates = _signatures(signatures)
    expected = [_digest(key, id, seconds, body) for key in keys]
    # Every pair is compared, so that the time taken does not tell which secret or signature was near.
    matches = [hmac.compare_digest(mine, theirs) for mine in expected for theirs in candidates]
    if not any(matches):
        raise WebhookRefused("wrong_signature", "none of the signatures was made with a secret known here")
    return Verified(id, sent_at)


def _parts(received: Mapping[str, str]) -> tuple[str, str, str]:
    lowered = {name.lower(): value for name, value in received.items()}
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not lowered.get(name)]
    if missing:
        raise WebhookRefused("missing_header", f"missing: {', '.join(missing)}")
    if not _ID.fullmatch(lowered[ID]):
        raise WebhookRefused(
            "bad_id", f"{ID} must be 1 to 200 printable ASCII characters without a full stop"
        )
    return lowered[ID], lowered[TIMESTAMP], lowered[SIGNATURE]


def _moment(seconds: str, now: datetime, tolerance: timedelta) -> datetime:
    if not _SECONDS.fullmatch(seconds):
        raise WebhookRefused("bad_timestamp", f"{TIMESTAMP} must be seconds since 1970 as a whole number")
    age = now.timestamp() - int(seconds)
    allowed = tolerance.total_seconds()
    if age > allowed:
        raise WebhookRefused(
            "too_old", f"sent {age:.0f} s ago, at most {allowed:.0f} s are allowed; check both clocks"
        )
    if age < -allowed:
        raise WebhookRefused(
            "too_new", f"sent {-age:.0f} s in the future, at most {allowed:.0f} s are allowed"
        )
    return datetime.fromtimestamp(int(seconds), tz=UTC)


def _signatures(header: str) -> list[bytes]:
    found = []
    for part in header.split(" ")[:_MOST_SIGNATURES]:
        version, _, encoded = part.partition(",")
        if version != "v1":
            continue  # a later version, or the asymmetric `v1a`
        try:
            found.append(base64.b64decode(encoded, validate=True))
        except (binascii.Error, ValueError):
            continue
    if not found:
        raise WebhookRefused("no_known_signature", f"{SIGNATURE} holds no readable signature `v1,…`")
    return found


def _digest(key: bytes, id: str, seconds: str, body: bytes) -> bytes:
    return hmac.new(key, f"{id}.{seconds}.".encode() + body, hashlib.sha256).digest()


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))
