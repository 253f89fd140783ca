"""Phones and e-mails in one form each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.contacts import Point, email, phone, points


@pytest.mark.parametrize(
    "text",
    [
        "+7 999 123-45-67",
        "8 (999) 123-45-67",
        "89991234567",
        "999 123 45 67",
        "79991234567",
        "007 999 1234567",
        "+8 999 123 45 67",
        "tel:+7(999)123–45–67",
        "8 999 123 45 67 доб. 12",
        "+7.999.123.45.67 ext 3",
    ],
)
def test_one_russian_number_in_its_many_forms(text: str) -> None:
    assert phone(text) == "+79991234567"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+375 29 123-45-67", "+375291234567"),
        ("+49 30 901820", "+4930901820"),
        ("00 44 20 7946 0000", "+442079460000"),
    ],
)
def test_other_countries_need_their_code(text: str, number: str) -> None:
    assert phone(text) == number


@pytest.mark.parametrize(
    "text", ["", "123", "позвоните", "112", "+7 999 123", "123-45-67", "+0 999 123 45 67", "1" * 20]
)
def test_what_is_no_full_number(text: str) -> None:
    assert phone(text) is None


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ivan@Example.RU ", "ivan@example.ru"),
        ("Анна <a.b@c.ru>", "a.b@c.ru"),
        ("иван@почта.рф", "иван@почта.рф"),
    ],
)
def test_an_address_in_its_forms(text: str, address: str) -> None:
    assert email(text) == address


@pytest.mark.parametrize("text", ["", "ivan", "a@b", "a@@b.ru", "a b@c.ru", "@c.ru", "a@.ru", "a..b@c.ru"])
def test_what_is_no_address(text: str) -> None:
    assert email(text) is None


@given(st.text(max_size=50))
def test_a_normalised_value_stays_as_it_is(text: str) -> None:
    number, address = phone(text), email(text)
    assert number is None or phone(number) == number
    assert address is None or email(address) == address


def test_points_of_contact_and_fields() -> None:
    contact = {"name": "Иван", "phone": "8 999 123 45 67", "email": "I@x.ru"}
    fields = {
        "contact_phone": "+7 999 123-45-67",
        "contact_email": "нет",
        "request": "+79990000000",
        "n_phone": None,
    }
    assert points(contact, fields) == [Point("email", "i@x.ru"), Point("phone", "+79991234567")]
    assert points(None, {}) == []
