"""The hot path: a decision's transaction is BEGIN, one SELECT (`load`), one write (`commit`), COMMIT.

async with engine.begin() as connection:
    loaded = await load(connection, deal_id, command_id)
    ...                                            # domain.decide
    await commit(connection, loaded.deal, decision.deal, decision.events, definition, command)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_json
from sqlalchemy import Table, TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import Text as TextType

from domain.deal import Deal
from domain.definition import Pipeline
from domain.errors import Refusal
from domain.events import RECORD, Recorded
from domain.facts import Company, Facts, FileRef, Organisation
from store import projection, tables

_COMPANIES = TypeAdapter(list[Company])
_ZERO_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # in JSON text; an escaped backslash before u0000 is none


class Overtaken(Exception):
    """Another transaction recorded this command, or these event numbers, first. Roll back and load again."""


class Unstorable(ValueError):
    """A text holds what PostgreSQL cannot keep: a zero byte or half a surrogate pair. A retry is no use."""


@dataclass(frozen=True)
class Ledger:
    """The answer that a command id already has. `seq` is the deal's after the command."""

    seq: int
    fingerprint: str
    refusal: Refusal | None


@dataclass(frozen=True)
class LedgerEntry:
    """A command to remember, with its answer. `fingerprint` tells a repeat from a reused id."""

    deal: str
    id: str
    type: str
    fingerprint: str
    at: datetime
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Loaded:
    """What a decision starts from. `definition`: the deal's, or the current one of the pipeline named."""

    deal: Deal | None
    definition: str | None
    organisation: int  # version; 0 while there is no organisation
    ledger: Ledger | None
    companies: dict[str, Company] = field(default_factory=dict)  # the deal's, and the one asked for
    files: dict[str, FileRef] = field(default_factory=dict)

    def facts(self, organisation: Organisation) -> Facts:
        """The facts of this decision."""
        return Facts(organisation=organisation, companies=self.companies, files=self.files)


async def load(
    connection: AsyncConnection,
    deal_id: str,
    command_id: str | None = None,
    *,
    company_id: str | None = None,
    pipeline: str | None = None,
    files: Sequence[str] = (),
    lock: bool = True,
) -> Loaded:
    """The deal (row locked till the transaction ends), the command's ledger row and facts, in one round trip.

    `company_id` and `files` are those the command names; `pipeline` that of a deal to open. Without `lock` it
    is a plain read, for checks ahead of a decision. Where the lock had to be waited for, the ledger is as of
    before the wait: a double decision then ends in `Overtaken`.
    """
    asked = {
        "deal": deal_id,
        "command": command_id,
        "company": company_id,
        "pipeline": pipeline,
        "files": list(files),
    }
    row = (await connection.execute(_load_statement(lock), asked)).one()
    deal = Deal.model_validate_json(row.state) if row.state else None
    refusal = Refusal.model_validate_json(row.refusal) if row.refusal else None
    return Loaded(
        deal=deal,
        definition=deal.definition if deal else row.published,
        organisation=row.organisation or 0,
        ledger=Ledger(row.seq, row.fingerprint, refusal) if row.fingerprint is not None else None,
        companies={company.id: company for company in _COMPANIES.validate_json(row.companies or "[]")},
        files={id: FileRef(id=id, name=name) for id, name in row.files or ()},
    )


async def missed(connection: AsyncConnection, deal_id: str, after_seq: int) -> list[Recorded]:
    """The deal's events after this number, in order."""
    events = tables.events
    query = select(events.c.seq, events.c.at, events.c.by, events.c.data.label("event"))
    query = query.where(events.c.deal_id == deal_id, events.c.seq > after_seq).order_by(events.c.seq)
    return RECORD.validate_python([dict(row._mapping) for row in await connection.execute(query)])


