"""The information base: objects in SQLite, and a ledger of everything that was done to them.

The ledger is written in the transaction of the change itself; `ledger.jsonl` is its copy, appended after the
commit and completed at the next start. So whatever kills the process, a change and its line are both there
or both not. SQLite syncs each commit to the disk.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onec_double.schema import DEAL, EMPTY, KEY, SCHEMA, TASK

Object = dict[str, Any]
_TABLES = """
CREATE TABLE IF NOT EXISTS objects (entity TEXT, ref TEXT, data TEXT NOT NULL, PRIMARY KEY (entity, ref));
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS ledger (n INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hooks (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, outcome TEXT
);
CREATE TRIGGER IF NOT EXISTS ledger_stays BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_keeps BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


class NotUnique(Exception):
    """There is an object of this reference already."""


class NoObject(Exception):
    """There is no object of this reference."""


class WrongVersion(Exception):
    """The object is of another version by now."""


class Base:
    """One base in a folder. Everything here is short and synchronous: one process, one thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._ledger = folder / "ledger.jsonl"
        self._db = sqlite3.connect(folder / "base.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)
        self._copy_ledger()

    def close(self) -> None:
        """Ends the connection."""
        self._db.close()

    def all(self, entity: str) -> list[Object]:
        """The entity's objects in the order they came to be."""
        rows = self._db.execute("SELECT data FROM objects WHERE entity = ? ORDER BY rowid", (entity,))
        return [json.loads(data) for (data,) in rows]

    def get(self, entity: str, ref: str) -> Object:
        """One object. Raises NoObject."""
        query = "SELECT data FROM objects WHERE entity = ? AND ref = ?"
        row = self._db.execute(query, (entity, ref.lower())).fetchone()
        if row is None:
            raise NoObject(ref)
        found: Object = json.loads(row[0])
        return found

    def create(self, entity: str, values: Mapping[str, Any], by: str = "odata") -> Object:
        """A new object with defaults for what is not given. Raises NotUnique."""
        ref = str(values.get("Ref_Key") or uuid.uuid4()).lower()
        made: Object = {name: self._default(entity, name) for name in SCHEMA[entity].names()}
        with self._transaction():
            made |= {**values, "Ref_Key": ref, "DataVersion": self._version()}
            if SCHEMA[entity].numbered and not made["Number"]:
                made["Number"] = f"ВР-{self._count(entity):06}"
            try:
                self._db.execute("INSERT INTO objects VALUES (?, ?, ?)", (entity, ref, _json(made)))
            except sqlite3.IntegrityError:
                raise NotUnique(ref) from None
            self._note("create", entity, made, by)
        self._copy_ledger()
        return made

    def change(
        self,
        entity: str,
        ref: str,
        values: Mapping[str, Any],
        action: str,
        by: str,
        version: str | None = None,
    ) -> Object:
        """Changes requisites. Raises NoObject, and WrongVersion where `version` is not the object's."""
        with self._transaction():
            before = self.get(entity, ref)
            if version is not None and version != before["DataVersion"]:
                raise WrongVersion(ref)
            after = {**before, **values, "Ref_Key": before["Ref_Key"], "DataVersion": self._version()}
            update = "UPDATE objects SET data = ? WHERE entity = ? AND ref = ?"
            self._db.execute(update, (_json(after), entity, before["Ref_Key"]))
            self._note(action, entity, after, by)
            if entity == TASK and after[KEY]:
                self._announce(before, after)
        self._copy_ledger()
        return after

    def ledger(self) -> list[Object]:
        """Every line, oldest first."""
        return [json.loads(line) for (line,) in self._db.execute("SELECT line FROM ledger ORDER BY n")]

    def add_hook(self, type: str, data: Mapping[str, Any]) -> str:
        """Queues a webhook; returns its id."""
        id = f"msg_{uuid.uuid4().hex}"
        body = {"type": type, "timestamp": _now(), "data": dict(data)}
        self._db.execute("INSERT INTO hooks (id, body) VALUES (?, ?)", (id, _json(body)))
        return id

    def hooks(self, *, due: float | None = None) -> list[Object]:
        """Webhooks in their order: all, or those still to be sent by this moment (seconds since 1970)."""
        query = "SELECT n, id, body, attempts, due, outcome FROM hooks"
        query += " WHERE outcome IS NULL AND due <= ?" if due is not None else ""
        rows = self._db.execute(query + " ORDER BY n", (due,) if due is not None else ())
        return [
            dict(zip(("n", "id", "body", "attempts", "due", "outcome"), row, strict=True)) for row in rows
        ]

    def note_hook(self, n: int, due: float, outcome: str | None) -> None:
        """After an attempt: when the next one is due, or how it ended."""
        update = "UPDATE hooks SET attempts = attempts + 1, due = ?, outcome = ? WHERE n = ?"
        self._db.execute(update, (due, outcome, n))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _count(self, name: str) -> int:
        upsert = (
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value"
        )
        return int(self._db.execute(upsert, (name,)).fetchone()[0])

    def _version(self) -> str:
        return base64.b64encode(self._count("version").to_bytes(8, "big")).decode()

    def _note(self, action: str, entity: str, object: Object, by: str) -> None:
        line = {"at": _now(), "action": action, "entity": entity, "ref": object["Ref_Key"], "by": by}
        line |= {"key": object.get(KEY, ""), "deal": object.get(DEAL, "")}
        self._db.execute("INSERT INTO ledger (line) VALUES (?)", (_json(line),))

    def _announce(self, before: Object, after: Object) -> None:
        """The subscription of the configuration: a task that was closed or withdrawn is told to the product."""
        states = ("Executed", "DeletionMark")
        if any(after[name] != before[name] for name in states):
            status = "done" if after["Executed"] else "cancelled" if after["DeletionMark"] else "open"
            data = {"key": after[KEY], "deal": after[DEAL], "status": status, "number": after["Number"]}
            data |= {"result": after["РезультатВыполнения"], "version": after["DataVersion"]}
            self.add_hook(f"task.{status}", data)

    def _copy_ledger(self) -> None:
        """Appends to the file what it has not got; a line cut by a crash is cut off first."""
        text = self._ledger.read_bytes() if self._ledger.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        rows = self._db.execute("SELECT line FROM ledger WHERE n > ? ORDER BY n", (whole.count(b"\n"),))
        missing = "".join(f"{line}\n" for (line,) in rows).encode()
        if not missing and whole == text:
            return
        with self._ledger.open("r+b" if text else "ab") as file:
            file.seek(len(whole))
            file.truncate()
            file.write(missing)
            file.flush()
            os.fsync(file.fileno())

    def _default(self, entity: str, name: str) -> Any:
        kind = SCHEMA[entity].kind(name)
        return [] if kind == "table" or kind is None else EMPTY[kind]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
