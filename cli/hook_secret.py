"""A fresh secret for the hooks of a system that this machine runs itself; the one before stays valid for a day."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime, timedelta

from store.intake import add_secret
from store.session import make_engine

_OVERLAP = timedelta(days=1)


async def new_secret(url: str, source: str) -> str:
    """Stores a secret for the source in the database at `url` and returns it, as `whsec_...`."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    engine = make_engine(url, pool_size=1, application="voronka up")
    try:
        async with engine.begin() as connection:
            await add_secret(connection, source, secret, datetime.now(UTC), _OVERLAP)
    finally:
        await engine.dispose()
    return secret
