"""Messages that go out: their state, the channels people are reached by, digests of notices."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE messages
    ALTER COLUMN deal_id DROP NOT NULL,
    ALTER COLUMN sent_at DROP NOT NULL,
    ALTER COLUMN sent_at DROP DEFAULT,
    ADD COLUMN status text NOT NULL DEFAULT 'kept',
    ADD COLUMN cause text,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN repeated boolean NOT NULL DEFAULT false,
    ADD COLUMN message_id text,
    ADD COLUMN planned_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN sending_at timestamptz;
UPDATE messages SET planned_at = sent_at;
DROP INDEX ix_messages_sent_at;
CREATE INDEX ix_messages_planned_at ON messages (planned_at DESC);
CREATE INDEX ix_messages_waiting ON messages (key) WHERE status IN ('planned', 'sending');
CREATE TABLE channels (
    owner text NOT NULL,
    channel text NOT NULL,
    address text NOT NULL DEFAULT '',
    language text NOT NULL DEFAULT 'ru',
    digest_minutes integer,
    since timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_channels PRIMARY KEY (owner)
);
CREATE TABLE notification_digests (
    deal_id text NOT NULL,
    approval_id text NOT NULL DEFAULT '',
    seq integer NOT NULL,
    digest text NOT NULL,
    CONSTRAINT pk_notification_digests PRIMARY KEY (deal_id, approval_id, seq)
);
"""
DOWN = """
DROP TABLE notification_digests;
DROP TABLE channels;
DROP INDEX ix_messages_waiting;
DROP INDEX ix_messages_planned_at;
DELETE FROM messages WHERE deal_id IS NULL;
UPDATE messages SET sent_at = planned_at WHERE sent_at IS NULL;
ALTER TABLE messages
    DROP COLUMN status, DROP COLUMN cause, DROP COLUMN attempts, DROP COLUMN repeated,
    DROP COLUMN message_id, DROP COLUMN planned_at, DROP COLUMN sending_at,
    ALTER COLUMN sent_at SET DEFAULT now(),
    ALTER COLUMN sent_at SET NOT NULL,
    ALTER COLUMN deal_id SET NOT NULL;
CREATE INDEX ix_messages_sent_at ON messages (sent_at DESC);
"""


def upgrade() -> None:
    for statement in UP.split(";\n"):
        if statement.strip():
            op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.split(";\n"):
        if statement.strip():
            op.execute(statement)
