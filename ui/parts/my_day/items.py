"""What waits for a person: tasks, questions, approvals, calls, and reminders not read yet, as one list."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ui.view import View

Said = tuple[str, str]
KINDS: Mapping[str, tuple[Said, str]] = {  # plural in Russian and English, icon
    "task": (("Задачи", "Tasks"), "check_circle_outline"),
    "assignment": (("Поручения", "Assignments"), "contact_support"),
    "approval": (("Согласования", "Approvals"), "how_to_reg"),
    "call": (("Звонки", "Calls"), "call"),
    "reminder": (("Напоминания", "Reminders"), "notifications_active"),
}
_REMIND = frozenset({"reminder", "overdue", "control"})  # kinds of notices that ask for something to be done
GROUPS: Mapping[str, Said] = {
    "late": ("Просрочено", "Overdue"),
    "today": ("Сегодня", "Today"),
    "tomorrow": ("Завтра", "Tomorrow"),
    "later": ("Позже", "Later"),
    "any": ("Без срока", "No deadline"),
}
_MOST = 200


@dataclass(frozen=True)
class Item:
    """One thing to do. `raw`: the list's own row."""

    kind: str
    id: str
    title: Mapping[str, str]
    deal: str
    deal_title: str
    pipeline: str
    due: datetime | None
    raw: Mapping[str, Any]

    def group(self, view: View) -> str:
        """Which of GROUPS it belongs to now."""
        if self.kind == "reminder":
            return "today"
        if self.due is None:
            return "any"
        now = datetime.now(view.zone)
        if self.due < now:
            return "late"
        days = (self.due.astimezone(view.zone).date() - now.date()) // timedelta(days=1)
        return {0: "today", 1: "tomorrow"}.get(days, "later")


async def load(view: View) -> list[Item]:
    """Everything open, what is due soonest first. Raises Problem."""
    mine = {"assignee": "me", "limit": _MOST}
    tasks, asked, approvals, calls, notices = await asyncio.gather(
        view.api.get("/api/tasks", status="open", **mine),
        view.api.get("/api/assignments", status="open", **mine),
        view.api.get("/api/approvals", status="pending", **mine),
        view.api.get("/api/calls", status="open", **mine),
        view.api.get("/api/notifications", unread=True, limit=_MOST),
    )
    found = [
        *(_item("task", row, row["deadline"]) for row in tasks["items"]),
        *(_item("assignment", row, None) for row in asked["items"]),
        *(_item("approval", row, row["deadline"]) for row in approvals["items"]),
        *(_item("call", row, row["due"]) for row in calls["items"]),
        *(
            _item("reminder", {**row, "title": row["text"]}, None)
            for row in notices["items"]
            if row["kind"] in _REMIND
        ),
    ]
    return sorted(
        found, key=lambda item: (item.due is None, item.due.timestamp() if item.due else 0.0, item.id)
    )


def _item(kind: str, row: Mapping[str, Any], due: str | None) -> Item:
    return Item(
        kind=kind,
        id=row["id"],
        title=row["title"],
        deal=row["deal"],
        deal_title=row["deal_title"],
        pipeline=row.get("pipeline", ""),
        due=datetime.fromisoformat(due) if due else None,
        raw=row,
    )
