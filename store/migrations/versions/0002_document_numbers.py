"""Numbers of documents."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE document_numbers (
            organisation text NOT NULL,
            kind text NOT NULL,
            year integer NOT NULL,
            number integer NOT NULL,
            key text NOT NULL,
            content json NOT NULL,
            at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT pk_document_numbers PRIMARY KEY (organisation, kind, year, number),
            CONSTRAINT uq_document_numbers_key UNIQUE (key)
        )
        """
    )


def downgrade() -> None:
    op.drop_table("document_numbers")
