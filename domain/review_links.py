"""The link to a deal's review form: only this installation can make it, and it is always the same for a deal.

A token holds the deal's id and a signature over it (HMAC-SHA256, 128 bits), so that it cannot be guessed, and an old
link works as long as the key does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import uuid

KEY = "review"  # the name of the key that signs
_SIGNED = 16  # bytes of the signature in a link


def token(key: bytes, deal_id: str) -> str:
    """What the link carries: the deal and our signature over it."""
    deal = uuid.UUID(deal_id).bytes
    return base64.urlsafe_b64encode(deal + _signature(key, deal)).decode().rstrip("=")


def deal_of(key: bytes, given: str) -> str | None:
    """The id of the deal that the token is for; None for one that we have not made."""
    try:
        data = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    deal, signature = data[:16], data[16:]
    if len(deal) != 16 or not hmac.compare_digest(signature, _signature(key, deal)):
        return None
    return str(uuid.UUID(bytes=deal))


def path(given: str) -> str:
    """The page behind the token."""
    return f"/review/{given}"


def link(address: str, key: bytes, deal_id: str) -> str:
    """The whole link; `address` is where clients reach our pages, such as https://crm.example.ru."""
    return address.rstrip("/") + path(token(key, deal_id))


def _signature(key: bytes, deal: bytes) -> bytes:
    return hmac.new(key, deal, hashlib.sha256).digest()[:_SIGNED]
