"""What comes in from outside: hooks, public forms, and how clients are reached."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE hook_secrets (
    source text NOT NULL,
    secret text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    expires_at timestamptz,
    CONSTRAINT pk_hook_secrets PRIMARY KEY (source, secret)
);
CREATE TABLE inbox (
    id text NOT NULL,
    source text NOT NULL,
    webhook_id text NOT NULL,
    kind text NOT NULL,
    body jsonb NOT NULL,
    deal_id text,
    status text NOT NULL,
    cause text,
    received_at timestamptz DEFAULT now() NOT NULL,
    handled_by text,
    handled_at timestamptz,
    CONSTRAINT pk_inbox PRIMARY KEY (id)
);
CREATE INDEX ix_inbox_waiting ON inbox (received_at, id) WHERE status IN ('waiting', 'unknown', 'refused');
CREATE TABLE contact_points (
    kind text NOT NULL,
    value text NOT NULL,
    deal_id text NOT NULL,
    company_id text,
    at timestamptz NOT NULL,
    CONSTRAINT pk_contact_points PRIMARY KEY (kind, value, deal_id)
);
CREATE INDEX ix_contact_points_deal_id ON contact_points (deal_id);
CREATE TABLE form_hits (
    who text NOT NULL,
    since timestamptz NOT NULL,
    hits integer NOT NULL,
    CONSTRAINT pk_form_hits PRIMARY KEY (who, since)
);
CREATE INDEX ix_form_hits_since ON form_hits (since);
CREATE TABLE signing_keys (
    name text NOT NULL,
    key text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_signing_keys PRIMARY KEY (name)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):  # the driver takes one at a time
        op.execute(statement)


def downgrade() -> None:
    for table in ("signing_keys", "form_hits", "contact_points", "inbox", "hook_secrets"):
        op.drop_table(table)
