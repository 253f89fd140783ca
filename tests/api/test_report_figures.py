"""Figures of reports, held against deals whose past is known to the hour."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from api.app import create_app, make_deps
from domain import commands as cmd
from domain.definition import Pipeline
from store.definitions import DefinitionCache
from store.files import DirectoryFiles
from store.organisation import OrganisationCache
from tests.api.conftest import World
from tests.api.helpers import problem
from tests.api.report_stories import moscow, pipeline, story

MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
NOW = moscow("2026-04-01T10:00")


class Reports:
    """Asks for reports about one pipeline, as of `now`."""

    def __init__(self, world: World, folder: Path) -> None:
        self.now: datetime = NOW
        self.definition: Pipeline = pipeline(f"test.{uuid.uuid4().hex[:8]}")
        self.engine = world.engine
        deps = make_deps(
            world.engine,
            world.gateway,
            DirectoryFiles(folder),
            DefinitionCache(world.engine),
            OrganisationCache(),
            now=lambda: self.now,
        )
        headers = {"Authorization": "Bearer warehouse-token"}
        transport = httpx.ASGITransport(create_app(deps))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    async def get(self, name: str, **given: Any) -> dict[str, Any]:
        """The report as JSON."""
        params = {**MARCH, "pipeline": self.definition.pipeline, **given}
        answer = await self.http.get(f"/api/reports/{name}", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        assert (
            {column["name"] for column in found["columns"]} <= {*found["items"][0]}
            if found["items"]
            else True
        )
        return found

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)


@pytest_asyncio.fixture
async def reports(world: World, tmp_path: Path) -> AsyncIterator[Reports]:
    made = Reports(world, tmp_path)
    yield made
    await made.http.aclose()


async def five_deals(reports: Reports) -> None:
    """Won, lost after talks, new, lost after a jump, lost and open again; and one opened in February."""
    definition, engine = reports.definition, reports.engine
    won = await story(engine, definition, "2026-03-02T10:00", amount="1000")
    await won.finish("ring", 1)
    await won.move("talk", 3)
    await won.move("offer", 24)
    await won.move("check", 1)  # goes on to `done` by itself
    assert won.deal is not None
    assert won.deal.status == "won"
    dear = await story(engine, definition, "2026-03-02T10:00", amount="500")
    await dear.move("talk", 8)
    await dear.move("lost", 24, reason="price")
    await story(engine, definition, "2026-03-02T10:00", responsible="head")
    jumped = await story(engine, definition, "2026-03-02T10:00")
    await jumped.move("offer", 1)
    await jumped.move("lost", 1, reason="time")
    again = await story(engine, definition, "2026-03-02T10:00", amount="70.50")
    await again.move("spam", 2)
    again.wait(1)
    await again.do(cmd.Reopen(to="talk"))
    await story(engine, definition, "2026-02-20T10:00")


def column(report: dict[str, Any], *names: str) -> dict[str, Any]:
    """The cells under these names by stage."""
    return {item["stage"]: tuple(item[name] for name in names) for item in report["items"]}


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
