"""What every report is asked for: a period, a pipeline, people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

# Which deals count. Every statement that uses it names the table `deals`.
OF_DEALS = """(CAST(:pipeline AS text) IS NULL OR deals.pipeline = CAST(:pipeline AS text))
    AND (CAST(:people AS text[]) IS NULL OR deals.responsible = ANY(CAST(:people AS text[])))"""

# Where a deal has been, of the table `events`: not what a person did by mistake and took back.
# Tasks that people make up have keys of their own deal alone: they are one kind, told apart by title.
KIND_OF_TASK = "CASE WHEN {0}.key = 'task_' || {0}.number THEN 'task' ELSE {0}.key END"
OWN_TITLE = "CASE WHEN {0}.key = 'task_' || {0}.number THEN CAST({0}.title AS text) END"
COURSE = """events.type IN ('opened', 'moved', 'reopened') AND NOT EXISTS (
    SELECT 1 FROM events AS undone WHERE undone.deal_id = events.deal_id AND undone.type = 'move_undone'
        AND events.seq BETWEEN CAST(undone.data->>'first' AS integer) AND CAST(undone.data->>'last' AS integer))"""


@dataclass(frozen=True)
class Scope:
    """The half-open period [`since`, `before`) as of `now`; no pipeline and no people mean all of them."""

    since: datetime
    before: datetime
    now: datetime
    pipeline: str | None = None
    people: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """The parameters of a statement."""
        return {
            "since": self.since,
            "before": self.before,
            "now": self.now,
            "pipeline": self.pipeline,
            "people": list(self.people) or None,
        }


async def rows(connection: AsyncConnection, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    """The statement's rows. It takes of the values what it names."""
    return (await connection.execute(text(statement), values)).all()