async def commit(
    connection: AsyncConnection,
    before: Deal | None,
    after: Deal | None,
    events: Sequence[Recorded],
    definition: Pipeline | None,
    command: LedgerEntry | None = None,
) -> None:
    """Write a decision by one statement: events, deal, read models, effects, company, ledger.

    `after` is None only for a refused opening. With neither events nor command nothing is written. Listeners
    of the channel `voronka_deals` get the deal's id when it is committed (measured: 0.05 ms, 5 %).
    Raises `Unstorable` before anything is written, and `Overtaken`, which leaves the transaction of no use.
    """
    rows: dict[str, list[projection.Row]] = {}
    if after is not None and after != before:
        if definition is None:
            raise ValueError("a decision that changes the deal needs the deal's definition")
        rows |= _deal_parts(before, after, events, definition)
    if command is not None:
        rows["command"] = [ledger_row(command, after.seq if after else 0)]
    await record(connection, rows, after.id if after else None)


async def record(
    connection: AsyncConnection, rows: Mapping[str, list[projection.Row]], deal_id: str | None
) -> None:
    """Write these rows by one statement, each list where its name says. Raises as `commit` does."""
    parts = {name: made for name, made in rows.items() if made}
    if not parts:
        return
    values = {name: _json(made) for name, made in parts.items()}
    if deal_id is not None:
        values["deal_id"] = deal_id
    try:
        await connection.execute(_commit_statement(tuple(parts)), values)
    except IntegrityError as error:
        raise Overtaken(f"deal {deal_id or '-'}: {error.orig}") from error


def _json(rows: list[projection.Row]) -> str:
    try:
        written = to_json(rows).decode()
    except PydanticSerializationError as error:
        raise Unstorable(str(error)) from None
    if _ZERO_BYTE.search(written):
        raise Unstorable("a text holds a zero byte")
    return written


def _deal_parts(
    before: Deal | None, after: Deal, events: Sequence[Recorded], definition: Pipeline
) -> dict[str, list[projection.Row]]:
    planned, effects = projection.effect_rows(before, after.id, events)
    points, points_gone = projection.contact_rows(before, after)
    gone = projection.gone_rows(before, after, events)
    return {
        "events": projection.event_rows(after.id, events),
        "deal": [projection.deal_row(after)],
        "tasks": projection.task_rows(before, after, definition),
        "assignments": projection.assignment_rows(before, after, definition),
        "calls": projection.call_rows(before, after),
        "notifications": projection.notification_rows(after.id, events),
        **gone,
        "links": projection.link_rows(events),
        "duplicates": projection.duplicate_rows(after.id, events),
        "points": points,
        "points_gone": points_gone,
        "planned": planned,
        "effects": effects,
        "made_companies": projection.made_company_rows(events),
        "companies": projection.company_rows(events),
    }


def ledger_row(command: LedgerEntry, seq: int) -> projection.Row:
    """The row of `commands`."""
    return {
        "deal_id": command.deal,
        "id": command.id,
        "type": command.type,
        "fingerprint": command.fingerprint,
        "seq": seq,
        "refusal": command.refusal,
        "at": command.at,
    }


@cache
def _load_statement(lock: bool) -> TextClause:
    # FOR UPDATE is not allowed on the optional side of a join, so the deal is a CTE of its own.
    query = f"""
        WITH deal AS (SELECT company_id, state FROM deals WHERE id = :deal {"FOR UPDATE" if lock else ""})
        SELECT CAST(deal.state AS text) AS state,
            (SELECT hash FROM pipelines WHERE pipeline = :pipeline) AS published,
            (SELECT version FROM organisation) AS organisation,
            (SELECT CAST(jsonb_agg(jsonb_build_object('id', id, 'name', name, 'fields', fields)) AS text)
                FROM companies WHERE id IN (:company, deal.company_id)) AS companies,
            commands.seq, commands.fingerprint, CAST(commands.refusal AS text) AS refusal,
            (SELECT array_agg(ARRAY[id, name]) FROM files WHERE id = ANY(:files)) AS files
        FROM (VALUES (1)) AS one LEFT JOIN deal ON true
            LEFT JOIN commands ON commands.deal_id = :deal AND commands.id = :command"""
    plain = [bindparam(name, type_=TextType) for name in ("deal", "command", "company", "pipeline")]
    return text(query).bindparams(*plain, bindparam("files", type_=ARRAY(TextType)))


