"""What must hold after any crash: nothing lost, nothing done twice.

The measure is a calm order, played without a crash: every other one must have come to the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, select

from domain.deal import Deal
from domain.events import RECORD, Commented, EffectPlanned, Notified, Opened, Recorded
from domain.evolve import fold
from store import tables
from tests.crash.load import Order
from tests.live import Live
from tests.workflows.stories import CONTRACT, QUOTE, RECEIVING

# Nobody decides when these come: they stand wherever they stand between the others.
_ANY_TIME = ("commented", "effect_done", "deal_started", "result_reported")
# Besides the steps: the opening of each, and the contract's report to the quote.
_COMMANDS = (len(QUOTE) + 2, len(CONTRACT) + 1, len(RECEIVING) + 1)


@dataclass
class Stored:
    """What PostgreSQL holds of one deal."""

    state: Deal | None = None
    record: list[Recorded] = field(default_factory=list)
    rows: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))


async def read(live: Live) -> dict[str, Stored]:
    """Everything of every deal."""
    found: dict[str, Stored] = defaultdict(Stored)
    others = (
        tables.commands, tables.tasks, tables.notifications, tables.messages, tables.effects, tables.deal_links
    )  # fmt: skip
    async with live.engine.connect() as connection:
        for row in await connection.execute(select(tables.deals.c.id, tables.deals.c.state)):
            found[row.id].state = Deal.model_validate(row.state)
        events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in await connection.execute(_by_deal(tables.events, "seq")):
            events[row.deal_id].append({"seq": row.seq, "at": row.at, "by": row.by, "event": row.data})
        for deal, rows in events.items():
            found[deal].record = RECORD.validate_python(rows)
        for table in others:
            for row in await connection.execute(_by_deal(table)):
                found[row.deal_id].rows[table.name].append(row)
    return found


def _by_deal(table: Table, *order: str) -> Any:
    return select(table).order_by(table.c.deal_id, *(table.c[name] for name in order))


def check(order: Order, calm: Order, stored: dict[str, Stored]) -> None:
    """AssertionError if anything of the order was lost or done twice."""
    for place, (id, usual) in enumerate(zip(order.deals, calm.deals, strict=True)):
        check_whole(id, stored[id])
        _check_won(id, stored[id].state)
        _check_commands(id, order, stored[id], _COMMANDS[place])
        mine, model = _story(stored[id].record, order), _story(stored[usual].record, calm)
        assert Counter(mine) == Counter(model), _difference(id, mine, model)
        assert _in_order(mine) == _in_order(model), id
        for name in ("tasks", "messages", "deal_links"):
            assert len(stored[id].rows[name]) == len(stored[usual].rows[name]), f"{id}: {name}"


def check_whole(id: str, stored: Stored) -> None:
    """The record is whole, leads to the state, and the read models are the state's."""
    state, record = stored.state, stored.record
    assert state is not None, f"{id}: there is no deal"
    assert [recorded.seq for recorded in record] == list(range(1, state.seq + 1)), f"{id}: gaps"
    assert fold(None, record) == state, f"{id}: the record does not lead to the state"
    assert state.is_quiet(), f"{id}: {state.stage}"
    tasks = [(task.number, task.key, task.assignee, task.status) for task in state.tasks.values()]
    rows = [(row.number, row.key, row.assignee, row.status) for row in stored.rows["tasks"]]
    assert sorted(rows) == sorted(tasks), f"{id}: tasks"
    told = [(one.seq, one.event.to) for one in record if isinstance(one.event, Notified)]
    notices = [(row.seq, row.recipient) for row in stored.rows["notifications"] if not row.approval_id]
    assert sorted(notices) == told, f"{id}: notices"
    planned = sorted(one.event.key for one in record if isinstance(one.event, EffectPlanned))
    assert sorted(row.key for row in stored.rows["messages"]) == planned, f"{id}: messages"
    assert {row.status for row in stored.rows["effects"]} <= {"done"}, f"{id}: effects"


def _check_won(id: str, state: Deal | None) -> None:
    assert state is not None, id
    assert state.status == "won", f"{id}: {state.status}"


def _check_commands(id: str, order: Order, stored: Stored, steps: int) -> None:
    ledger = {row.id: row for row in stored.rows["commands"]}
    assert all(row.refusal is None for row in ledger.values()), f"{id}: a command was refused"
    answered = {command: seq for (deal, command), seq in order.answered.items() if deal == id}
    assert {name: ledger[name].seq for name in answered} == answered, f"{id}: answers"
    assert all(command in ledger for deal, command in order.signals if deal == id), f"{id}: signals"
    sent = Counter(text for deal, text in order.comments if deal == id)
    written = Counter(one.event.text for one in stored.record if isinstance(one.event, Commented))
    assert written == sent, f"{id}: comments"
    assert len(ledger) == steps + len(sent), f"{id}: {sorted(ledger)}"


def _story(record: Sequence[Recorded], order: Order) -> list[str]:
    """The record without what differs from order to order: ids, moments, and the comments in between."""
    names = dict(zip(order.deals, ("quote", "contract", "receiving"), strict=True))
    company = next((one.event.company for one in record if isinstance(one.event, Opened)), None)
    lines = []
    for recorded in record:
        if isinstance(recorded.event, Commented):
            continue
        text = json.dumps([recorded.by, recorded.event.model_dump(mode="json", exclude_defaults=False)])
        for id, name in {**names, company or "-": "company"}.items():
            text = text.replace(id, name)
        text = re.sub(r'"\d{4}-\d\d-\d\dT[^"]*"', '"moment"', text)
        text = re.sub(r'"seconds": \d+', '"seconds": 0', text)
        lines.append(re.sub(r'"(\w+)/\d+/(\d+)"', r'"\1/\2"', text))  # effect keys hold the event's number
    return lines


def _in_order(story: list[str]) -> list[str]:
    return [line for line in story if not any(f'"type": "{name}"' in line for name in _ANY_TIME)]


def _difference(id: str, mine: list[str], model: list[str]) -> str:
    more, less = Counter(mine) - Counter(model), Counter(model) - Counter(mine)
    return f"{id}:\ntoo many: {list(more.elements())}\nmissing: {list(less.elements())}"
