"""Approvals, who is asked in them, and notices that they send."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE approvals (
    id text NOT NULL,
    deal_id text NOT NULL,
    key text NOT NULL,
    title jsonb NOT NULL,
    status text NOT NULL,
    step text,
    seq integer NOT NULL,
    next_due timestamptz,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    at timestamptz NOT NULL,
    state json NOT NULL,
    CONSTRAINT pk_approvals PRIMARY KEY (id)
);
CREATE INDEX ix_approvals_deal_id ON approvals (deal_id, started_at);
CREATE INDEX ix_approvals_started_at ON approvals (started_at DESC, id);
CREATE TABLE approval_seats (
    approval_id text NOT NULL,
    number integer NOT NULL,
    step text NOT NULL,
    step_title jsonb NOT NULL,
    assignee text NOT NULL,
    status text NOT NULL,
    decision text,
    comment text,
    deadline timestamptz,
    given_at timestamptz NOT NULL,
    decided_at timestamptz,
    CONSTRAINT pk_approval_seats PRIMARY KEY (approval_id, number)
);
CREATE INDEX ix_approval_seats_assignee ON approval_seats (assignee, status);
ALTER TABLE notifications ADD COLUMN approval_id text DEFAULT '' NOT NULL;
ALTER TABLE notifications DROP CONSTRAINT pk_notifications;
ALTER TABLE notifications ADD CONSTRAINT pk_notifications PRIMARY KEY (deal_id, approval_id, seq)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):  # the driver takes one at a time
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM notifications WHERE approval_id <> ''")
    op.execute("ALTER TABLE notifications DROP CONSTRAINT pk_notifications")
    op.drop_column("notifications", "approval_id")
    op.execute("ALTER TABLE notifications ADD CONSTRAINT pk_notifications PRIMARY KEY (deal_id, seq)")
    op.drop_table("approval_seats")
    op.drop_table("approvals")
