"""Attempts at 1C take turns, deal by deal; and what is mirrored there is found without a look at all effects."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE effects ADD COLUMN busy_until timestamptz")
    op.execute("CREATE INDEX ix_effects_onec_task ON effects (deal_id) WHERE kind = 'onec_task'")


def downgrade() -> None:
    op.execute("DROP INDEX ix_effects_onec_task")
    op.execute("ALTER TABLE effects DROP COLUMN busy_until")
