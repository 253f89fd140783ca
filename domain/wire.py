"""What travels between workflow and decision activity, kept small: it stays in Temporal's history for good.

Shapes are plain JSON so that `temporal workflow show` reads them. A long list of events is compressed, which
keeps a stage move under 2 KB of history however many tasks it makes. (Annotations are real types here, not
texts: Temporal's converter evaluates them inside the workflow sandbox, where the module's names are out of sight.)
"""

import base64
import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from domain.deal import Deal
from domain.errors import Refusal
from domain.events import RECORD, Recorded
from domain.evolve import fold

FAULT = "fault"  # the type of a decision's failure that is our own fault, not the database's
READABLE_BYTES = 500  # up to here events stay readable in Temporal Web
# Parts that only people read; they stand in PostgreSQL and no decision or fold looks at them.
_FOR_PEOPLE: dict[str, tuple[str, ...]] = {"effect_planned": ("detail",), "task_commented": ("files", "said")}

Packed = list[Any] | str


class Kept(Protocol):
    """A recorded event of a deal or of an approval."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str: ...
    @property
    def event(self) -> Any: ...
    @property
    def folded(self) -> bool: ...


class Request(TypedDict):
    """A command to decide. `seq` is the last event the workflow knows; `id` is None where repeats are harmless.

    `deal` is the id of what the command is for: a deal, or an approval.
    """

    deal: str
    seq: int
    id: str | None
    by: str
    now: str
    signal: bool
    command: dict[str, Any]


class Answer(TypedDict):
    """What was decided: the events the workflow does not know yet, up to `seq`, and the refusal if any.

    `was` is the number that a repeated command was answered with before, where others came after it.
    """

    seq: int
    events: Packed
    refusal: dict[str, Any] | None
    was: NotRequired[int]


class Message(TypedDict):
    """A signal that waits for its turn. `tries`: how often a fault of ours has kept it from being done."""

    name: str
    body: dict[str, Any] | None
    id: str
    tries: NotRequired[int]


class DealStart(TypedDict, total=False):
    """Input of a deal's workflow: `open` for a new deal, `state` after continue-as-new, neither to resume."""

    deal: str
    open: dict[str, Any]
    by: str
    command: str
    state: dict[str, Any]
    inbox: list[Message]
    threshold: int
    resume: Literal[True]


def pack(events: Sequence[Kept]) -> Packed:
    """The events that change state, as JSON rows `[seq, at, by, event]`, compressed when they are many."""
    rows = [_row(recorded) for recorded in events if recorded.folded]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= READABLE_BYTES:
        return rows
    return base64.b85encode(zlib.compress(text.encode(), 9)).decode()


def _row(recorded: Kept) -> list[Any]:
    event = recorded.event.model_dump(mode="json", exclude_defaults=True)
    for name in _FOR_PEOPLE.get(recorded.event.type, ()):
        event.pop(name, None)
    event["type"] = recorded.event.type
    return [recorded.seq, recorded.at.isoformat(), recorded.by, event]


def unpack(packed: Packed) -> list[Recorded]:
    """The events as `pack` got them, less what only people read."""
    return RECORD.validate_python(unpacked(packed))


def unpacked(packed: Packed) -> list[dict[str, Any]]:
    """The rows that `pack` made, as JSON objects."""
    rows = json.loads(zlib.decompress(base64.b85decode(packed))) if isinstance(packed, str) else packed
    return [dict(zip(("seq", "at", "by", "event"), row, strict=True)) for row in rows]


def answer(events: Sequence[Kept], seq: int, refusal: Refusal | None) -> Answer:
    """The answer of a decision whose last event is number `seq`."""
    said = refusal.model_dump(mode="json", exclude_defaults=True) if refusal else None
    return Answer(seq=seq, events=pack(events), refusal=said)


def apply(deal: Deal | None, answered: Answer) -> Deal | None:
    """The workflow's deal after an answer. `seq` also counts events that only people read."""
    deal = fold(deal, unpack(answered["events"]))
    return deal.model_copy(update={"seq": answered["seq"]}) if deal and answered["seq"] > deal.seq else deal


def moment(text: str) -> datetime:
    """An aware moment from its ISO form."""
    return datetime.fromisoformat(text)
