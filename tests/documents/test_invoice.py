"""The invoice's arithmetic, what keeps it from being issued, and the text of its payment QR code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents.invoice import Invoice, read_invoice
from domain.documents.payment_qr import payment_text
from domain.documents.requisites import account_is_right, inn_is_right
from domain.documents.vat import RATES, VatRate, line_sums, standard_rate
from tests.documents.samples import BUYER, LINES, SELLER, invoice, invoice_data

D = Decimal


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "included", "expected"),
    [
        ("1", "120", "20", True, ("120.00", "20.00", "120.00")),
        ("1", "122", "22", True, ("122.00", "22.00", "122.00")),
        ("1", "100", "22", False, ("100.00", "22.00", "122.00")),
        ("1", "110", "10", True, ("110.00", "10.00", "110.00")),
        ("1", "100", "0", False, ("100.00", "0.00", "100.00")),
        ("1", "100", "none", True, ("100.00", "0.00", "100.00")),
        ("3", "33.33", "22", True, ("99.99", "18.03", "99.99")),
        ("1", "0.03", "20", True, ("0.03", "0.01", "0.03")),  # half a kopeck goes up
        ("0.333", "0.1", "20", True, ("0.03", "0.01", "0.03")),
        ("0.5", "0.01", "20", False, ("0.01", "0.00", "0.01")),
    ],
)
def test_line_sums(
    quantity: str, price: str, rate: VatRate, included: bool, expected: tuple[str, ...]
) -> None:
    sums = line_sums(D(quantity), D(price), rate, vat_included=included)
    assert tuple(map(str, sums)) == expected


_lines = st.fixed_dictionaries(
    {
        "title": st.just("x"),
        "quantity": st.decimals("0.000001", "999999", places=6),
        "price": st.decimals("0", "9999999", places=4),
        "vat": st.sampled_from(RATES),
    }
)


@given(st.lists(_lines, min_size=1, max_size=8), st.booleans())
def test_totals_are_exact(lines: list[dict[str, Any]], included: bool) -> None:
    made = read_invoice(invoice_data(lines=lines, vat_included=included))
    if not isinstance(made, Invoice):
        assert [found.field for found in made] == ["lines"]  # too large a total
        return
    vat = sum(made.vat.values(), D(0))
    assert made.total == (made.amount if included else made.amount + vat)
    for line, sums in zip(made.lines, made.sums, strict=True):
        percent = 0 if line.vat == "none" else int(line.vat)
        exact = Fraction(sums.amount) * percent / ((100 + percent) if included else 100)
        assert abs(Fraction(sums.vat) - exact) <= Fraction(1, 200)
        assert abs(Fraction(sums.amount) - Fraction(line.quantity) * Fraction(line.price)) <= Fraction(1, 200)


def test_totals_by_rate() -> None:
    made = invoice()
    assert made.vat == {"22": D("3764.35"), "10": D("27.27")}
    assert made.total == D("21174.97")
    assert invoice(vat_included=False).total == D("21174.97") + D("4592.50") + D("30.00")


def test_the_standard_rate_changed_with_2026() -> None:
    assert (standard_rate(date(2025, 12, 31)), standard_rate(date(2026, 1, 1))) == ("20", "22")


@pytest.mark.parametrize("inn", ["7701000900", "500100732259", "7830002293"])
def test_right_inns(inn: str) -> None:
    assert inn_is_right(inn)


@pytest.mark.parametrize(
    "inn",
    [
        "7701000901",
        "500100732258",
        "500100732269",
        "770100090",
        "77010009OO",
        "²701000900",
        "７７０１０００９００",
    ],
)
def test_wrong_inns(inn: str) -> None:
    assert not inn_is_right(inn)


def test_account_keys() -> None:
    bik = str(SELLER["bik"])
    assert account_is_right("40702810700000000901", bik)
    assert not account_is_right("40702810700000000902", bik)
    assert not account_is_right("40702810700000000901", "044525998")
    assert account_is_right("30101810600000000999", bik, correspondent=True)
    assert not account_is_right("30101810600000000998", bik, correspondent=True)


def problems(**changes: Any) -> dict[str, str]:
    found = read_invoice(invoice_data(**changes))
    assert isinstance(found, list)
    return {problem.field: problem.message.ru for problem in found}


def test_everything_missing_is_named_at_once() -> None:
    found = problems(seller={}, buyer={}, lines=[{"title": "", "price": "x"}], number=None)
    assert set(found) == {
        *(f"seller.{name}" for name in ("name", "inn", "kpp", "address", "bank", "bik", "account")),
        *("seller.director", "seller.correspondent_account", "buyer.name"),
        *("lines.1.title", "lines.1.price", "number"),
    }
    assert found["seller.inn"] == "Не указано у продавца: ИНН."
    assert found["lines.1.price"] == "В счёте неверно указано: строка 1 цена «x»."


def test_wrong_requisites_are_named() -> None:
    wrong = {"inn": "7701000901", "kpp": "77", "account": "40702810700000000902", "bik": "04452599"}
    found = problems(seller=SELLER | wrong, buyer=BUYER | {"inn": "1"})
    assert set(found) == {"seller.inn", "seller.kpp", "seller.bik", "buyer.inn"}
    assert set(problems(seller=SELLER | {"account": "40702810700000000902"})) == {"seller.account"}


def test_a_sole_proprietor_needs_no_kpp() -> None:
    person = SELLER | {"inn": "500100732259", "kpp": ""}
    assert isinstance(read_invoice(invoice_data(seller=person)), Invoice)
    assert set(problems(seller=SELLER | {"kpp": ""})) == {"seller.kpp"}


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"quantity": 0}, "lines.1.quantity"),
        ({"price": "-1"}, "lines.1.price"),
        ({"price": "NaN"}, "lines.1.price"),
        ({"vat": "18"}, "lines.1.vat"),
        ({"colour": "red"}, "lines.1.colour"),
    ],
)
def test_wrong_lines_are_named(line: dict[str, Any], field: str) -> None:
    assert set(problems(lines=[LINES[0] | line])) == {field}


def test_no_lines_and_too_large_a_total() -> None:
    assert set(problems(lines=[])) == {"lines"}
    assert set(problems(lines=[LINES[0] | {"quantity": "999999", "price": "99999999999"}])) == {"lines"}


def test_payment_text_after_gost() -> None:
    text = payment_text(invoice(lines=[LINES[0]]))
    parts = text.split("|")
    assert parts[0] == "ST00012"
    assert [part.split("=")[0] for part in parts[1:6]] == [
        "Name",
        "PersonalAcc",
        "BankName",
        "BIC",
        "CorrespAcc",
    ]
    fields = dict(part.split("=", 1) for part in parts[1:])
    assert fields["Sum"] == "1875000"  # kopecks
    assert fields["PersonalAcc"] == "40702810700000000901"
    assert fields["PayeeINN"] == "7701000900"
    assert fields["Purpose"] == "Оплата по счёту № 12 от 02.03.2026. В т.ч. НДС 22% 3381.15 руб."


def test_payment_text_keeps_to_the_limits() -> None:
    long = SELLER | {"name": "Имя|" * 60, "bank": "Банк " * 20}
    fields = dict(part.split("=", 1) for part in payment_text(invoice(seller=long)).split("|")[1:])
    assert len(fields["Name"]) == 160
    assert len(fields["BankName"]) == 45
    untaxed = payment_text(invoice(lines=[LINES[0] | {"vat": "none"}]))
    assert "Без НДС." in untaxed
