"""Time by tasks, and reviews."""

from __future__ import annotations

import asyncio
import csv
import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from tests.api.conftest import World
from tests.api.helpers import open_quote, problem

TODAY = date.today()
PERIOD = {"from": str(TODAY - timedelta(days=1)), "to": str(TODAY + timedelta(days=1))}


async def worked(
    client: AsyncClient,
    world: World,
    title: str,
    seconds: int,
    days_ago: float = 0,
    *,
    keyed: bool = True,
    before: int = 0,
) -> dict[str, Any]:
    """A deal with one task of which the clock ran; the record is put back in time. `before`: tasks made before it."""
    card = await open_quote(client)
    address = f"/api/deals/{card['id']}"
    for number in range(before):
        await client.post(f"{address}/tasks", json={"title": f"Другая {number}", "assignee": "sales"})
    key = {"key": title} if keyed else {}
    made = (await client.post(f"{address}/tasks", json={"title": title, "assignee": "sales", **key})).json()
    task = made["tasks"][-1]["id"]
    await client.post(f"/api/tasks/{task}/start")
    await client.post(f"/api/tasks/{task}/stop")
    async with world.engine.begin() as connection:
        await connection.execute(
            text(
                "UPDATE events SET at = now() - make_interval(secs => :ago),"
                " data = CAST(CAST(data AS jsonb) || jsonb_build_object('seconds', CAST(:seconds AS int)) AS json)"
                " WHERE deal_id = :deal AND type = 'task_stopped'"
            ),
            {"deal": card["id"], "seconds": seconds, "ago": days_ago * 86400},
        )
    return card


async def rows(client: AsyncClient, key: str, **params: str) -> list[dict[str, Any]]:
    answer = await client.get("/api/reports/task-time", params={**PERIOD, **params})
    assert answer.status_code == 200, answer.text
    return [row for row in answer.json()["items"] if row["key"] == key]


async def test_time_adds_up_by_person_and_kind(
    sales: AsyncClient, director: AsyncClient, world: World
) -> None:
    key = f"k{uuid.uuid4().hex[:8]}"
    await worked(sales, world, key, 3600)
    await worked(sales, world, key, 1800)
    await worked(director, world, key, 60)
    await worked(sales, world, key, 999, days_ago=10)
    found = {row["employee"]: row for row in await rows(sales, key)}
    assert (found["sales"]["seconds"], found["sales"]["tasks"], found["sales"]["hours"]) == (5400, 2, 1.5)
    assert found["director"]["seconds"] == 60
    assert found["sales"]["title"] == {"ru": key, "en": key}
    assert [row["employee"] for row in await rows(sales, key, employee="director")] == ["director"]
    assert await rows(sales, key, pipeline="prom2b.lead") == []


async def test_tasks_that_people_made_up_are_told_apart_by_title(sales: AsyncClient, world: World) -> None:
    packing, calling = (f"{what} {uuid.uuid4().hex[:8]}" for what in ("Упаковать", "Позвонить"))
    await worked(sales, world, packing, 60, keyed=False)
    await worked(sales, world, calling, 30, keyed=False)
    await worked(sales, world, packing, 5, keyed=False, before=2)
    found = {row["title"]["ru"]: (row["tasks"], row["seconds"]) for row in await rows(sales, "task")}
    assert (found[packing], found[calling]) == ((2, 65), (1, 30))


async def test_a_span_over_the_edge_counts_in_part(sales: AsyncClient, world: World) -> None:
    key = f"k{uuid.uuid4().hex[:8]}"
    await worked(sales, world, key, 100 * 3600)
    (row,) = await rows(sales, key)
    assert 12 * 3600 <= row["seconds"] < 3 * 24 * 3600


@pytest.mark.parametrize(("asked", "separator", "hours"), [({}, ",", "0.02"), ({"lang": "ru"}, ";", "0,02")])
async def test_csv_has_the_columns_programs_know(
    sales: AsyncClient, world: World, asked: dict[str, str], separator: str, hours: str
) -> None:
    key = f"plain_{len(asked)}"
    await worked(sales, world, key, 60)
    answer = await sales.get("/api/reports/task-time", params={**PERIOD, "format": "csv", **asked})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *found = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=separator)
    assert head == [
        *("employee", "name", "pipeline", "pipeline_title", "key", "title", "tasks", "seconds", "hours"),
    ]
    assert ["sales", "Соколова Мария Игоревна", "fulfilment.quote", key, key, "1", "60", hours] in [
        [cell for name, cell in zip(head, row, strict=True) if name != "pipeline_title"] for row in found
    ]


async def test_pipelines_of_one_title_are_told_apart_in_files_too(sales: AsyncClient, world: World) -> None:
    asked = {**PERIOD, "lang": "ru"}
    for pipeline, title in (("prom2b.lead", "Лиды · Общее"), ("luxsr.lead", "Лиды · Новый клиент")):
        made = await sales.post("/api/deals", json={"pipeline": pipeline, "title": "Лид"})
        assert made.status_code == 201, made.text
        report = "/api/reports/conversion"
        for choice in ({}, {"pipeline": pipeline}):
            rows = (await sales.get(report, params={**asked, **choice})).json()["items"]
            assert {row["pipeline_title"]["ru"] for row in rows if row["pipeline"] == pipeline} == {title}
            as_text = await sales.get(report, params={**asked, **choice, "format": "csv"})
            assert f"\n{title};" in as_text.text


async def test_a_period_must_be_one(sales: AsyncClient) -> None:
    wrong = {"from": "2026-02-01", "to": "2026-01-01"}
    problem(await sales.get("/api/reports/task-time", params=wrong), 422, "invalid_request")
    problem(await sales.get("/api/reports/task-time"), 422, "invalid_request")


async def test_a_review_lands_in_the_deal_once(sales: AsyncClient, world: World) -> None:
    card = await open_quote(sales)
    path = (await sales.get(f"/api/deals/{card['id']}/review")).json()["path"]
    async with world.client(None) as client:
        shown = (await client.get(path)).json()
        assert (shown["answered"], "id" in shown) == (False, False)
        both = await asyncio.gather(
            *(client.post(path, json={"rating": n, "text": " Спасибо "}) for n in (4, 5))
        )
        assert {answer.status_code for answer in both} <= {200, 409}  # the later may be answered as a repeat
        assert (await client.get(path)).json()["answered"] is True
        problem(await client.post(path, json={"rating": 1}), 409, "already_decided")
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    heard = [item["data"] for item in timeline if item["type"] == "happened_outside"]
    assert [(one["kind"], one["detail"]["text"]) for one in heard] == [("review.received", "Спасибо")]
    assert heard[0]["detail"]["rating"] in (4, 5)


async def test_only_our_own_links_work(sales: AsyncClient, world: World) -> None:
    card = await open_quote(sales)
    path = (await sales.get(f"/api/deals/{card['id']}/review")).json()["path"]
    head, _, link = path.rpartition("/")
    swapped = ("B" if link[-2] != "B" else "C").join((link[:-2], link[-1]))
    async with world.client(None) as client:
        for wrong in (swapped, link[:-4], "x", "я" * 10, link + "AAAA"):
            problem(await client.get(f"{head}/{wrong}"), 404, "not_found")
            problem(await client.post(f"{head}/{wrong}", json={"rating": 5}), 404, "not_found")
        problem(await client.post(path, json={"rating": 6}), 422, "invalid_request")
        problem(await client.post(path, json={"rating": 5, "text": "\x00"}), 422, "invalid_request")
    problem(await sales.get(f"/api/deals/{uuid.uuid4()}/review"), 404, "unknown_deal")
