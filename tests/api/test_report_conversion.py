"""The funnel: how far deals of a period got."""

from __future__ import annotations

from tests.api.report_figures import Reports, column, five_deals, reports
from tests.api.report_stories import pipeline, story

__all__ = ["reports"]


async def test_conversion_counts_deals_of_the_period_as_far_as_they_got(reports: Reports) -> None:
    await five_deals(reports)
    found = await reports.get("conversion")
    assert column(found, "entered", "reached", "share", "step") == {
        "fresh": (5, 5, 100.0, 100.0),
        "talk": (3, 4, 80.0, 80.0),
        "offer": (2, 2, 40.0, 50.0),
        "check": (1, 1, 20.0, 50.0),
        "done": (1, 1, 20.0, None),
        "lost": (2, 2, 40.0, None),
        "spam": (1, 0, 0.0, None),
    }
    assert list(column(found, "stage")) == ["fresh", "talk", "offer", "check", "done", "lost", "spam"]
    assert column(found, "standing", "amount", "lost") == {
        "fresh": (1, "0.00", 0),
        "talk": (1, "70.50", 1),
        "offer": (0, "0.00", 1),
        "check": (0, "0.00", 0),
        "done": (1, "1000.00", 0),
        "lost": (2, "500.00", 0),
        "spam": (0, "0.00", 0),
    }
    assert found["totals"] == {
        "opened": 5,
        "open": 2,
        "won": 1,
        "lost": 2,
        "conversion": 20.0,
        "win_rate": 33.3,
        "open_amount": "70.50",
        "won_amount": "1000.00",
        "lost_amount": "500.00",
        "median_hours_to_win": 29.0,
    }
    assert found["items"][0]["stage_title"] == {"ru": "Новая", "en": "New"}


async def test_a_won_deal_has_been_through_what_it_jumped_over(reports: Reports) -> None:
    deal = await story(reports.engine, reports.definition, "2026-03-02T10:00")
    await deal.move("done", 1)
    await story(reports.engine, reports.definition, "2026-03-02T10:00")
    found = await reports.get("conversion")
    assert column(found, "entered", "reached") == {
        **{"fresh": (2, 2), "talk": (0, 1), "offer": (0, 1), "check": (0, 1)},
        **{"done": (1, 1), "lost": (0, 0), "spam": (0, 0)},
    }


async def test_stages_of_older_versions_keep_their_titles(reports: Reports) -> None:
    name = reports.definition.pipeline
    measured = {"title": {"ru": "Замер", "en": "Measuring"}}
    older = pipeline(name, measure=measured, fresh={"title": {"ru": "Старое имя", "en": "Old name"}})
    deal = await story(reports.engine, older, "2026-03-02T10:00")
    await deal.move("measure", 1)
    await story(reports.engine, reports.definition, "2026-03-02T10:00")
    found = await reports.get("conversion")
    titles = {item["stage"]: item["stage_title"]["ru"] for item in found["items"]}
    assert (titles["fresh"], titles["measure"]) == ("Новая", "Замер")
    assert column(found, "entered", "reached", "standing")["measure"] == (1, 1, 1)
    assert next(iter(titles)) == "fresh"
    assert list(titles)[-1] == "measure", "what is gone from the board comes last"
