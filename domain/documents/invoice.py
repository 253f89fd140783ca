"""The invoice («счёт на оплату»): what it says, its totals, and what is missing to issue it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from domain.base import Strict
from domain.documents.problems import DocumentProblem, problem
from domain.documents.requisites import Requisites, buyer_problems, seller_problems
from domain.documents.vat import RATES, LineSums, VatRate, line_sums

MOST_LINES = 500
LARGEST_TOTAL = Decimal("999999999999.99")
_NAMES: dict[str | int, tuple[str, str]] = {
    "number": ("номер", "number"),
    "date": ("дата", "date"),
    "lines": ("строка", "line"),
    "title": ("наименование", "title"),
    "quantity": ("количество", "quantity"),
    "unit": ("единица", "unit"),
    "price": ("цена", "price"),
    "vat": ("ставка НДС", "VAT rate"),
    "basis": ("основание", "basis"),
    "note": ("примечание", "note"),
}
# Their product has at most 28 digits, so Decimal, which calculates with as many, has it exactly.
Quantity = Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=6, allow_inf_nan=False)]
Price = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4, allow_inf_nan=False)]


def _as_text(rate: object) -> object:
    return str(rate) if isinstance(rate, int) else rate


class InvoiceLine(Strict):
    """`price` in roubles for one `unit`, with or without VAT as the invoice says."""

    title: Annotated[str, Field(min_length=1, max_length=1000)]
    quantity: Quantity = Decimal(1)
    unit: Annotated[str, Field(max_length=20)] = "шт."
    price: Price
    vat: Annotated[VatRate, BeforeValidator(_as_text)] = "none"


_LINES: TypeAdapter[tuple[InvoiceLine, ...]] = TypeAdapter(
    Annotated[tuple[InvoiceLine, ...], Field(min_length=1, max_length=MOST_LINES)]
)


class Invoice(Strict):
    """A whole invoice. `basis` is such as «Договор № 7 от 01.02.2026»; `note` stands above everything."""

    seller: Requisites
    buyer: Requisites
    number: Annotated[str, Field(min_length=1, max_length=30)]
    date: date
    lines: Annotated[tuple[InvoiceLine, ...], Field(min_length=1, max_length=MOST_LINES)]
    vat_included: bool = True
    basis: Annotated[str, Field(max_length=500)] = ""
    note: Annotated[str, Field(max_length=1000)] = ""

    @cached_property
    def sums(self) -> tuple[LineSums, ...]:
        """Each line's sums, in the lines' order."""
        return tuple(
            line_sums(line.quantity, line.price, line.vat, vat_included=self.vat_included)
            for line in self.lines
        )

    @property
    def amount(self) -> Decimal:
        """The sum of the lines as they stand."""
        return sum((sums.amount for sums in self.sums), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        """What is to be paid, roubles."""
        return sum((sums.total for sums in self.sums), Decimal("0.00"))

    @property
    def vat(self) -> dict[VatRate, Decimal]:
        """Tax by rate, highest rate first; without the lines that are sold without VAT."""
        found: dict[VatRate, Decimal] = {}
        for rate in RATES[:-1]:
            of_rate = [sums.vat for line, sums in zip(self.lines, self.sums, strict=True) if line.vat == rate]
            if of_rate:
                found[rate] = sum(of_rate, Decimal("0.00"))
        return found


def write_lines(value: Any) -> list[Any]:
    """Lines as a card keeps them; ValueError (pydantic.ValidationError is one) for what is no list of lines."""
    lines = _LINES.validate_python(value)
    return [line.model_dump(mode="json") for line in lines]


def read_invoice(data: Mapping[str, Any]) -> Invoice | list[DocumentProblem]:
    """The invoice of this data, or everything that keeps it from being issued, field by field."""
    try:
        invoice = Invoice.model_validate(data)
    except ValidationError as error:
        sides = [_side(data, "seller", seller_problems), _side(data, "buyer", buyer_problems)]
        errors = error.errors()
        return [*sides[0], *sides[1], *(_problem(found) for found in errors if not _told(found, errors))]
    found = [*seller_problems(invoice.seller), *buyer_problems(invoice.buyer)]
    if invoice.total > LARGEST_TOTAL:
        found.append(problem("lines", "Сумма счёта слишком велика.", "The invoice's total is too large."))
    return found or invoice


def _side(
    data: Mapping[str, Any], name: str, problems: Callable[[Requisites], list[DocumentProblem]]
) -> list[DocumentProblem]:
    try:
        return problems(Requisites.model_validate(data.get(name) or {}))
    except ValidationError as error:
        return [_problem({**found, "loc": (name, *found["loc"])}) for found in error.errors()]


def _told(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether something else says it already: the sides' own checks, or the errors of single lines."""
    place = error["loc"]
    of_a_line = any(other["loc"][:1] == ("lines",) and len(other["loc"]) > 1 for other in errors)
    return place[:1] in (("seller",), ("buyer",)) or (place == ("lines",) and of_a_line)


def _problem(error: Mapping[str, Any]) -> DocumentProblem:
    place: list[Any] = [part + 1 if isinstance(part, int) else part for part in error["loc"]]
    field = ".".join(str(part) for part in place)
    ru, en = (" ".join(_named(part, language) for part in place) for language in (0, 1))
    value = error.get("input")
    if error["type"] in ("missing", "too_short") or value in (None, ""):
        return problem(field, f"В счёте не указано: {ru}.", f"Missing in the invoice: {en}.")
    shown = str(value)[:50] if isinstance(value, str | int | float) else "…"
    return problem(
        field,
        f"В счёте неверно указано: {ru} «{shown}».",
        f"Wrong in the invoice: {en} “{shown}” ({error['msg']}).",
    )


def _named(part: str | int, language: int) -> str:
    return _NAMES[part][language] if part in _NAMES else str(part)
