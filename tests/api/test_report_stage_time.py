"""How long deals stand at a stage."""

from __future__ import annotations

from tests.api.report_figures import Reports, column, five_deals, reports
from tests.api.report_stories import story

__all__ = ["reports"]


async def test_time_in_stage_is_told_in_working_and_calendar_hours(reports: Reports) -> None:
    await five_deals(reports)
    found = await reports.get("stage-time")
    assert column(found, "visits", "median", "p90", "mean", "standing", "longest") == {
        "fresh": (4, 3.0, 6.8, 3.75, 2, 960.0),
        "talk": (2, 24.0, 24.0, 24.0, 1, 717.0),
        "offer": (2, 1.0, 1.0, 1.0, 0, None),
    }, "`check` was only passed through; closed stages are no stages to stand in"
    assert column(found, "working_median", "working_p90", "working_mean") == {
        "fresh": (3.0, 6.8, 3.75),
        "talk": (9.0, 9.0, 9.0),
        "offer": (1.0, 1.0, 1.0),
    }
    assert found["totals"] == {"visits": 8, "standing": 3}
    later = await reports.get("stage-time", **{"from": "2026-03-03"})
    assert column(later, "visits") == {"fresh": (0,), "talk": (2,), "offer": (1,)}, "by the end of the visit"
    sooner = await reports.get("stage-time", to="2026-03-02")
    assert column(sooner, "visits") == {"fresh": (4,), "talk": (0,), "offer": (1,)}


async def test_a_weekend_is_no_working_time(reports: Reports) -> None:
    friday = await story(reports.engine, reports.definition, "2026-03-13T17:00")
    await friday.move("talk", 66)  # Monday 11:00
    found = await reports.get("stage-time")
    assert column(found, "median", "working_median")["fresh"] == (66.0, 3.0)
