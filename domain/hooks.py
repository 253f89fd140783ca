"""Words of other systems, as hooks bring them: `{"type": "call.incoming", "data": {…}}` becomes an event of a deal.

Which deal: `deal` (its id), `task` or `key` (a task's public id), `invoice` (a number), `phone`, `email`, `from`.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.commands import Happened
from domain.contacts import Point, email, phone

SOURCES: dict[str, tuple[str, ...]] = {  # who may say what
    "telephony": ("call.",),
    "mail": ("mail.",),
    "payment": ("payment.",),
    "1c": ("task.", "payment.", "onec."),
}
_LONGEST_ID = 100


class HookBody(BaseModel):
    """What a hook carries; keys beside `type` and `data` are looked at by nobody."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    type: str = Field(min_length=1, max_length=100, pattern=r"^[a-z0-9_.]+$")
    data: dict[str, JsonValue] = {}


@dataclass(frozen=True)
class Clues:
    """What tells the deal, the surest first."""

    deal: str | None
    invoice: str | None
    points: tuple[Point, ...]


def may_say(source: str, kind: str) -> bool:
    """Whether words of this kind are that system's business."""
    return kind.startswith(SOURCES.get(source, ()))


def clues(data: dict[str, JsonValue]) -> Clues:
    """Where to look for the deal."""
    task = _text(data, "task", "key") or ""
    deal, dot, _ = task.rpartition(".")
    invoice = data.get("invoice", data.get("invoice_number"))
    found: list[Point] = []
    for name in ("phone", "email", "from"):
        said = _text(data, name) or ""
        if (number := phone(said)) and name != "email":
            found.append(Point("phone", number))
        if (address := email(said)) and name != "phone":
            found.append(Point("email", address))
    return Clues(
        deal=_text(data, "deal", "deal_id") or (deal if dot else None),
        invoice=str(invoice)[:_LONGEST_ID] if isinstance(invoice, str | int) and invoice else None,
        points=tuple(dict.fromkeys(found)),
    )


def happened(source: str, kind: str, data: dict[str, JsonValue]) -> Happened:
    """The command; 1C's own words for its tasks become ours."""
    if source == "1c" and kind.startswith("task."):
        said = {"task": data.get("key"), "number": data.get("number")}
        if kind == "task.done":
            return Happened(kind="onec.task_done", detail={**said, "comment": data.get("result")})
        return Happened(kind="onec.task_state", detail={**said, "state": data.get("status")})
    return Happened(kind=kind, detail=data)


def _text(data: dict[str, JsonValue], *names: str) -> str | None:
    for name in names:
        value = data.get(name)
        if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID:
            return value
    return None
