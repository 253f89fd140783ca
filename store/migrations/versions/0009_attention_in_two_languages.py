"""Why a deal needs attention, in both languages; what stands there already says the same in both."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Changes the column; the index that finds such deals stays."""
    both = "jsonb_build_object('ru', attention, 'en', attention)"
    op.execute(
        "ALTER TABLE deals ALTER COLUMN attention TYPE jsonb USING"
        f" CASE WHEN attention IS NULL THEN NULL ELSE {both} END"
    )


def downgrade() -> None:
    """Keeps the English words."""
    op.execute("ALTER TABLE deals ALTER COLUMN attention TYPE text USING attention ->> 'en'")
