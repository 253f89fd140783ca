"""Tables of messages that go out: each message, the channels people are reached by, digests of notices."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.schema import METADATA, NOW, Moment

messages = Table(  # the outbox that people read; a row is one message to one person
    "messages",
    METADATA,
    Column("key", Text, primary_key=True),  # the effect's key (`:employee` added behind a role)
    Column("deal_id", Text),  # a digest belongs to none
    Column("recipient", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("attachments", JSONB, nullable=False),
    # planned -> sending -> sent | failed | unknown; kept: nothing is configured to send it by
    Column("status", Text, nullable=False, server_default="kept"),
    Column("cause", Text),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("repeated", Boolean, nullable=False, server_default=text("false")),  # may have come twice
    Column("message_id", Text),
    Column("planned_at", Moment, nullable=False, server_default=NOW),
    Column("sending_at", Moment),  # since when an attempt has it; null: the attempt broke off
    Column("sent_at", Moment),
    Index("ix_messages_deal_id", "deal_id"),
    Index("ix_messages_planned_at", text("planned_at DESC")),
    Index("ix_messages_waiting", "key", postgresql_where=text("status IN ('planned', 'sending')")),
)

channels = Table(  # how someone is written to: an employee, `role:X` for all who have it, or `client`
    "channels",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="ru"),
    Column("digest_minutes", Integer),  # null: notices are shown in the product only
    Column("since", Moment, nullable=False, server_default=NOW),
)

notification_digests = Table(  # which digest told of a notice; a notice is in one at most
    "notification_digests",
    METADATA,
    Column("deal_id", Text),
    Column("approval_id", Text, server_default=""),
    Column("seq", Integer, autoincrement=False),
    Column("digest", Text, nullable=False),
    PrimaryKeyConstraint("deal_id", "approval_id", "seq"),
)
