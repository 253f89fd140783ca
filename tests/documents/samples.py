"""Data of documents for tests: the demo organisation's requisites and an invented buyer's."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx

from domain.documents.content import side
from domain.documents.invoice import Invoice, read_invoice
from store.organisation_file import parse_organisation

ORGANISATION = parse_organisation(Path("pipelines/organisation.yaml").read_text(encoding="utf-8"), "demo")
SELLER: dict[str, Any] = side(ORGANISATION.name, ORGANISATION.requisites)
HOSTILE_NAME = 'ООО A<b>&"«{{ x }}» {_{ %}'
BUYER: dict[str, Any] = side(
    HOSTILE_NAME,
    {"inn": "7702000903", "kpp": "770201001", "address": "105005, г. Москва, ул. Выдуманная, д. 2"},
)
LINES: list[dict[str, Any]] = [
    {"title": "Приёмка товара на склад", "quantity": "1500", "unit": "шт.", "price": "12.50", "vat": "22"},
    {"title": "Хранение", "quantity": "2.5", "unit": "м³", "price": "850", "vat": "22"},
    {"title": "Книги", "quantity": 3, "unit": "шт.", "price": 99.99, "vat": 10},
]


def invoice_data(**changes: Any) -> dict[str, Any]:
    data = {
        "seller": SELLER,
        "buyer": BUYER,
        "number": "12",
        "date": "2026-03-02",
        "lines": LINES,
        "basis": "Договор № 7 от 01.02.2026",
    }
    return data | changes


def invoice(**changes: Any) -> Invoice:
    made = read_invoice(invoice_data(**changes))
    assert isinstance(made, Invoice), made
    return made


def word(*paragraphs: str) -> bytes:
    """A DOCX with these paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def word_text(package: bytes) -> str:
    """All of a DOCX's text, tables last."""
    document = docx.Document(io.BytesIO(package))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
