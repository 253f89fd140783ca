"""What a document says, gathered once and then recorded: a repeat makes the same document from the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID, uuid5

from pydantic import JsonValue

from domain.base import Strict
from domain.documents import formats
from domain.documents.invoice import Invoice, read_invoice
from domain.documents.problems import DocumentProblem
from domain.documents.requisites import requisites_from

INVOICE = "invoice"
TITLES = {INVOICE: "Счёт", "contract": "Договор", "act": "Акт", "upd": "УПД"}
_FILE_IDS = UUID("5b0f3a52-6d0e-4c55-9c1c-6a9e6f1f9a11")  # never changes: the same key, the same file
_OF_INVOICE = ("lines", "vat_included", "basis", "note")
_UNNUMBERED = "0"  # stands for the number until it is taken


class Content(Strict):
    """All that a rendering needs besides the number. `seller` and `buyer` are requisites and further fields."""

    template: str
    template_file: str | None = None  # the id of an uploaded DOCX, in place of a shipped template
    document: str | None = None  # which of a deal's documents this is a version of; None: of none
    numbers: str | None = None  # the kind of document it is numbered with; None: its template's
    number: str | None = None  # given by hand or by 1C; else our own sequence is asked
    date: date
    seller: dict[str, JsonValue]
    buyer: dict[str, JsonValue]
    data: dict[str, JsonValue]

    @property
    def organisation(self) -> str:
        """Whose numbers they are: the seller's INN."""
        return str(self.seller.get("inn") or "")

    @property
    def sequence(self) -> str:
        """The kind of document that it is counted with."""
        return self.numbers or self.template


def file_id_of(key: str) -> str:
    """The id of the file that the effect of this key makes, known before it is made."""
    return str(uuid5(_FILE_IDS, key))


def format_of(template: str) -> Literal["pdf", "docx"]:
    """What kind of file comes of the template."""
    return "pdf" if template == INVOICE else "docx"


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
    invoice_fields = base | _given(content)
    if content.template == INVOICE:
        invoice = read_invoice(invoice_fields)
        return invoice_fields if isinstance(invoice, Invoice) else invoice
    if "lines" not in content.data:
        return {**content.data, **base}
    invoice = read_invoice(invoice_fields)
    return {**content.data, **base, **_sums(invoice)} if isinstance(invoice, Invoice) else invoice


def total_of(content: Content) -> Decimal | None:
    """What the document's lines come to, tax and all, roubles; None without lines that could be issued."""
    sides = {"seller": content.seller, "buyer": content.buyer}
    head = {"number": content.number or _UNNUMBERED, "date": content.date.isoformat()}
    invoice = read_invoice({**head, **sides, **_given(content)}) if "lines" in content.data else None
    return invoice.total if isinstance(invoice, Invoice) else None


def _given(content: Content) -> dict[str, Any]:
    return {name: content.data[name] for name in _OF_INVOICE if name in content.data}


def file_name(content: Content, number: str) -> str:
    """`Счёт № 12 от 02.03.2026.pdf`, without the characters that file systems forbid."""
    title = content.data.get("title") or TITLES.get(content.template, content.template)
    text = f"{title} № {number} от {formats.short_date(content.date)}"
    kept = "".join("-" if char in '/\\:*?"<>|' or ord(char) < 32 else char for char in text)
    return f"{kept[:120]}.{format_of(content.template)}"


def _sums(invoice: Invoice) -> dict[str, Any]:
    """Lines with their sums, and the totals, in roubles as text; `taxes` holds rate and sum of each rate."""
    lines = [
        {**line.model_dump(mode="json"), **{name: str(value) for name, value in sums._asdict().items()}}
        | {"vat_rate": line.vat, "net": str(sums.total - sums.vat)}
        for line, sums in zip(invoice.lines, invoice.sums, strict=True)
    ]
    taxes = [{"rate": rate, "vat": str(vat)} for rate, vat in invoice.vat.items()]
    net = invoice.total - sum((sums.vat for sums in invoice.sums), Decimal(0))
    totals = {
        "amount": str(invoice.amount),
        "net": str(net),
        "total": str(invoice.total),
        "basis": invoice.basis,
    }
    return {**totals, "lines": lines, "taxes": taxes}
