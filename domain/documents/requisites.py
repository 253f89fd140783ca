"""Requisites of a company, and what is wrong with them: check digits of INN, bank accounts, forms of KPP, BIK."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from domain.base import Lasting
from domain.documents.problems import DocumentProblem, problem

_KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")
_INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_OWN_NETWORK = ("000", "001", "002")  # BIK endings of the Bank of Russia's own branches and treasuries
_SIDES = {"seller": ("продавца", "the seller"), "buyer": ("покупателя", "the buyer")}
_NAMES = {
    "name": ("наименование", "name"),
    "inn": ("ИНН", "INN (taxpayer number)"),
    "kpp": ("КПП", "KPP"),
    "address": ("адрес", "address"),
    "bank": ("банк", "bank"),
    "bik": ("БИК банка", "BIK of the bank"),
    "account": ("расчётный счёт", "settlement account"),
    "correspondent_account": ("корреспондентский счёт", "correspondent account"),
    "director": ("имя руководителя", "director's name"),
}


class Requisites(Lasting):
    """One side of a document. Everything is text and may be missing: `problems_of` says what matters."""

    name: str = ""
    inn: str = ""
    kpp: str = ""
    address: str = ""
    bank: str = ""
    bik: str = ""
    account: str = ""
    correspondent_account: str = ""
    director: str = ""
    accountant: str = ""
    phone: str = ""

    @property
    def is_person(self) -> bool:
        """A sole proprietor or a private person: twelve digits of INN, and no KPP."""
        return len(self.inn) == 12


def requisites_from(name: str, fields: Mapping[str, JsonValue]) -> Requisites:
    """Requisites out of an organisation's or a company's fields; `full_name` goes before the everyday name."""
    texts = {key: str(value).strip() for key, value in fields.items() if isinstance(value, str | int)}
    known = {key: texts[key] for key in Requisites.model_fields if texts.get(key)}
    known["name"] = texts.get("full_name") or texts.get("name") or name
    return Requisites(**known)


def seller_problems(seller: Requisites) -> list[DocumentProblem]:
    """What keeps the seller from issuing an invoice."""
    needed = ["name", "inn", "address", "bank", "bik", "account", "director"]
    if not seller.is_person:
        needed.insert(2, "kpp")
    if not seller.bik.endswith(_OWN_NETWORK):
        needed.append("correspondent_account")
    return [*_missing("seller", seller, needed), *_wrong("seller", seller)]


def buyer_problems(buyer: Requisites) -> list[DocumentProblem]:
    """What keeps an invoice from being issued to the buyer. Only a name is needed; what is given must be right."""
    return [*_missing("buyer", buyer, ["name"]), *_wrong("buyer", buyer)]


def inn_digits(written: JsonValue) -> str:
    """The digits of an INN as somebody wrote it, so that the same one is known again; empty where there are none."""
    return re.sub("[^0-9]", "", str(written)) if isinstance(written, str | int) else ""


def inn_is_right(inn: str) -> bool:
    """Ten digits (a company) or twelve (a person), with right check digits."""
    if not _digits(inn, 10, 12):
        return False
    return all(_inn_digit(inn[:length]) == inn[length] for length in ((9,) if len(inn) == 10 else (10, 11)))


def account_is_right(account: str, bik: str, *, correspondent: bool = False) -> bool:
    """Twenty digits whose key fits the bank's BIK."""
    if not (_digits(account, 20) and _digits(bik, 9)):
        return False
    by_branch = correspondent or bik.endswith(_OWN_NETWORK)
    digits = ("0" + bik[4:6] if by_branch else bik[-3:]) + account
    return sum(int(digit) * (7, 1, 3)[place % 3] for place, digit in enumerate(digits)) % 10 == 0


def _digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and text.isascii() and text.isdigit()


def _inn_digit(digits: str) -> str:
    weights = _INN_WEIGHTS[-len(digits) :]
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def _missing(side: str, of: Requisites, needed: list[str]) -> Iterator[DocumentProblem]:
    whose_ru, whose_en = _SIDES[side]
    for field in needed:
        if not getattr(of, field):
            ru, en = _NAMES[field]
            yield problem(
                f"{side}.{field}", f"Не указано у {whose_ru}: {ru}.", f"Missing for {whose_en}: {en}."
            )


def _wrong(side: str, of: Requisites) -> Iterator[DocumentProblem]:
    bank_known = _digits(of.bik, 9)
    checks = (
        ("inn", inn_is_right(of.inn), "10 или 12 цифр с контрольными", "10 or 12 digits with check digits"),
        ("kpp", bool(_KPP.fullmatch(of.kpp)), "9 знаков", "9 characters"),
        ("bik", bank_known, "9 цифр", "9 digits"),
        (
            "account",
            account_is_right(of.account, of.bik) if bank_known else _digits(of.account, 20),
            "20 цифр с ключом по БИК",
            "20 digits whose key fits the BIK",
        ),
        (
            "correspondent_account",
            account_is_right(of.correspondent_account, of.bik, correspondent=True)
            if bank_known
            else _digits(of.correspondent_account, 20),
            "20 цифр с ключом по БИК",
            "20 digits whose key fits the BIK",
        ),
    )
    whose_ru, whose_en = _SIDES[side]
    for field, right, form_ru, form_en in checks:
        value = getattr(of, field)
        if value and not right:
            ru, en = _NAMES[field]
            yield problem(
                f"{side}.{field}",
                f"Ошибка в реквизитах {whose_ru}: {ru} «{value}» (нужно: {form_ru}).",
                f"Wrong for {whose_en}: {en} “{value}” (it takes {form_en}).",
            )
