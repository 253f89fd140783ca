"""What all tables are declared with."""

from __future__ import annotations

from sqlalchemy import DateTime, MetaData, func, text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Moment = DateTime(timezone=True)
NOW = func.now()
NO_NAMES = text("'{}'")
