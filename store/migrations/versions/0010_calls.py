"""Calls as rows of their own, so that a person's list of them needs no look into every deal."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = """
CREATE TABLE calls (
    deal_id text NOT NULL,
    number integer NOT NULL,
    key text NOT NULL,
    assignee text NOT NULL,
    status text NOT NULL,
    due timestamptz NOT NULL,
    CONSTRAINT pk_calls PRIMARY KEY (deal_id, number)
)
"""
INDEX = "CREATE INDEX ix_calls_assignee ON calls (assignee, status)"
KNOWN = """
INSERT INTO calls (deal_id, number, key, assignee, status, due)
SELECT deals.id, CAST(call.value->>'number' AS integer), call.value->>'key', call.value->>'assignee',
    COALESCE(call.value->>'status', 'open'), CAST(call.value->>'due' AS timestamptz)
FROM deals, json_each(COALESCE(deals.state->'calls', '{}')) AS call
"""


def upgrade() -> None:
    for statement in (TABLE, INDEX, KNOWN):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("calls")
