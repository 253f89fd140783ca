"""What holds for every report: who may ask for what, and what counts for nothing."""

from __future__ import annotations

import pytest

from tests.api.helpers import problem
from tests.api.report_figures import MARCH, Reports, column, five_deals, reports
from tests.api.report_stories import moscow, story

__all__ = ["reports"]


async def test_people_and_pipeline_narrow_a_report(reports: Reports) -> None:
    await five_deals(reports)
    of_head = await reports.get("conversion", employee="head")
    assert (of_head["totals"]["opened"], of_head["totals"]["conversion"]) == (1, 0.0)
    both = await reports.get("conversion", employee=["head", "sales"])
    assert both["totals"]["opened"] == 5
    nobody = await reports.get("conversion", employee="nobody")
    assert (nobody["items"], nobody["totals"]["conversion"]) == ([], None)
    elsewhere = await reports.get("conversion", pipeline="test.unknown")
    assert (elsewhere["items"], elsewhere["totals"]["opened"]) == ([], 0)


async def test_a_move_that_was_taken_back_has_not_been(reports: Reports) -> None:
    deal = await story(reports.engine, reports.definition, "2026-03-02T10:00")
    before = deal.deal.seq if deal.deal else 0
    moved = await deal.move("talk", 1)
    await reports.execute(
        """INSERT INTO events (deal_id, seq, at, "by", type, data) VALUES (:deal, :seq, :at, 'sales', 'move_undone',
            json_build_object('first', CAST(:first AS int), 'last', CAST(:last AS int), 'stage', 'fresh'))""",
        deal=deal.id,
        seq=moved.seq + 1,
        at=moscow("2026-03-02T11:01"),
        first=before + 1,
        last=moved.seq,
    )
    await reports.execute("UPDATE deals SET stage = 'fresh' WHERE id = :deal", deal=deal.id)
    found = await reports.get("conversion")
    assert column(found, "entered", "reached")["talk"] == (0, 0)
    times = await reports.get("stage-time")
    assert column(times, "visits", "standing") == {"fresh": (0, 1)}
    # The deal's state does not know of the event: nobody must meet such a deal after this test.
    await reports.execute("DELETE FROM events WHERE deal_id = :deal", deal=deal.id)
    await reports.execute("DELETE FROM deals WHERE id = :deal", deal=deal.id)


@pytest.mark.parametrize("name", ["conversion", "stage-time", "losses", "deadlines", "task-time", "payments"])
async def test_every_report_wants_a_person_and_a_period(reports: Reports, name: str) -> None:
    path = f"/api/reports/{name}"
    problem(await reports.http.get(path, params=MARCH, headers={"Authorization": ""}), 401, "unauthorized")
    for wrong in (
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2026-03-01"},
        {**MARCH, "pipeline": "\x00"},
        {**MARCH, "employee": "a\x00"},
        {**MARCH, "format": "pdf"},
    ):
        problem(await reports.http.get(path, params=wrong), 422, "invalid_request")
    empty = await reports.get(name)
    assert empty["items"] == []
