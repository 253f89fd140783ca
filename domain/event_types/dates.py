"""What happens to timers and deadlines that follow a date field, and to moves that wait."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from domain.base import Lasting
from domain.deal import AgendaEntry


class MoveDropped(Lasting):
    """The automatic move that waited is not called for any more."""

    type: Literal["move_dropped"] = "move_dropped"
    to: str


class TaskDue(Lasting):
    """The task's deadline moved: its date field or the calendar changed; None where the field is empty now."""

    type: Literal["task_due"] = "task_due"
    task: int
    deadline: datetime | None = None


class Unscheduled(Lasting):
    """A timer that follows a date field has no date any more, or none yet: it waits, off the agenda."""

    type: Literal["unscheduled"] = "unscheduled"
    entry: AgendaEntry
