"""The first schema."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = """
CREATE TABLE deals (
    id text NOT NULL,
    pipeline text NOT NULL,
    definition text NOT NULL,
    title text NOT NULL,
    stage text NOT NULL,
    status text NOT NULL,
    responsible text NOT NULL,
    company_id text,
    amount numeric(18, 2),
    seq integer NOT NULL,
    next_due timestamptz,
    opened_at timestamptz NOT NULL,
    moved_at timestamptz NOT NULL,
    closed_at timestamptz,
    at timestamptz NOT NULL,
    attention text,
    state json NOT NULL,
    CONSTRAINT pk_deals PRIMARY KEY (id)
);
CREATE INDEX ix_deals_attention ON deals (id) WHERE attention IS NOT NULL;
CREATE INDEX ix_deals_board ON deals (pipeline, stage, opened_at);
CREATE INDEX ix_deals_company_id ON deals (company_id);
CREATE INDEX ix_deals_next_due ON deals (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX ix_deals_opened_at ON deals (opened_at, id);
CREATE INDEX ix_deals_responsible ON deals (responsible, status);
CREATE TABLE events (
    deal_id text NOT NULL,
    seq integer NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    type text NOT NULL,
    data json NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (deal_id, seq)
);
CREATE TABLE commands (
    deal_id text NOT NULL,
    id text NOT NULL,
    type text NOT NULL,
    fingerprint text NOT NULL,
    seq integer NOT NULL,
    refusal jsonb,
    at timestamptz NOT NULL,
    CONSTRAINT pk_commands PRIMARY KEY (deal_id, id)
);
CREATE TABLE tasks (
    deal_id text NOT NULL,
    number integer NOT NULL,
    key text NOT NULL,
    title jsonb NOT NULL,
    assignee text NOT NULL,
    creator text NOT NULL,
    co_executors text[] DEFAULT '{}' NOT NULL,
    observers text[] DEFAULT '{}' NOT NULL,
    status text NOT NULL,
    deadline timestamptz,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT pk_tasks PRIMARY KEY (deal_id, number)
);
CREATE INDEX ix_tasks_assignee ON tasks (assignee, status, deadline);
CREATE INDEX ix_tasks_open_deadline ON tasks (deadline) WHERE status = 'open';
CREATE TABLE assignments (
    deal_id text NOT NULL,
    number integer NOT NULL,
    key text NOT NULL,
    title jsonb NOT NULL,
    options json NOT NULL,
    assignee text NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    answered_at timestamptz,
    option text,
    CONSTRAINT pk_assignments PRIMARY KEY (deal_id, number)
);
CREATE INDEX ix_assignments_assignee ON assignments (assignee, status);
CREATE TABLE notifications (
    deal_id text NOT NULL,
    seq integer NOT NULL,
    recipient text NOT NULL,
    kind text NOT NULL,
    text jsonb NOT NULL,
    at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT pk_notifications PRIMARY KEY (deal_id, seq)
);
CREATE INDEX ix_notifications_recipient ON notifications (recipient, at DESC);
CREATE TABLE deal_links (
    deal_id text NOT NULL,
    other_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pk_deal_links PRIMARY KEY (deal_id, other_id)
);
CREATE INDEX ix_deal_links_other_id ON deal_links (other_id);
CREATE TABLE effects (
    key text NOT NULL,
    deal_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    detail jsonb NOT NULL,
    status text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    cause text,
    planned_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT pk_effects PRIMARY KEY (key)
);
CREATE INDEX ix_effects_deal_id ON effects (deal_id);
CREATE TABLE messages (
    key text NOT NULL,
    deal_id text NOT NULL,
    recipient text NOT NULL,
    channel text NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    attachments jsonb NOT NULL,
    sent_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (key)
);
CREATE INDEX ix_messages_deal_id ON messages (deal_id);
CREATE INDEX ix_messages_sent_at ON messages (sent_at DESC);
CREATE TABLE companies (
    id text NOT NULL,
    name text NOT NULL,
    fields jsonb DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_companies PRIMARY KEY (id)
);
CREATE INDEX ix_companies_name ON companies (name, id);
CREATE TABLE employees (
    id text NOT NULL,
    name text NOT NULL,
    position text DEFAULT '' NOT NULL,
    phone text DEFAULT '' NOT NULL,
    email text DEFAULT '' NOT NULL,
    head text,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT pk_employees PRIMARY KEY (id)
);
CREATE TABLE roles (
    role text NOT NULL,
    employee_id text NOT NULL,
    CONSTRAINT pk_roles PRIMARY KEY (role, employee_id)
);
CREATE TABLE organisation (
    one boolean DEFAULT true NOT NULL,
    name text NOT NULL,
    calendar jsonb NOT NULL,
    role_titles jsonb NOT NULL,
    requisites jsonb NOT NULL,
    version integer NOT NULL,
    CONSTRAINT pk_organisation PRIMARY KEY (one)
);
CREATE TABLE tokens (
    hash text NOT NULL,
    employee_id text NOT NULL,
    label text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT pk_tokens PRIMARY KEY (hash)
);
CREATE INDEX ix_tokens_employee_id ON tokens (employee_id);
CREATE TABLE definitions (
    hash text NOT NULL,
    pipeline text NOT NULL,
    title jsonb NOT NULL,
    data json NOT NULL,
    source text NOT NULL,
    published_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_definitions PRIMARY KEY (hash)
);
CREATE INDEX ix_definitions_pipeline ON definitions (pipeline, published_at DESC);
CREATE TABLE pipelines (
    pipeline text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_pipelines PRIMARY KEY (pipeline)
);
CREATE TABLE files (
    id text NOT NULL,
    name text NOT NULL,
    size bigint NOT NULL,
    type text NOT NULL,
    sha256 text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_files PRIMARY KEY (id)
);
CREATE TABLE answers (
    actor text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status integer,
    body json,
    at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_answers PRIMARY KEY (actor, key)
);
CREATE INDEX ix_answers_at ON answers (at);
"""
TABLES = """
deals events commands tasks assignments notifications deal_links effects messages companies
employees roles organisation tokens definitions pipelines files answers
"""


def upgrade() -> None:
    for statement in SCHEMA.split(";"):  # the driver takes one at a time
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES.split():
        op.drop_table(table)
