"""Every answer that is no success is a problem in the client's language, and gives nothing away."""

import logging
from typing import get_args

import pytest
from httpx import AsyncClient

from api.language import preferred
from api.problem_kinds import KINDS
from domain.errors import RefusalCode
from tests.api.conftest import World
from tests.api.helpers import open_quote, problem


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB,en;q=0.9,ru;q=0.8", "en"),
        ("de,ru;q=0.5", "ru"),
        ("ru;q=0,en;q=0.1", "en"),
        ("ru;q=abc", "en"),
    ],
)
def test_the_language_preferred(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_every_refusal_has_a_status_and_a_title() -> None:
    assert set(get_args(RefusalCode)) <= set(KINDS)


async def test_sentences_follow_accept_language(world: World) -> None:
    async with world.client("sales", **{"Accept-Language": "ru"}) as client:
        card = await open_quote(client)
        answer = await client.post(f"/api/deals/{card['id']}/move", json={"to": "prepare_offer"})
    assert answer.headers["content-language"] == "ru"
    assert "Заполните" in problem(answer, 422, "missing_fields")["detail"]


async def test_what_the_framework_refuses_is_a_problem_too(sales: AsyncClient) -> None:
    problem(await sales.get("/api/nothing"), 404, "not_found")
    problem(await sales.delete("/api/deals"), 405, "method_not_allowed")
    broken = await sales.post("/api/deals", content=b"{", headers={"Content-Type": "application/json"})
    problem(broken, 422, "invalid_request")


async def test_invalid_fields_are_named_and_not_repeated(sales: AsyncClient) -> None:
    body = {"pipeline": "fulfilment.quote", "amount": "Иван Петров", "nope": 1}
    answer = await sales.post("/api/deals", json=body, headers={"Accept-Language": "ru"})
    errors = problem(answer, 422, "invalid_request")["errors"]
    assert {error["field"] for error in errors} == {"amount", "nope"}
    assert {"field": "nope", "message": "такого поля в запросе нет"} in errors
    assert "Петров" not in answer.text


async def test_a_large_body_is_refused_before_it_is_read(sales: AsyncClient) -> None:
    body = {"pipeline": "fulfilment.quote", "fields": {"request": "x" * 140_000}}
    problem(await sales.post("/api/deals", json=body), 413, "too_large")


async def test_a_problem_type_leads_to_its_description(world: World) -> None:
    async with world.client(None) as client:
        described = await client.get("/api/problems/missing_fields")
        assert described.json()["status"] == 422
        assert len((await client.get("/api/problems")).json()["items"]) == len(KINDS)
        problem(await client.get("/api/problems/none"), 404, "not_found")


async def test_an_unforeseen_error_tells_a_number_that_is_in_the_log(
    world: World, sales: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    card = await open_quote(sales)
    world.gateway.failure = RuntimeError("паспорт 4510 123456")
    with caplog.at_level(logging.ERROR):
        answer = await sales.post(f"/api/deals/{card['id']}/comments", json={"text": "x"})
    number = problem(answer, 500, "internal_error")["error"]
    assert number in caplog.text
    assert "RuntimeError" in caplog.text
    assert "паспорт" not in caplog.text + answer.text
