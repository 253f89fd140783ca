"""How figures of reports are worded and coloured."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from nicegui import ui
from nicegui.element import Element
from nicegui.testing import User

from domain import commands as cmd
from tests.api.conftest import World
from tests.api.report_stories import story
from tests.ui.conftest import Visit
from tests.ui.test_reports import address, past
from ui.api_client import Api
from ui.parts.reports.report_table import ReportTable

NBSP = "\N{NO-BREAK SPACE}"


def figure(user: User, label: str) -> tuple[str, list[str]]:
    """The figure above this label, and its classes."""
    (term,) = (one for one in user.find(kind=Element, content=label).elements if one.tag == "dt")
    assert term.parent_slot
    (number,) = (one for one in term.parent_slot.children if one.tag == "dd")
    return str(number._text), list(number.classes)


async def test_a_figure_of_nothing_is_no_alarm(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales") as user:
        await user.open(address(definition, "payments"))
        assert "tone-late" in figure(user, "просрочено")[1]
        number, classes = figure(user, "оплачено")
        assert number == f"0{NBSP}₽"
        assert classes == ["figure"]


async def test_a_noun_stands_in_the_form_that_its_figure_asks_for(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales") as user:
        await user.open(address(definition, "task-time"))
        assert figure(user, "задача")[0] == "1"
        assert figure(user, "человек")[0] == "1"
    second = await story(world.engine, definition, "2026-03-02T10:00")
    await second.move("talk", 4)
    await second.do(cmd.StartTask(task=1))
    second.wait(1)
    await second.do(cmd.StopTask(task=1))
    async with visit("sales", "en") as user:
        await user.open(address(definition, "task-time"))
        assert figure(user, "tasks")[0] == "2"
        assert figure(user, "person")[0] == "1"


async def test_units_stay_on_the_line_of_their_words(world: World, visit: Visit) -> None:
    definition = await past(world)
    async with visit("sales") as user:
        await user.open(address(definition, "stage-time"))
        (found,) = user.find(kind=ReportTable).elements
        heads = [column["title"] for column in found._props["columns"]]
        assert f"Медиана, рабочих{NBSP}ч" in heads
        assert found._props["dense"]


async def test_a_late_answer_does_not_replace_a_newer_one(
    world: World, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = await past(world)
    asked, release = asyncio.Event(), asyncio.Event()
    waiting: list[asyncio.Task[Any]] = []
    get = Api.get

    async def held(self: Api, path: str, **query: Any) -> Any:
        answer = await get(self, path, **query)
        if path == "/api/reports/losses":
            task = asyncio.current_task()
            assert task
            waiting.append(task)
            asked.set()
            await release.wait()
        return answer

    monkeypatch.setattr(Api, "get", held)
    async with visit("sales") as user:
        await user.open(address(definition, "conversion"))
        (tabs,) = user.find(kind=ui.tabs).elements
        tabs.value = "losses"
        await asked.wait()
        tabs.value = "payments"
        await user.should_see("платежей в графиках")
        release.set()
        await asyncio.wait(waiting)
        await user.should_see("платежей в графиках")


async def test_who_finds_nothing_reads_what_would_stand_here(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/reports?report=payments&period=days&from=1999-01-01&to=1999-01-02")
        await user.should_see("Платежи, запланированные на эти дни.")
        assert user.find(kind=ui.link, content="Показать всё за год").elements
