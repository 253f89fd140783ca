"""Inputs of fields: what the card holds is shown as people write it, and comes back as the API reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from nicegui import ui
from nicegui.testing import User

from tests.ui.conftest import Visit
from ui.api_client import Api
from ui.parts.field_base import FieldInput, plain_number
from ui.parts.fields import FieldSpec, as_change, field_input
from ui.speech import Language
from ui.view import Person, View

PEOPLE = {"sales": "Соколова Мария", "director": "Дорохова Анна"}


def view_of(user: User, lang: Language = "ru") -> View:
    """A view that draws; it calls nothing."""
    assert user.client
    return View(
        lang=lang,
        zone=ZoneInfo("Europe/Moscow"),
        me=Person("sales", "Соколова Мария", "", ()),
        api=Api(None, "", lang),  # type: ignore[arg-type]
        live=None,  # type: ignore[arg-type]
        client=user.client,
        query={},
        people=PEOPLE,
    )


def drawn(user: User, type: str, value: Any = None, lang: Language = "ru", **more: Any) -> FieldInput:
    assert user.client
    spec = FieldSpec("field", type, {"ru": "Поле", "en": "Field"}, **more)
    with user.client:
        return field_input(view_of(user, lang), spec, value)


def inputs(user: User) -> Iterator[Any]:
    assert user.client
    kinds = (ui.input, ui.textarea)
    return (one for one in user.client.elements.values() if isinstance(one, kinds))


CASES = [
    ("text", "Много\nкоробок", "Много\nкоробок"),
    ("number", 12.5, "12.5"),
    ("money", "1250000.50", "1250000.50"),
    ("bool", False, False),
    ("date", "2026-12-01", "2026-12-01"),
    ("datetime", "2026-12-01T10:00:00+00:00", "2026-12-01T13:00"),
    ("employee", "director", "director"),
    ("file", {"id": "f1", "name": "кп.pdf"}, "f1"),
    ("files", [{"id": "f1", "name": "a"}, {"id": "f2", "name": "b"}], ["f1", "f2"]),
    ("contact", {"name": "Иван", "phone": "+7"}, {"name": "Иван", "phone": "+7"}),
    ("company", {"id": "c1", "name": "ООО «Ромашка»"}, "c1"),
]


@pytest.mark.parametrize("lang", ["ru", "en"])
async def test_what_the_card_holds_comes_back_unchanged(visit: Visit, lang: Language) -> None:
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        for type, held, sent in CASES:
            assert drawn(user, type, held, lang).value == sent, type


async def test_an_empty_input_is_nothing(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        types = (*(case[0] for case in CASES), "choice", "client", "payment_plan", "lines")
        for type in types:
            assert drawn(user, type).value is None, type


async def test_one_suggested_person_is_chosen_already_and_of_two_nobody(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        assert drawn(user, "employee", suggested=("director",)).value == "director"
        assert drawn(user, "employee", suggested=("director", "sales")).value is None
        assert drawn(user, "employee", "sales", suggested=("director",)).value == "sales"


async def test_an_option_that_is_no_more_is_not_chosen(visit: Visit) -> None:
    options = {"a": {"ru": "Первая", "en": "First"}}
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        assert drawn(user, "choice", "a", options=options).value == "a"
        assert drawn(user, "choice", "gone", options=options).value is None


async def test_rows_are_added_removed_and_counted(visit: Visit) -> None:
    plan = [{"percent": "30", "date": "2026-12-01", "paid": True}, {"percent": "70", "date": "2026-12-15"}]
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        assert drawn(user, "payment_plan", plan).value == plan
        await user.should_see("Всего: 100 %")
        user.find("Добавить строку").click()
        lines = [{"title": "Короб", "quantity": "2", "unit": "шт.", "price": "150.5", "vat": "22"}]
        assert drawn(user, "lines", lines).value == lines
        await user.should_see("Итого: 301\u00a0₽")


async def test_what_is_refused_is_shown_at_the_input(visit: Visit) -> None:
    async with visit("sales") as user:
        await user.open("/boards/fulfilment.quote")
        for type in ("text", "file", "bool", "payment_plan"):
            drawn(user, type).error(f"не так: {type}")
        await user.should_see("не так: file")
        await user.should_see("не так: payment_plan")
        assert "не так: text" in [one.error for one in inputs(user)]


@pytest.mark.parametrize(
    ("lang", "written", "read"),
    [
        ("ru", "1 250 000,50 ₽", "1250000.50"),
        ("ru", "12,345", "12.345"),
        ("en", "1,250,000.50", "1250000.50"),
        ("en", "1,250", "1250"),
        ("en", "12,5", "12.5"),
        ("ru", "много", "много"),
    ],
)
def test_figures_are_read_as_people_write_them(lang: Language, written: str, read: str) -> None:
    assert plain_number(written, lang) == read


def test_a_form_is_split_into_head_and_fields() -> None:
    values = {
        "amount": "5",
        "company.inn": "77",
        "client": {"company": "c"},
        "request": "Много",
        "goods": None,
    }
    head = {"amount": "5", "company_fields": {"inn": "77"}, "company": "c"}
    assert as_change(values) == (head, {"request": "Много"})
    assert as_change({"flag": False, "count": 0}) == ({}, {"flag": False, "count": 0})
