"""Why deals are lost, and where."""

from __future__ import annotations

from tests.api.report_figures import Reports, five_deals, reports
from tests.api.report_stories import story

__all__ = ["reports"]


async def test_losses_are_told_by_reason_and_by_the_stage_they_came_from(reports: Reports) -> None:
    await five_deals(reports)
    spam = await story(reports.engine, reports.definition, "2026-03-05T10:00")
    await spam.move("spam", 1)
    await story(reports.engine, reports.definition, "2026-03-05T10:00")
    more = await story(reports.engine, reports.definition, "2026-03-05T10:00", amount="100")
    await more.move("lost", 1, reason="price")
    found = await reports.get("losses")
    assert [(item["reason"], item["reason_title"]["ru"], item["deals"]) for item in found["items"]] == [
        ("price", "Дорого", 2),
        ("time", "Долго", 1),
        ("spam", "Спам", 1),
    ]
    price, time, _ = found["items"]
    assert (price["share"], price["amount"], price["average"]) == (50.0, "600.00", "300.00")
    assert (time["amount"], time["average"]) == ("0.00", None)
    assert (found["totals"]["deals"], found["totals"]["amount"]) == (4, "600.00")
    assert {item["stage_title"]["ru"]: item["deals"] for item in found["totals"]["stages"]} == {
        "Новая": 2,
        "Переговоры": 1,
        "КП": 1,
    }
    assert (await reports.get("losses", **{"from": "2026-03-06"}))["items"] == []
