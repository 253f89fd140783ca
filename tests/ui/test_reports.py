"""The page of reports, on deals whose past is known."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User

from domain import commands as cmd
from domain.definition import Pipeline
from tests.api.conftest import World
from tests.api.report_stories import pipeline, story
from tests.ui.conftest import Visit
from ui.parts.reports.choice import PERIODS, REPORTS, days_of, read_choice
from ui.parts.reports.report_table import ReportTable

TODAY = date(2026, 11, 21)
EVIL = "<img src=x onerror=alert(1)> {{ 7*7 }} '\"`"


async def past(world: World) -> Pipeline:
    """Three deals of March in a pipeline of their own: won, lost, and open with a late task and a payment."""
    definition = pipeline(f"test.{uuid.uuid4().hex[:8]}")
    won = await story(world.engine, definition, "2026-03-02T10:00", amount="1250000.50")
    await won.move("talk", 4)
    await won.do(cmd.StartTask(task=1))
    won.wait(1.5)
    await won.do(cmd.StopTask(task=1))
    await won.move("offer", 20)
    await won.move("check", 1)
    lost = await story(world.engine, definition, "2026-03-02T10:00", amount="500")
    await lost.move("lost", 4, reason="price")
    plan: list[Any] = [{"percent": 100, "date": "2026-03-05"}]
    await story(world.engine, definition, "2026-03-02T10:00", amount="300", title=EVIL, fields={"plan": plan})
    return definition


def address(definition: Pipeline, report: str, **more: str) -> str:
    given = {"report": report, "period": "days", "from": "2026-03-01", "to": "2026-03-31", **more}
    return f"/reports?pipeline={definition.pipeline}&" + "&".join(
        f"{name}={value}" for name, value in given.items()
    )


def table(user: User) -> list[dict[str, str]]:
    """The cells of the table on the page, by column."""
    (found,) = user.find(kind=ReportTable).elements
    return [{name: cell["text"] for name, cell in row.items()} for row in found._props["rows"]]


def links(user: User, column: str) -> list[str | None]:
    (found,) = user.find(kind=ReportTable).elements
    return [row[column].get("link") for row in found._props["rows"]]


async def test_conversion_is_shown_with_its_funnel_and_leads_to_the_board(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("head") as user:
        await user.open(address(definition, "conversion"))
        for text in (
            "Отчёты",
            "открыто сделок",
            "33,3\N{NO-BREAK SPACE}%",
            "1 · 33,3\N{NO-BREAK SPACE}% · шаг 100\N{NO-BREAK SPACE}%",
        ):
            await user.should_see(text)
        await user.should_see("выиграно: 1\N{NO-BREAK SPACE}250\N{NO-BREAK SPACE}000,50\N{NO-BREAK SPACE}₽")
        rows = table(user)
        assert [(row["stage_title"], row["reached"]) for row in rows][:3] == [
            ("Новая", "3"),
            ("Переговоры", "1"),
            ("КП", "1"),
        ]
        where = dict(zip([row["stage_title"] for row in rows], links(user, "standing"), strict=True))
        assert where["Новая"] == f"/boards/{definition.pipeline}"
        assert where["Отказ"] == f"/boards/{definition.pipeline}?closed=1"
        assert where["КП"] is None, "nobody stands there"


@pytest.mark.parametrize(
    ("report", "ru", "en"),
    [
        ("conversion", "конверсия в победу", "of them won"),
        ("stage-time", "самый долгий этап", "the slowest stage"),
        ("losses", "главная причина", "the main reason"),
        ("deadlines", "просрочено сейчас", "late and open"),
        ("task-time", "По видам задач", "By kinds of tasks"),
        ("payments", "По неделям", "By weeks"),
    ],
)
async def test_each_report_is_drawn_in_both_languages(
    world: World, visit: Visit, report: str, ru: str, en: str
) -> None:
    definition = await past(world)
    for language, words, heading in (("ru", ru, "Отчёты"), ("en", en, "Reports")):
        async with visit("sales", language) as user:
            await user.open(address(definition, report))
            await user.should_see(heading)
            await user.should_see(words)
            assert table(user)


async def test_files_are_offered_for_what_is_shown(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales", "en") as user:
        await user.open(address(definition, "losses", employee="sales"))
        targets = [link._props["href"] for link in user.find(kind=ui.link).elements]
        (xlsx,) = [target for target in targets if "format=xlsx" in target]
        assert xlsx == (
            "/api/reports/losses?from=2026-03-01&to=2026-03-31"
            f"&pipeline={definition.pipeline}&employee=sales&format=xlsx&lang=en"
        )
    async with world.client("sales") as sales:
        assert (await sales.get(xlsx)).content.startswith(b"PK")


async def test_choosing_draws_anew(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales") as user:
        await user.open(address(definition, "conversion"))
        (tabs,) = user.find(kind=ui.tabs).elements
        tabs.value = "losses"
        await user.should_see("главная причина")
        await user.should_see("Дорого")
        (people,) = [one for one in user.find(kind=ui.select).elements if one.multiple]
        people.value = ["director"]
        await user.should_see("За эти дни здесь ничего нет.")
        await user.should_not_see(kind=ReportTable)


async def test_who_sees_nothing_is_led_to_the_whole_year(world: World, visit: Visit) -> None:
    definition = pipeline(f"test.{uuid.uuid4().hex[:8]}")
    await story(world.engine, definition, "2026-03-02T10:00")
    async with visit("sales") as user:
        await user.open(f"/reports?report=payments&period=last-month&pipeline={definition.pipeline}")
        await user.should_see("За эти дни здесь ничего нет.")
        await user.should_see("Показать всё за год")


async def test_what_people_wrote_is_only_text(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales") as user:
        await user.open(address(definition, "payments"))
        (row,) = table(user)
        assert row["deal_title"] == EVIL
        assert row["day"] == "05.03.2026"
        (link,) = links(user, "deal_title")
        assert str(link).startswith("/deals/")


async def test_wrong_words_in_the_address_harm_nobody(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open(
            "/reports?report=x&period=days&from=2026-31-01&to=&pipeline=nothing&employee=,,nobody"
        )
        await user.should_see("Отчёты")


def test_periods_are_whole_months_quarters_and_years() -> None:
    assert {name: days_of(name, TODAY) for name in PERIODS if name != "days"} == {
        "30d": (date(2026, 10, 23), TODAY),
        "ahead": (TODAY, date(2026, 12, 20)),
        "month": (date(2026, 11, 1), date(2026, 11, 30)),
        "last-month": (date(2026, 10, 1), date(2026, 10, 31)),
        "quarter": (date(2026, 10, 1), date(2026, 12, 31)),
        "year": (date(2026, 1, 1), date(2026, 12, 31)),
    }
    assert days_of("last-month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.parametrize("report", REPORTS)
def test_an_address_is_read_as_it_was_written(report: str) -> None:
    query = {"report": report, "period": "days", "from": "2026-03-01", "to": "2026-03-31"}
    query |= {"pipeline": "a.b", "employee": "sales,head"}
    choice = read_choice(query, TODAY, {"a.b"})
    assert (choice.report, choice.pipeline, choice.people) == (report, "a.b", ("sales", "head"))
    again = dict(part.split("=") for part in choice.address.partition("?")[2].replace("%2C", ",").split("&"))
    assert read_choice(again, TODAY, {"a.b"}) == choice
    assert read_choice({**query, "from": "2026-04-01"}, TODAY, ()).period == "30d"
