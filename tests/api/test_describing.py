"""Every shipped pipeline can be read in words, by anybody, in both languages."""

from __future__ import annotations

import re

import pytest
from httpx import AsyncClient

from api.describing.words import repeated
from domain.durations import Duration
from tests.api.helpers import open_quote

ID = re.compile(r"\b[a-z]+_[a-z_]+\b")


async def test_every_pipeline_is_described_in_two_languages_without_ids(sales: AsyncClient) -> None:
    pipelines = (await sales.get("/api/pipelines")).json()["items"]
    assert len(pipelines) > 10
    for pipeline in pipelines:
        found = (await sales.get(f"/api/pipelines/{pipeline['pipeline']}/described")).json()
        for stage in found["stages"]:
            for line in (*stage["rules"], *stage["reactions"]):
                for text in (line["what"], line["when"], line.get("on")):
                    if text is None:
                        continue
                    assert re.search("[а-яё]", text["ru"], re.IGNORECASE), text
                    assert not re.search("[а-яё]", text["en"], re.IGNORECASE) or "Россия" in text["en"], text
                    assert not ID.search(text["ru"]), text
            assert not [need for need in stage["needs"] if ID.search(need["ru"])], stage["needs"]


@pytest.mark.parametrize(
    ("every", "said"),
    [
        ("1wd", "каждый рабочий день"),
        ("1h", "каждый час"),
        ("1w", "каждую неделю"),
        ("1wm", "каждую рабочую минуту"),
        ("2wd", "каждые 2 рабочих дня"),
        ("21d", "каждые 21 день"),
    ],
)
def test_what_repeats_is_said_as_people_say_it(every: str, said: str) -> None:
    assert repeated(Duration.parse(every)).ru == said


async def test_it_says_where_deals_stand_and_where_they_come_from(sales: AsyncClient) -> None:
    address = "/api/pipelines/fulfilment.quote/described"
    before = (await sales.get(address)).json()["stages"][0]["deals"]
    await open_quote(sales)
    assert (await sales.get(address)).json()["stages"][0]["deals"] == before + 1
    contract = (await sales.get("/api/pipelines/fulfilment.contract/described")).json()
    assert "fulfilment.quote" in [one["pipeline"] for one in contract["came_from"]]
