"""What comes in from outside: hooks, public forms, and how clients are reached."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.schema import METADATA, NOW, Moment

hook_secrets = Table(  # several of a source while one replaces another
    "hook_secrets",
    METADATA,
    Column("source", Text),
    Column("secret", Text),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("expires_at", Moment),  # null: until it is replaced
    PrimaryKeyConstraint("source", "secret"),
)

inbox = Table(  # every hook that was believed; waiting | delivered | unknown | refused | handled
    "inbox",
    METADATA,
    Column("id", Text, primary_key=True),  # made of source and webhook-id: a repeat meets the same row
    Column("source", Text, nullable=False),
    Column("webhook_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("deal_id", Text),
    Column("status", Text, nullable=False),
    Column("cause", Text),
    Column("received_at", Moment, nullable=False, server_default=NOW),
    Column("handled_by", Text),
    Column("handled_at", Moment),
    Index(
        "ix_inbox_waiting",
        "received_at",
        "id",
        postgresql_where=text("status IN ('waiting', 'unknown', 'refused')"),
    ),
)

contact_points = Table(  # phones and e-mails of deals as they stand now
    "contact_points",
    METADATA,
    Column("kind", Text),  # phone, email
    Column("value", Text),  # as domain.contacts normalises it
    Column("deal_id", Text),
    Column("company_id", Text),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("kind", "value", "deal_id"),
    Index("ix_contact_points_deal_id", "deal_id"),
)

form_hits = Table(  # how often a public page was used; `who` is a digest of the address, or `*` for all
    "form_hits",
    METADATA,
    Column("who", Text),
    Column("since", Moment),
    Column("hits", Integer, nullable=False),
    PrimaryKeyConstraint("who", "since"),
    Index("ix_form_hits_since", "since"),
)

signing_keys = Table(  # made when first needed; links are signed with them
    "signing_keys",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
)
