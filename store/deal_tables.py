"""A deal: its state, record and ledger, what it is linked with, and what is done for it outside."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Numeric, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSON, JSONB

from store.schema import METADATA, Moment

deals = Table(
    "deals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("pipeline", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("responsible", Text, nullable=False),
    Column("company_id", Text),
    Column("amount", Numeric(18, 2)),
    Column("seq", Integer, nullable=False),
    Column("next_due", Moment),
    Column("opened_at", Moment, nullable=False),
    Column("moved_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("at", Moment, nullable=False),
    Column("attention", JSONB),  # {ru, en}
    Column("state", JSON, nullable=False),  # Deal.model_dump(mode="json")
    Index("ix_deals_board", "pipeline", "stage", "opened_at"),
    Index("ix_deals_responsible", "responsible", "status"),
    Index("ix_deals_company_id", "company_id"),
    Index("ix_deals_opened_at", "opened_at", "id"),
    Index("ix_deals_next_due", "next_due", postgresql_where=text("next_due IS NOT NULL")),
    Index("ix_deals_attention", "id", postgresql_where=text("attention IS NOT NULL")),
)

events = Table(
    "events",
    METADATA,
    Column("deal_id", Text),
    Column("seq", Integer, autoincrement=False),  # from 1, without gaps
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSON, nullable=False),
    PrimaryKeyConstraint("deal_id", "seq"),
    Index(
        "ix_events_course",
        "deal_id",
        "seq",
        postgresql_where=text("type IN ('opened', 'moved', 'reopened')"),
    ),
    Index("ix_events_undone", "deal_id", postgresql_where=text("type = 'move_undone'")),
    Index("ix_events_task_stopped", "at", postgresql_where=text("type = 'task_stopped'")),
)

commands = Table(  # the ledger: an answered command is answered the same again, for ever
    "commands",
    METADATA,
    Column("deal_id", Text),
    Column("id", Text),
    Column("type", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("seq", Integer, nullable=False),  # the deal's seq after the command; 0 where no deal came to be
    Column("refusal", JSONB),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("deal_id", "id"),
)

deal_links = Table(  # written when deal_id opened; read both ways
    "deal_links",
    METADATA,
    Column("deal_id", Text),
    Column("other_id", Text),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("deal_id", "other_id"),
    Index("ix_deal_links_other_id", "other_id"),
)

effects = Table(  # what is done in the outside world: planned -> sending -> done | unknown
    "effects",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("cause", Text),
    Column("planned_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("busy_until", Moment),  # an attempt is under way, no longer than until then
    Index("ix_effects_deal_id", "deal_id"),
    Index("ix_effects_onec_task", "deal_id", postgresql_where=text("kind = 'onec_task'")),
)
