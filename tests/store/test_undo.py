"""What a move had brought is gone from people's lists once the move is undone; everything else stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from domain import events as ev
from domain.base import Text
from store.decisions import load
from store.queries.moves import latest_move, past_move
from tests.store.samples import START, happen, new_id, opened, rows_of

NOTE = Text(ru="Новая задача", en="A new task")
MOVE = (
    ev.TaskFinished(task=1, auto=True),
    ev.Moved(stage="alpha", previous="zeta", visit=2, lead=1),
    ev.TaskCreated(task=2, key="check", assignee="sales", creator="sales"),
    ev.Notified(to="sales", kind="task", text=NOTE, task=2),
    ev.AssignmentCreated(assignment=3, key="react", assignee="sales"),
)  # the events 4 to 8


async def moved(connection: AsyncConnection) -> str:
    """A deal that was moved, by a command that the ledger knows."""
    deal_id = new_id()
    task = ev.TaskCreated(task=1, key="check", assignee="sales", creator="sales")
    await happen(
        connection,
        deal_id,
        opened(deal_id),
        task,
        ev.Notified(to="sales", kind="task", text=NOTE),
        command="c1",
    )
    await happen(connection, deal_id, *MOVE, command="c2")
    return deal_id


async def test_rows_of_an_undone_move_are_taken_out(connection: AsyncConnection) -> None:
    deal_id = await moved(connection)
    first = {
        "number": 1,
        "key": "check",
        "assignee": "sales",
        "creator": "sales",
        "stage": "zeta",
        "visit": 1,
    }
    back = {
        "stage": "zeta",
        "visit": 1,
        "tasks": {"1": {**first, "created_at": START.isoformat()}, "2": None},
        "assignments": {"3": None},
    }
    undone = ev.MoveUndone.model_validate(
        {"move": 5, "first": 4, "last": 8, "stage": "zeta", "previous": "alpha", "back": back}
    )
    deal = await happen(connection, deal_id, undone, command="c3")
    assert (deal.stage, deal.visit, list(deal.tasks), deal.assignments) == ("zeta", 1, [1], {})
    assert (await load(connection, deal_id)).deal == deal
    tasks = await rows_of(connection, "tasks", deal_id)
    assert [(task["number"], task["status"], task["finished_at"]) for task in tasks] == [(1, "open", None)]
    assert await rows_of(connection, "assignments", deal_id) == []
    assert [told["seq"] for told in await rows_of(connection, "notifications", deal_id)] == [3]


async def test_a_past_move_is_its_own_decision_and_no_more(connection: AsyncConnection) -> None:
    deal_id = await moved(connection)
    await happen(connection, deal_id, ev.Fired(id="none"))  # time passed: no command of anybody's
    await happen(connection, deal_id, ev.Commented(text="x"), command="c3")
    past = await past_move(connection, deal_id, 5)
    assert past is not None
    assert [recorded.seq for recorded in past.brought] == [4, 5, 6, 7, 8]
    assert [recorded.seq for recorded in past.since] == [9, 10]
    assert (past.before.seq, past.before.stage) == (3, "zeta")
    latest = await latest_move(connection, deal_id, past.moved.at)
    assert latest is not None
    assert (latest.moved, latest.since) == (past.moved, past.since)
    assert latest.brought == past.brought[1:]  # read from the move's own moment on, here a second later
    assert await latest_move(connection, deal_id, past.moved.at + timedelta(seconds=1)) is None
    assert await past_move(connection, deal_id, 4) is None
    assert await past_move(connection, new_id(), 5) is None


async def test_a_move_that_the_ledger_does_not_know_cannot_be_undone(connection: AsyncConnection) -> None:
    deal_id = new_id()
    await happen(connection, deal_id, opened(deal_id), ev.Moved(stage="alpha", previous="zeta", visit=2))
    assert await past_move(connection, deal_id, 2) is None
    assert await latest_move(connection, deal_id, START) is None
