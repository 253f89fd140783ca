"""Tasks to mirror, and what became of them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from activities.onec_client.shapes import TaskWish
from tests.onec.double import Double

TASK = "Task_ЗадачаИсполнителя"
DUE = datetime(2026, 2, 3, 15, 0, tzinfo=UTC)


def wish(**changed: Any) -> TaskWish:
    """A task under a key of its own."""
    deal = str(uuid.uuid4())
    whole = {
        "key": f"{deal}.7",
        "title": "Отгрузить товар",
        "deal": deal,
        "deadline": DUE,
        "assignee": "logist",
    }
    return TaskWish.model_validate(whole | changed)


def in_1c(double: Double, key: str) -> list[dict[str, Any]]:
    return [task for task in double.objects(TASK) if task["ВоронкаКлюч"] == key]
