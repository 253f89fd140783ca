"""Pages for clients: the shipped lead forms and the review, as a browser without scripts uses them."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import delete, select

from api.routes import forms
from store import tables
from tests.api.conftest import World
from tests.api.helpers import open_quote


@pytest.fixture
async def stranger(world: World) -> AsyncIterator[AsyncClient]:
    """Somebody without a token who reads Russian; nobody has used a form this hour."""
    async with world.engine.begin() as connection:
        await connection.execute(delete(tables.form_hits))
    async with world.client(None, **{"Accept-Language": "ru"}) as client:
        yield client


def phone() -> str:
    return f"+7996{uuid.uuid4().int % 10**7:07}"


async def deals(world: World, pipeline: str) -> list[Any]:
    table = tables.deals
    async with world.engine.connect() as connection:
        query = select(table).where(table.c.pipeline == pipeline).order_by(table.c.opened_at)
        return list(await connection.execute(query))


@pytest.mark.parametrize(
    ("pipeline", "not_for_clients"),
    [("prom2b.lead", "Что нужно клиенту"), ("luxsr.lead", "Запрос клиента")],
)
async def test_a_form_asks_the_client_in_words_of_its_own(
    stranger: AsyncClient, pipeline: str, not_for_clients: str
) -> None:
    shown = (await stranger.get(f"/forms/{pipeline}")).text
    assert re.findall(r"<label>([^<]*?)(?: \*)?<textarea", shown) == ["Что вам нужно"]
    assert "Как к вам обращаться" in shown
    assert ">Телефон *<" in shown, "and by the field's own title where it has none"
    assert not_for_clients not in shown
    fields = (await stranger.get(f"/api/forms/{pipeline}")).json()["fields"]
    assert fields[-1]["title"] == {"ru": "Что вам нужно", "en": "What do you need"}


async def test_the_shipped_lead_form_opens_a_lead(world: World, stranger: AsyncClient) -> None:
    shown = await stranger.get("/forms/prom2b.lead")
    assert shown.status_code == 200
    assert shown.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "<script" not in shown.text
    names = set(re.findall(r'name="([^"]+)"', shown.text))
    filled = {"contact_name": "Иван", "contact_phone": phone(), "request": "Насос", "consent": "true"}
    assert {*filled, "contact_email", "company_name", "website"} <= names
    before = len(await deals(world, "prom2b.lead"))
    thanks = await stranger.post("/forms/prom2b.lead", data=filled)
    assert thanks.status_code == 200
    assert re.search(r"номер: [A-Z2-7]{8}\.", thanks.text)
    assert (await stranger.post("/forms/prom2b.lead", data=filled)).text == thanks.text  # a second click
    made = await deals(world, "prom2b.lead")
    assert len(made) == before + 1
    state = made[-1].state
    assert (state["source"], state["responsible"], state["stage"]) == ("site", "sales", "new")
    assert state["fields"]["contact_phone"] == filled["contact_phone"]


async def test_a_client_who_comes_twice_is_recognised(
    world: World, stranger: AsyncClient, sales: AsyncClient
) -> None:
    number = phone()
    for request in ("Насос", "Два насоса"):
        filled = {"contact_name": "Иван", "contact_phone": number, "request": request, "consent": "true"}
        assert (await stranger.post("/forms/prom2b.lead", data=filled)).status_code == 200
    first, second = (await deals(world, "prom2b.lead"))[-2:]
    timeline = (await sales.get(f"/api/deals/{second.id}/timeline")).json()["items"]
    assert [one["data"]["deal"] for one in timeline if one["type"] == "duplicate_found"] == [first.id]
    merged = await sales.post(f"/api/deals/{second.id}/merge", json={"into": first.id})
    assert (merged.json()["stage"], merged.json()["status"]) == ("duplicate", "lost")


async def test_a_form_may_ask_for_the_contact(world: World, stranger: AsyncClient) -> None:
    number = phone()
    filled = {"contact.name": "Анна", "contact.phone": number, "request": "Кружки", "consent": "true"}
    assert (await stranger.post("/forms/luxsr.lead", data=filled)).status_code == 200
    state = (await deals(world, "luxsr.lead"))[-1].state
    assert state["contact"] == {"name": "Анна", "phone": number}
    assert state["fields"] == {"request": "Кружки"}
    assert state["title"] == "Анна", "the client's name alone: what the lead becomes is called so too"


async def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(
    world: World, stranger: AsyncClient
) -> None:
    before = len(await deals(world, "prom2b.lead"))
    filled = {"contact_name": '<b>"Иван"</b>', "contact_phone": "позвоните", "consent": "true"}
    again = await stranger.post("/forms/prom2b.lead", data=filled)
    assert again.status_code == 422
    assert "Проверьте отмеченные поля" in again.text
    assert re.search(r'name="contact_phone"[^>]* aria-invalid="true"', again.text)
    assert "<b>" not in again.text
    assert filled["contact_name"] in unescape(again.text)
    without = await stranger.post(
        "/forms/prom2b.lead", data={**filled, "contact_phone": phone(), "consent": ""}
    )
    assert without.status_code == 422
    assert "Нужно согласие" in without.text
    assert len(await deals(world, "prom2b.lead")) == before


async def test_a_machine_is_thanked_and_a_crowd_is_held_off(world: World, stranger: AsyncClient) -> None:
    before = len(await deals(world, "prom2b.lead"))
    spam = {
        "contact_name": "x",
        "contact_phone": phone(),
        "consent": "true",
        "website": "http://spam.example",
    }
    for _ in range(forms.EACH):
        assert (await stranger.post("/forms/prom2b.lead", data=spam)).status_code == 200
    refused = await stranger.post("/forms/prom2b.lead", data=spam)
    assert refused.status_code == 429
    assert "Слишком много заявок" in refused.text
    assert len(await deals(world, "prom2b.lead")) == before


async def test_only_pipelines_that_allow_it_have_a_form(stranger: AsyncClient) -> None:
    for closed in ("fulfilment.quote", "none"):
        shown = await stranger.get(f"/forms/{closed}")
        assert (shown.status_code, "Такой формы нет" in shown.text, "Воронк" in shown.text) == (
            404,
            True,
            False,
        )
        assert (await stranger.post(f"/forms/{closed}", data={"a": "b"})).status_code == 404


async def test_a_review_is_given_on_its_page_once(sales: AsyncClient, stranger: AsyncClient) -> None:
    card = await open_quote(sales)
    page = (await sales.get(f"/api/deals/{card['id']}/review")).json()["page"]
    shown = await stranger.get(page)
    assert shown.headers["referrer-policy"] == "no-referrer"
    assert shown.text.count('type="radio"') == 5
    for nothing in ({"text": "Хорошо"}, {"rating": "6", "text": "Хорошо"}):
        again = await stranger.post(page, data=nothing)
        assert (again.status_code, "Выберите оценку" in again.text, "Хорошо" in again.text) == (
            422,
            True,
            True,
        )
    given = await stranger.post(page, data={"rating": "4", "text": "Хорошо"})
    assert (given.status_code, "Спасибо" in given.text) == (200, True)
    for late in (await stranger.get(page), await stranger.post(page, data={"rating": "1"})):
        assert (late.status_code, "Ваш отзыв получен" in late.text) == (200, True)
    timeline = (await sales.get(f"/api/deals/{card['id']}/timeline")).json()["items"]
    heard = [item["data"]["detail"] for item in timeline if item["type"] == "happened_outside"]
    assert heard == [{"rating": 4, "text": "Хорошо"}]
    wrong = await stranger.get(page[:-4])
    assert (wrong.status_code, "Такой ссылки нет" in wrong.text) == (404, True)
    english = await stranger.get(page, headers={"Accept-Language": "en"})
    assert 'lang="en"' in english.text
    assert "Thank you" in english.text
