"""All tables. Moments are timestamptz, money numeric(18,2), people are employee ids.

Structures are jsonb; json where the order of keys means something (jsonb forgets it): the stages of a
definition, the options of an assignment, the state and the events that decisions are made from.

There are no foreign keys: a deal's rows are written by one statement (`store.decisions.commit`) that keeps
them consistent, checks on each insert would cost it time, and rows must be rebuildable in any order.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    desc,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB

from store.account_tables import passwords, preferences, sessions
from store.intake_tables import contact_points, form_hits, hook_secrets, inbox, signing_keys
from store.message_tables import channels, messages, notification_digests
from store.schema import METADATA, NO_NAMES, NOW, Moment

__all__ = [
    "METADATA",
    "Moment",
    "channels",
    "contact_points",
    "form_hits",
    "hook_secrets",
    "inbox",
    "messages",
    "notification_digests",
    "passwords",
    "preferences",
    "sessions",
    "signing_keys",
]

# -- deals: state, record, ledger

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
)
Index("ix_deals_board", deals.c.pipeline, deals.c.stage, deals.c.opened_at)
Index("ix_deals_responsible", deals.c.responsible, deals.c.status)
Index("ix_deals_company_id", deals.c.company_id)
Index("ix_deals_opened_at", deals.c.opened_at, deals.c.id)
Index("ix_deals_next_due", deals.c.next_due, postgresql_where=deals.c.next_due.isnot(None))
Index("ix_deals_attention", deals.c.id, postgresql_where=deals.c.attention.isnot(None))

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
)
Index(
    "ix_events_course",
    events.c.deal_id,
    events.c.seq,
    postgresql_where=text("type IN ('opened', 'moved', 'reopened')"),
)
Index("ix_events_undone", events.c.deal_id, postgresql_where=text("type = 'move_undone'"))
Index("ix_events_task_stopped", events.c.at, postgresql_where=text("type = 'task_stopped'"))

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

# -- read models of a deal

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
)
Index("ix_tasks_assignee", tasks.c.assignee, tasks.c.status, tasks.c.deadline)
Index("ix_tasks_open_deadline", tasks.c.deadline, postgresql_where=text("status = 'open'"))

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
)
Index("ix_assignments_assignee", assignments.c.assignee, assignments.c.status)

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
)
Index("ix_calls_assignee", calls.c.assignee, calls.c.status)

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
)
Index("ix_notifications_recipient", notifications.c.recipient, desc(notifications.c.at))

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
)
Index("ix_approvals_deal_id", approvals.c.deal_id, approvals.c.started_at)
Index("ix_approvals_started_at", desc(approvals.c.started_at), approvals.c.id)

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
)
Index("ix_approval_seats_assignee", approval_seats.c.assignee, approval_seats.c.status)

deal_links = Table(  # written when deal_id opened; read both ways
    "deal_links",
    METADATA,
    Column("deal_id", Text),
    Column("other_id", Text),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("deal_id", "other_id"),
)
Index("ix_deal_links_other_id", deal_links.c.other_id)

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
)
Index("ix_effects_deal_id", effects.c.deal_id)

# -- the organisation

companies = Table(
    "companies",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("fields", JSONB, nullable=False, server_default=NO_NAMES),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("updated_at", Moment, nullable=False, server_default=NOW),
)
Index("ix_companies_name", companies.c.name, companies.c.id)

employees = Table(
    "employees",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("position", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("head", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

roles = Table(
    "roles",
    METADATA,
    Column("role", Text),
    Column("employee_id", Text),
    PrimaryKeyConstraint("role", "employee_id"),
)

organisation = Table(  # one row; version grows with every change here, of employees and of roles
    "organisation",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("name", Text, nullable=False),
    Column("calendar", JSONB, nullable=False),
    Column("role_titles", JSONB, nullable=False),
    Column("requisites", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("hash", Text, primary_key=True),  # SHA-256 of the token, hex
    Column("employee_id", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("revoked_at", Moment),
)
Index("ix_tokens_employee_id", tokens.c.employee_id)

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
)
Index("ix_definitions_pipeline", definitions.c.pipeline, desc(definitions.c.published_at))

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
)
Index("ix_answers_at", answers.c.at)

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
)
Index("ix_document_numbers_document", document_numbers.c.document)
