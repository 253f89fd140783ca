"""What reports ask: the stage a task was given in, and indexes for the course of deals and for time worked.

Measured on 10 000 deals with 700 000 events: conversion of a month 76 ms instead of 417, time by tasks 24 instead of
132. Indexes by deadline and by the day of closing saved less than 10 ms: there are none.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE tasks ADD COLUMN given_in text DEFAULT '' NOT NULL;
UPDATE tasks SET given_in = COALESCE(deals.state #>> ARRAY['tasks', CAST(tasks.number AS text), 'stage'], '')
    FROM deals WHERE deals.id = tasks.deal_id;
CREATE INDEX ix_events_course ON events (deal_id, seq) WHERE type IN ('opened', 'moved', 'reopened');
CREATE INDEX ix_events_undone ON events (deal_id) WHERE type = 'move_undone';
CREATE INDEX ix_events_task_stopped ON events (at) WHERE type = 'task_stopped'
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):  # the driver takes one at a time
        op.execute(statement)


def downgrade() -> None:
    for index in ("ix_events_task_stopped", "ix_events_undone", "ix_events_course"):
        op.execute(f"DROP INDEX {index}")
    op.drop_column("tasks", "given_in")
