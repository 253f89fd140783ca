"""How clients are reached: phones and e-mails in one form each, so that the same client is known again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import JsonValue

from domain.deal import Deal

Kind = Literal["phone", "email"]
_NUMBER = re.compile(r"\+?[0-9]{7,15}")
_EXTENSION = re.compile(r"(доб|ext|x|#).*", re.IGNORECASE | re.DOTALL)
_DECORATION = re.compile(r"[\s().\-–—/]")
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[^@\s<>\"',;]{1,255}")
_LONGEST = 400


class Point(NamedTuple):
    """One way to reach a client; `value` is normalised."""

    kind: Kind
    value: str


def phone(text: str) -> str | None:
    """The number in E.164 (`+79991234567`), or None for what is no full number.

    Without a country it is Russian: `8 (999) 123-45-67`, `999 123 45 67`; `00` in front is `+`. An extension is
    left out.
    """
    bare = _DECORATION.sub("", _EXTENSION.sub("", text[:_LONGEST].removeprefix("tel:")))
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if not _NUMBER.fullmatch(bare):
        return None
    digits = bare.removeprefix("+")
    if not bare.startswith("+"):
        if len(digits) == 10 and digits[0] in "3489":
            digits = "7" + digits
        elif len(digits) == 11 and digits[0] in "78":
            digits = "7" + digits[1:]
        else:
            return None
    elif digits.startswith("8") and len(digits) == 11:
        digits = "7" + digits[1:]  # `+8 999 …` is a usual slip of the hand: no such country has 11 digits
    if digits.startswith("0") or (digits.startswith("7") and len(digits) != 11):
        return None
    return "+" + digits


def email(text: str) -> str | None:
    """The address in lower case, or None for what is none; `Anna <a@b.ru>` is `a@b.ru`."""
    inner = re.search(r"<([^<>]*)>", text[:_LONGEST])
    bare = (inner[1] if inner else text[:_LONGEST]).strip().removeprefix("mailto:").lower().rstrip(".")
    if not _EMAIL.fullmatch(bare):
        return None
    _, _, domain = bare.rpartition("@")
    good = "." in domain and ".." not in bare and not domain.startswith((".", "-"))
    return bare if good and not bare.startswith(".") else None


def points(contact: Mapping[str, JsonValue] | None, fields: Mapping[str, JsonValue]) -> list[Point]:
    """Every phone and e-mail of a card: those of the contact, and fields whose name ends so. Sorted, each once."""
    found: set[Point] = set()
    for name, value in [*(contact or {}).items(), *fields.items()]:
        if not isinstance(value, str):
            continue
        if name.endswith("phone") and (number := phone(value)):
            found.add(Point("phone", number))
        elif name.endswith("email") and (address := email(value)):
            found.add(Point("email", address))
    return sorted(found)


def points_of(deal: Deal) -> list[Point]:
    """The deal's phones and e-mails."""
    return points(deal.contact, deal.fields)
