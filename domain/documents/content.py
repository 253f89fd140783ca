"""What a document says, gathered once and then recorded: a repeat makes the same document from the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import JsonValue

from domain.base import Strict
from domain.documents import formats
from domain.documents.invoice import Invoice, read_invoice
from domain.documents.problems import DocumentProblem
from domain.documents.requisites import requisites_from

INVOICE = "invoice"
TITLES = {INVOICE: "Счёт", "contract": "Договор", "act": "Акт"}
_OF_INVOICE = ("lines", "vat_included", "basis", "note")
_UNNUMBERED = "0"  # stands for the number until it is taken


class Content(Strict):
    """All that a rendering needs besides the number. `seller` and `buyer` are requisites and further fields."""

    template: str
    template_file: str | None = None  # the id of an uploaded DOCX, in place of a shipped template
    number: str | None = None  # given by hand or by 1C; else our own sequence is asked
    date: date
    seller: dict[str, JsonValue]
    buyer: dict[str, JsonValue]
    data: dict[str, JsonValue]


def side(name: str, fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """One side as documents see it: everything known about it, requisites under their usual names."""
    return {**fields, **requisites_from(name, fields).model_dump()}


def fields_for(content: Content, number: str | None = None) -> dict[str, Any] | list[DocumentProblem]:
    """What the renderer gets, or what is missing: an invoice's fields, or for templates those and more.

    Without a number it is a trial. Lines of a template are worked out as an invoice's are.
    """
    number = content.number or number or _UNNUMBERED
    base: dict[str, Any] = {
        "number": number,
        "date": content.date.isoformat(),
        "seller": content.seller,
        "buyer": content.buyer,
    }
    invoice_fields = base | {name: content.data[name] for name in _OF_INVOICE if name in content.data}
    if content.template == INVOICE:
        invoice = read_invoice(invoice_fields)
        return invoice_fields if isinstance(invoice, Invoice) else invoice
    if "lines" not in content.data:
        return {**content.data, **base}
    invoice = read_invoice(invoice_fields)
    return {**content.data, **base, **_sums(invoice)} if isinstance(invoice, Invoice) else invoice


def file_name(content: Content, number: str) -> str:
    """`Счёт № 12 от 02.03.2026.pdf`, without the characters that file systems forbid."""
    title = content.data.get("title") or TITLES.get(content.template, content.template)
    ending = "pdf" if content.template == INVOICE else "docx"
    text = f"{title} № {number} от {formats.short_date(content.date)}"
    kept = "".join("-" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in text)
    return f"{kept[:120]}.{ending}"


def _sums(invoice: Invoice) -> dict[str, Any]:
    """Lines with their sums, and the totals, in roubles as text; `taxes` holds rate and sum of each rate."""
    lines = [
        {**line.model_dump(mode="json"), **{name: str(value) for name, value in sums._asdict().items()}}
        | {"vat_rate": line.vat}
        for line, sums in zip(invoice.lines, invoice.sums, strict=True)
    ]
    taxes = [{"rate": rate, "vat": str(vat)} for rate, vat in invoice.vat.items()]
    totals = {"amount": str(invoice.amount), "total": str(invoice.total), "basis": invoice.basis}
    return {**totals, "lines": lines, "taxes": taxes}
