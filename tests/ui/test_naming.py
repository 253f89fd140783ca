"""What pipelines and pages are called."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from domain.base import Text
from tests.api.conftest import World
from tests.api.report_stories import pipeline, story
from tests.ui.conftest import Visit
from tests.ui.hands import sees, sees_no
from ui.naming import told_apart


def named(id: str, ru: str) -> dict[str, Any]:
    return {"pipeline": id, "title": {"ru": ru, "en": f"{ru} in English"}}


def titles(*pipelines: dict[str, Any]) -> list[str]:
    return [one["title"]["ru"] for one in told_apart(pipelines)]


def test_pipelines_of_one_title_get_that_of_a_neighbour() -> None:
    known = (
        named("a.lead", "Лиды"),
        named("a.order", "Заказ"),
        named("b.lead", "Лиды"),
        named("b.sale", "Сбыт"),
    )
    assert titles(*known) == ["Лиды · Заказ", "Заказ", "Лиды · Сбыт", "Сбыт"]
    assert told_apart(known)[2]["title"]["en"] == "Лиды in English · Сбыт in English"


def test_who_has_no_neighbour_keeps_the_title() -> None:
    assert titles(named("a.lead", "Лиды"), named("b.lead", "Лиды")) == ["Лиды", "Лиды"]


async def test_the_list_of_pipelines_tells_those_of_one_title_apart(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/organisation?tab=pipelines")
        await sees(user, "Лиды · Новый клиент", "Лиды · Общее")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/reports?report=losses", "Отказы — Воронка"),
        ("/organisation", "Организация — Воронка"),
        ("/search", "Сделки — Воронка"),
        ("/search?q=весы", "весы — Сделки — Воронка"),
        ("/pipelines/prom2b.lead", "Лиды · Общее — Воронка"),
    ],
)
async def test_every_page_has_a_title_of_its_own(visit: Visit, address: str, title: str) -> None:
    async with visit("sales") as user:
        await user.open(address)
        assert user.client is not None
        assert user.client.title == title


async def test_a_page_that_is_not_there_says_so_in_its_title(visit: Visit) -> None:
    async with visit("sales") as user:
        answer = await user.http_client.get("/pipelines/nothing")
        assert "<title>Такой воронки нет — Воронка</title>" in answer.text


async def test_an_older_version_says_that_it_is_one(world: World, visit: Visit) -> None:
    older = pipeline(f"test.{uuid.uuid4().hex[:8]}")
    await story(world.engine, older, "2026-03-02T10:00")
    newer = older.model_copy(update={"title": Text(ru="Новее", en="Newer")})
    await story(world.engine, newer, "2026-03-03T10:00")
    async with visit("sales") as user:
        await user.open(f"/pipelines/{older.pipeline}?version={older.content_hash()}")
        await sees(user, "Это прежняя версия", "Показать действующую")
        await user.open(f"/pipelines/{older.pipeline}")
        await sees_no(user, "Это прежняя версия")
