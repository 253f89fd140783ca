"""The organisation, its people and its clients."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.schema import METADATA, NO_NAMES, NOW, Moment

# Of a company: people write an INN in groups, too.
INN_DIGITS = "regexp_replace(fields ->> 'inn', '[^0-9]', '', 'g')"

companies = Table(
    "companies",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("fields", JSONB, nullable=False, server_default=NO_NAMES),
    Column("created_at", Moment, nullable=False, server_default=NOW),
    Column("updated_at", Moment, nullable=False, server_default=NOW),
    Index("ix_companies_name", "name", "id"),
    Index("ix_companies_inn", text(INN_DIGITS)),
)

employees = Table(
    "employees",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("position", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("head", Text),
    Column("active", Boolean, nullable=False, server_default=text("true")),
)

roles = Table(
    "roles",
    METADATA,
    Column("role", Text),
    Column("employee_id", Text),
    PrimaryKeyConstraint("role", "employee_id"),
)

organisation = Table(  # one row; version grows with every change here, of employees and of roles
    "organisation",
    METADATA,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("name", Text, nullable=False),
    Column("calendar", JSONB, nullable=False),
    Column("role_titles", JSONB, nullable=False),
    Column("requisites", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
