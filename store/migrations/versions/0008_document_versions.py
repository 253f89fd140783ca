"""Versions of documents: one that is made again keeps its number."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = "ALTER TABLE document_numbers DROP CONSTRAINT pk_document_numbers, ADD CONSTRAINT pk_document_numbers PRIMARY KEY"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE document_numbers ADD COLUMN version integer DEFAULT 1 NOT NULL, ADD COLUMN document text"
    )
    op.execute(f"{KEY} (organisation, kind, year, number, version)")
    op.execute("CREATE INDEX ix_document_numbers_document ON document_numbers (document)")


def downgrade() -> None:
    op.execute("DELETE FROM document_numbers WHERE version > 1")
    op.execute(f"{KEY} (organisation, kind, year, number)")
    op.execute("DROP INDEX ix_document_numbers_document")
    op.execute("ALTER TABLE document_numbers DROP COLUMN version, DROP COLUMN document")
