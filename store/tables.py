"""All tables. Moments are timestamptz, money numeric(18,2), people are employee ids.

Structures are jsonb; json where the order of keys means something (jsonb forgets it): the stages of a
definition, the options of an assignment, the state and the events that decisions are made from.

There are no foreign keys: a deal's rows are written by one statement (`store.decisions.commit`) that keeps
them consistent, checks on each insert would cost it time, and rows must be rebuildable in any order.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSON, JSONB

from store.account_tables import passwords, preferences, sessions, tokens
from store.deal_tables import commands, deal_links, deals, effects, events
from store.intake_tables import contact_points, form_hits, hook_secrets, inbox, signing_keys
from store.message_tables import channels, messages, notification_digests
from store.organisation_tables import companies, employees, organisation, roles
from store.schema import METADATA, NOW, Moment
from store.work_tables import approval_seats, approvals, assignments, calls, notifications, tasks

__all__ = [
    "METADATA",
    "Moment",
    "approval_seats",
    "approvals",
    "assignments",
    "calls",
    "channels",
    "commands",
    "companies",
    "contact_points",
    "deal_links",
    "deals",
    "effects",
    "employees",
    "events",
    "form_hits",
    "hook_secrets",
    "inbox",
    "messages",
    "notification_digests",
    "notifications",
    "organisation",
    "passwords",
    "preferences",
    "roles",
    "sessions",
    "signing_keys",
    "tasks",
    "tokens",
]

# -- definitions, files, HTTP

definitions = Table(  # immutable, named by content
    "definitions",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("pipeline", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("data", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_at", Moment, nullable=False, server_default=NOW),
    Index("ix_definitions_pipeline", "pipeline", text("published_at DESC")),
)

pipelines = Table(  # the version that new deals get
    "pipelines",
    METADATA,
    Column("pipeline", Text, primary_key=True),
    Column("hash", Text, nullable=False),
)

files = Table(
    "files",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("uploaded_by", Text, nullable=False),
    Column("uploaded_at", Moment, nullable=False, server_default=NOW),
)

answers = Table(  # HTTP Idempotency-Key: status and body are null while the first request runs
    "answers",
    METADATA,
    Column("actor", Text),
    Column("key", Text),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer),
    Column("body", JSON),
    Column("at", Moment, nullable=False, server_default=NOW),
    PrimaryKeyConstraint("actor", "key"),
    Index("ix_answers_at", "at"),
)

# -- documents (see store/numbering.py)

document_numbers = Table(
    "document_numbers",
    METADATA,
    Column("organisation", Text),
    Column("kind", Text),
    Column("year", Integer, autoincrement=False),
    Column("number", Integer, autoincrement=False),  # from 1, without gaps
    Column("version", Integer, autoincrement=False, server_default=text("1")),  # a document made again
    Column("document", Text),  # which of a deal's documents it is, where it can be made again
    Column("key", Text, nullable=False, unique=True),
    Column("content", JSON, nullable=False),
    Column("at", Moment, nullable=False, server_default=NOW),
    PrimaryKeyConstraint("organisation", "kind", "year", "number", "version"),
    Index("ix_document_numbers_document", "document"),
)
