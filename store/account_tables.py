"""How people and programs get in, and how they like the pages: tokens, sessions, passwords, preferences."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from store.schema import METADATA, NOW, Moment

sessions = Table(  # a browser that somebody signed in with
    "sessions",
    METADATA,
    Column("hash", Text, primary_key=True),  # SHA-256 of the cookie's value, hex
    Column("employee_id", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("expires_at", Moment, nullable=False),
    Index("ix_sessions_employee_id", "employee_id"),
    Index("ix_sessions_expires_at", "expires_at"),
)

passwords = Table(
    "passwords",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    Column("hash", Text, nullable=False),  # with its algorithm, salt and costs
    Column("changed_at", Moment, nullable=False, server_default=NOW),
)

preferences = Table(  # language and theme of the pages
    "preferences",
    METADATA,
    Column("employee_id", Text, primary_key=True),
    Column("data", JSONB, nullable=False),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("hash", Text, primary_key=True),  # SHA-256 of the token, hex
    Column("employee_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("revoked_at", Moment),
    Index("ix_tokens_employee_id", "employee_id"),
)
