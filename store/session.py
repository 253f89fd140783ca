"""Connections. Every wait has an end, so that a lost database is an error in seconds and never a hang."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

CONNECT_SECONDS = 5.0


def make_engine(
    url: str, *, pool_size: int = 10, statement_seconds: float = 5.0, application: str = "voronka"
) -> AsyncEngine:
    """An engine for `postgresql+asyncpg://...`; nothing connects before the first use, `dispose()` ends it.

    A connection is waited for, and a statement runs, `statement_seconds` at most; a row lock half of that.
    """
    milliseconds = int(statement_seconds * 1000)
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=statement_seconds,
        pool_use_lifo=True,  # the few connections that are used stay warm
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": statement_seconds + 1,  # for a server that does not answer at all
            "server_settings": {
                "application_name": application,
                "statement_timeout": str(milliseconds),
                "lock_timeout": str(milliseconds // 2),
                "idle_in_transaction_session_timeout": str(milliseconds * 4),
                "jit": "off",  # compiling would cost these short statements more than it saves
                "timezone": "UTC",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _renew_if_closed)
    return engine


def single_statements(engine: AsyncEngine) -> AsyncEngine:
    """The same pool for work whose every statement stands alone: no BEGIN and COMMIT, half the round trips."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _renew_if_closed(connection: Any, _record: object, _proxy: object) -> None:
    """After a restart of the server the pool holds closed connections. asyncpg knows; no ping is needed."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError("the server closed this connection")
