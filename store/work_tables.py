"""Read models of the work in deals: tasks, assignments, calls, approvals; and notices of it."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from store.schema import METADATA, NO_NAMES, Moment

tasks = Table(
    "tasks",
    METADATA,
    Column("deal_id", Text),
    Column("number", Integer, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("creator", Text, nullable=False),
    Column("co_executors", ARRAY(Text), nullable=False, server_default=NO_NAMES),
    Column("observers", ARRAY(Text), nullable=False, server_default=NO_NAMES),
    Column("status", Text, nullable=False),
    Column("deadline", Moment),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("given_in", Text, nullable=False, server_default=text("''")),  # the stage of the deal at that time
    PrimaryKeyConstraint("deal_id", "number"),
    Index("ix_tasks_assignee", "assignee", "status", "deadline"),
    Index("ix_tasks_open_deadline", "deadline", postgresql_where=text("status = 'open'")),
)

assignments = Table(
    "assignments",
    METADATA,
    Column("deal_id", Text),
    Column("number", Integer, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("options", JSON, nullable=False),  # {option: {ru, en}}
    Column("assignee", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("option", Text),
    PrimaryKeyConstraint("deal_id", "number"),
    Index("ix_assignments_assignee", "assignee", "status"),
)

calls = Table(
    "calls",
    METADATA,
    Column("deal_id", Text),
    Column("number", Integer, autoincrement=False),
    Column("key", Text, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("due", Moment, nullable=False),
    PrimaryKeyConstraint("deal_id", "number"),
    Index("ix_calls_assignee", "assignee", "status"),
)

notifications = Table(
    "notifications",
    METADATA,
    Column("deal_id", Text),
    Column("approval_id", Text, server_default=""),  # of the approval that told it; else empty
    Column("seq", Integer, autoincrement=False),  # of the event that told it
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", JSONB, nullable=False),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    PrimaryKeyConstraint("deal_id", "approval_id", "seq"),
    Index("ix_notifications_recipient", "recipient", text("at DESC")),
)

approvals = Table(  # their record and ledger stand in events and commands, under their own ids
    "approvals",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("deal_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("title", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("step", Text),  # that is asked now
    Column("seq", Integer, nullable=False),
    Column("next_due", Moment),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("at", Moment, nullable=False),
    Column("state", JSON, nullable=False),  # Approval.model_dump(mode="json")
    Index("ix_approvals_deal_id", "deal_id", "started_at"),
    Index("ix_approvals_started_at", text("started_at DESC"), "id"),
)

approval_seats = Table(  # who is asked, or was: one voice in a step each
    "approval_seats",
    METADATA,
    Column("approval_id", Text),
    Column("number", Integer, autoincrement=False),
    Column("step", Text, nullable=False),
    Column("step_title", JSONB, nullable=False),
    Column("assignee", Text, nullable=False),
    Column("status", Text, nullable=False),  # open, finished, cancelled
    Column("decision", Text),  # approve, reject
    Column("comment", Text),
    Column("deadline", Moment),
    Column("given_at", Moment, nullable=False),
    Column("decided_at", Moment),
    PrimaryKeyConstraint("approval_id", "number"),
    Index("ix_approval_seats_assignee", "assignee", "status"),
)
