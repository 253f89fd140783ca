"""What the rules of shipped pipelines say to people who never saw a definition."""

from __future__ import annotations

import re

from httpx import AsyncClient

LATIN = re.compile(r"[a-z]{3,}|\.[a-z]")
DOUBLED = re.compile("согласование «согласование|approval “(the )?approval", re.IGNORECASE)
SUMS = re.compile(r"\d{4,}")


async def _lines(sales: AsyncClient, pipeline: str) -> list[dict[str, str]]:
    """Every text of the described stages."""
    found = (await sales.get(f"/api/pipelines/{pipeline}/described")).raise_for_status().json()
    texts = [text for stage in found["stages"] for text in (*stage["needs"], *stage["gates"])]
    for stage in found["stages"]:
        for line in (*stage["rules"], *stage["reactions"]):
            texts += [text for text in (line["what"], line["when"], line.get("on")) if text]
    return texts


async def test_russian_words_hold_no_id_of_a_field_an_approval_or_a_state(sales: AsyncClient) -> None:
    for pipeline in (await sales.get("/api/pipelines")).json()["items"]:
        said = [text["ru"] for text in await _lines(sales, pipeline["pipeline"])]
        assert [text for text in said if LATIN.search(text)] == []


async def test_an_approval_is_not_called_one_twice(sales: AsyncClient) -> None:
    said = await _lines(sales, "sales_1c.sale")
    assert [text for text in said if DOUBLED.search(" ".join(text.values()))] == []
    assert any("«Согласование документов»" in text["ru"] for text in said)


async def test_sums_are_read_as_money(sales: AsyncClient) -> None:
    said = await _lines(sales, "sales_1c.sale")
    assert [text for text in said if SUMS.search(text["ru"])] == []
    assert any("больше 150\u00a0000\u00a0₽" in text["ru"] for text in said)
    assert any("more than 150,000\u00a0₽" in text["en"] for text in said)


async def test_what_a_text_contains_stands_in_quotes(sales: AsyncClient) -> None:
    said = [text["ru"] for text in await _lines(sales, "sales_1c.sale")]
    assert any("Направление сделки содержит «Россия»" in text for text in said)


async def test_the_end_of_a_linked_deal_is_told_of_that_deal(sales: AsyncClient) -> None:
    said = await _lines(sales, "fulfilment.quote")
    assert {
        "ru": "Сделка «Заключить договор с новым клиентом» завершилась неудачей",
        "en": "The deal “Contract with a new client” was lost",
    } in said
