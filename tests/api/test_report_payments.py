"""Payments that were promised: paid, due, overdue."""

from __future__ import annotations

from domain import commands as cmd
from tests.api.report_figures import Reports, reports
from tests.api.report_stories import moscow, story

__all__ = ["reports"]


async def test_payments_are_told_row_by_row_and_by_weeks(reports: Reports) -> None:
    definition, engine = reports.definition, reports.engine
    reports.now = moscow("2026-03-10T10:00")
    two = [{"percent": 60, "date": "2026-03-04"}, {"percent": 40, "date": "2026-03-20"}]
    whole = [{"percent": 100, "date": "2026-03-05"}]
    paid = await story(
        engine, definition, "2026-03-02T10:00", amount="1000.01", fields={"plan": two}, title="А"
    )
    await paid.do(cmd.Pay(row=1))
    part = await story(
        engine, definition, "2026-03-02T10:00", amount="300", fields={"plan": whole}, title="Б"
    )
    await part.do(cmd.Pay(amount="100"))  # type: ignore[arg-type]
    lost = await story(engine, definition, "2026-03-02T10:00", amount="900", fields={"plan": two})
    await lost.move("spam")
    await story(engine, definition, "2026-03-02T10:00", fields={"plan": whole}, title="В")
    await story(
        engine,
        definition,
        "2026-03-02T10:00",
        amount="5",
        fields={"plan": [{"percent": 100, "date": "2026-04-05"}]},
    )
    found = await reports.get("payments")
    names = ("day", "deal_title", "row", "state", "amount", "received", "outstanding")
    assert [tuple(item[name] for name in names) for item in found["items"]] == [
        ("2026-03-04", "А", 1, "paid", "600.01", "600.01", "0.00"),
        ("2026-03-05", "Б", 1, "overdue", "300.00", "100.00", "200.00"),
        ("2026-03-05", "В", 1, "overdue", None, "0.00", None),
        ("2026-03-20", "А", 2, "due", "400.00", "0.00", "400.00"),
    ]
    weeks = found["totals"].pop("weeks")
    assert found["totals"] == {"rows": 4, "paid": "700.01", "overdue": "200.00", "due": "400.00"}
    assert weeks == [
        {"week": "2026-03-02", "rows": 3, "paid": "700.01", "overdue": "200.00", "due": "0.00"},
        {"week": "2026-03-16", "rows": 1, "paid": "0.00", "overdue": "0.00", "due": "400.00"},
    ]