@cache
def _commit_statement(parts: tuple[str, ...]) -> TextClause:
    """One statement of the parts that have rows. Few combinations occur, so the server's plans are reused."""
    writers = _writers()
    ctes = ",\n".join(f"{name}_ AS ({writers[name]})" for name in parts)
    changed = "deal" in parts or "approval" in parts
    last = "SELECT pg_notify('voronka_deals', :deal_id)" if changed else "SELECT 1"
    names = [*parts, "deal_id"] if changed else parts
    return text(f"WITH {ctes}\n{last}").bindparams(*(bindparam(name, type_=TextType) for name in names))


@cache
def _writers() -> dict[str, str]:
    """The SQL that writes each part, given as a JSON array of rows in the parameter of the part's name."""
    company = _source(tables.companies, "companies")
    effects = _source(tables.effects, "effects")
    points = _source(tables.contact_points, "points_gone")
    return {
        "events": _insert(tables.events, "events"),
        "deal": _upsert(tables.deals, "deal", keep={"id", "opened_at"}),
        "tasks": _upsert(tables.tasks, "tasks"),
        "assignments": _upsert(tables.assignments, "assignments"),
        "calls": _upsert(tables.calls, "calls"),
        "notifications": _insert(tables.notifications, "notifications", without={"read_at"}),
        "approval": _upsert(tables.approvals, "approval", keep={"id", "deal_id", "key", "started_at"}),
        "seats": _upsert(tables.approval_seats, "seats"),
        "links": _insert(tables.deal_links, "links") + " ON CONFLICT DO NOTHING",
        "duplicates": _upsert(tables.deal_links, "duplicates"),
        "points": _upsert(tables.contact_points, "points"),
        "points_gone": f"DELETE FROM contact_points USING {points} WHERE (contact_points.kind, contact_points.value,"
        " contact_points.deal_id) = (new.kind, new.value, new.deal_id)",
        **{f"{name}_gone": _delete(tables.METADATA.tables[name]) for name in projection.TAKEN_BACK},
        "planned": _upsert(tables.effects, "planned", keep={"key", "attempts"}, without={"attempts"}),
        "effects": "UPDATE effects SET status = new.status, cause = new.cause, done_at = new.done_at"
        f" FROM {effects} WHERE effects.key = new.key",
        "made_companies": _insert(tables.companies, "made_companies") + " ON CONFLICT DO NOTHING",
        "companies": "UPDATE companies SET name = COALESCE(new.name, companies.name),"
        f" fields = companies.fields || new.fields, updated_at = new.updated_at FROM {company}"
        " WHERE companies.id = new.id",
        "command": _insert(tables.commands, "command"),
    }


def _source(table: Table, part: str) -> str:
    return f"json_populate_recordset(CAST(NULL AS {table.name}), CAST(:{part} AS json)) AS new"


def _insert(table: Table, part: str, without: Iterable[str] = ()) -> str:
    # Columns by name: one that a newer release has added gets its default, not NULL.
    columns = ", ".join(column.name for column in table.columns if column.name not in without)
    return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_source(table, part)}"


def _delete(table: Table) -> str:
    """Takes out the rows whose keys the part `{table}_gone` holds."""
    same = " AND ".join(f"{table.name}.{c.name} = new.{c.name}" for c in table.primary_key)
    return f"DELETE FROM {table.name} USING {_source(table, f'{table.name}_gone')} WHERE {same}"


def _upsert(table: Table, part: str, keep: Iterable[str] = (), without: Iterable[str] = ()) -> str:
    """Insert, or change all columns but the key and those to `keep`."""
    key = [column.name for column in table.primary_key]
    fixed = {*key, *keep}
    changes = ", ".join(f"{c.name} = excluded.{c.name}" for c in table.columns if c.name not in fixed)
    return f"{_insert(table, part, without)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
