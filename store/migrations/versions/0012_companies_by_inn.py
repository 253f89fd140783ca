"""A company is found by its INN, however it was written."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    digits = "regexp_replace(fields ->> 'inn', '[^0-9]', '', 'g')"
    op.execute(f"CREATE INDEX ix_companies_inn ON companies ({digits})")


def downgrade() -> None:
    op.execute("DROP INDEX ix_companies_inn")
