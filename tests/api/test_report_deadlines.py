"""Deadlines of tasks and approvals: kept, late, still to come."""

from __future__ import annotations

from tests.api.report_figures import Reports, column, reports
from tests.api.report_stories import moscow, story

__all__ = ["reports"]


async def test_deadlines_are_kept_late_or_still_to_come(reports: Reports) -> None:
    definition, engine = reports.definition, reports.engine
    reports.now = moscow("2026-03-10T10:00")
    late = await story(engine, definition, "2026-03-02T10:00")
    await late.finish("ring", 30)
    good = await story(engine, definition, "2026-03-02T10:00")
    await good.finish("ring", 1)
    await good.move("offer", 1)
    await good.finish("write", 25)
    await story(engine, definition, "2026-03-02T10:00")
    gone = await story(engine, definition, "2026-03-02T10:00")
    await gone.move("spam", 48)  # its task is cancelled, after its deadline
    await story(engine, definition, "2026-03-10T09:00")  # due tomorrow
    found = await reports.get("deadlines")
    names = ("due", "in_time", "late_done", "late_open", "kept", "median_late", "most_late")
    assert [(item["stage"], item["key"], item["person"]) for item in found["items"]] == [
        ("fresh", "ring", "Соколова Мария Игоревна"),
        ("offer", "write", "Соколова Мария Игоревна"),
    ]
    assert column(found, *names) == {
        "fresh": (4, 1, 1, 1, 33.3, 87.0, 168.0),
        "offer": (1, 0, 1, 0, 0.0, 1.0, 1.0),
    }
    assert [found["totals"][name] for name in names] == [5, 1, 2, 1, 25.0, 6.0, 168.0]
    nobody = await reports.get("deadlines", employee="director")
    assert (nobody["items"], nobody["totals"]["due"], nobody["totals"]["kept"]) == ([], 0, None)


async def test_voices_in_approvals_have_deadlines_too(reports: Reports) -> None:
    deal = await story(reports.engine, reports.definition, "2026-03-02T10:00")
    await deal.move("talk", 1)
    await reports.execute(
        "INSERT INTO approvals (id, deal_id, key, title, status, seq, started_at, at, state) VALUES"
        " (:id, :deal, 'terms', '{}', 'approved', 1, :at, :at, '{}')",
        id=f"a-{deal.id}",
        deal=deal.id,
        at=moscow("2026-03-02T12:00"),
    )
    await reports.execute(
        "INSERT INTO approval_seats (approval_id, number, step, step_title, assignee, status, deadline, given_at,"
        " decided_at) VALUES (:id, 1, 'first', '{\"ru\": \"Условия\", \"en\": \"Terms\"}', 'director', 'finished',"
        " :deadline, :given, :decided)",
        id=f"a-{deal.id}",
        given=moscow("2026-03-02T12:00"),
        deadline=moscow("2026-03-03T12:00"),
        decided=moscow("2026-03-03T14:00"),
    )
    found = await reports.get("deadlines", employee="director")
    (item,) = found["items"]
    assert (item["kind"], item["stage"], item["title"]["en"], item["late_done"], item["median_late"]) == (
        "approval",
        "talk",
        "Terms",
        1,
        2.0,
    )
