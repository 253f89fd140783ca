"""Sessions, passwords and preferences of people who use the pages."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE sessions (
    hash text NOT NULL,
    employee_id text NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (hash)
);
CREATE INDEX ix_sessions_employee_id ON sessions (employee_id);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
CREATE TABLE passwords (
    employee_id text NOT NULL,
    hash text NOT NULL,
    changed_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_passwords PRIMARY KEY (employee_id)
);
CREATE TABLE preferences (
    employee_id text NOT NULL,
    data jsonb NOT NULL,
    CONSTRAINT pk_preferences PRIMARY KEY (employee_id)
)
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):  # the driver takes one at a time
        op.execute(statement)


def downgrade() -> None:
    for table in ("preferences", "passwords", "sessions"):
        op.drop_table(table)
