"""The rendered invoice, as the child process makes it: read by a PDF reader, its QR code by a decoder."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from activities.rendering.errors import RenderingRefused
from activities.rendering.process import Job, render
from domain.documents.payment_qr import payment_text
from tests.documents.samples import HOSTILE_NAME, LINES, SELLER, invoice, invoice_data


async def pdf(**changes: Any) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(await render(Job("invoice", invoice_data(**changes))))


def text_of(document: pypdfium2.PdfDocument) -> str:
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join("\n".join(pages).replace("\u00a0", " ").split())


def qr_codes(page: pypdfium2.PdfPage) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]


async def test_the_page_says_everything() -> None:
    document = await pdf()
    text = text_of(document)
    assert len(document) == 1
    for expected in (
        "Счёт на оплату № 12 от 2 марта 2026 г.",
        "044525999",
        "40702810700000000901",
        "30101810600000000999",
        "ИНН 7701000900",
        "КПП 770101001",
        HOSTILE_NAME,
        "Договор № 7 от 01.02.2026",
        "1 500",
        "18 750,00",
        "В том числе НДС 22%: 3 764,35",
        "В том числе НДС 10%: 27,27",
        "Всего к оплате: 21 174,97",
        "Всего наименований 3, на сумму 21 174,97 руб.",
        "Двадцать одна тысяча сто семьдесят четыре рубля 97 копеек",
        "/ Дорохова Анна Сергеевна /",
    ):
        assert expected in text, expected


async def test_a_bank_app_reads_the_qr_code() -> None:
    document = await pdf()
    assert qr_codes(document[0]) == [payment_text(invoice())]


async def test_long_requisites_still_give_a_readable_code() -> None:
    long = {"seller": SELLER | {"name": "Ф" * 160, "bank": "Ы" * 45}}
    document = await pdf(**long)
    assert qr_codes(document[0]) == [payment_text(invoice(**long))]


async def test_vat_on_top_and_no_vat() -> None:
    on_top, untaxed = await asyncio.gather(pdf(vat_included=False), pdf(lines=[LINES[0] | {"vat": "none"}]))
    assert "НДС 22%: 4 592,50" in text_of(on_top)
    assert "В том числе" not in text_of(on_top)
    assert "Без налога (НДС): –" in text_of(untaxed)


@pytest.mark.parametrize("count", [7, 9, 11, 13, 70])
async def test_many_lines_take_pages_and_keep_the_closing_together(count: int) -> None:
    document = await pdf(
        lines=[line | {"title": "Длинное название товара " * 4} for line in LINES * 30][:count]
    )
    last = document[len(document) - 1]
    assert qr_codes(last) == [payment_text(invoice(lines=[*(LINES * 30)][:count]))]
    text = " ".join(last.get_textpage().get_text_range().split())
    assert "Итого:" in text
    assert "Всего к оплате:" in text
    assert "Руководитель" in text


async def test_the_same_invoice_gives_the_same_bytes() -> None:
    first = await render(Job("invoice", invoice_data()))
    await asyncio.sleep(1.1)  # moments in a PDF count seconds
    assert await render(Job("invoice", invoice_data())) == first


async def test_invisible_characters_leave_no_trace() -> None:
    dirty = SELLER | {"name": "Ром\x00аш\x07ка\ud800, ООО"}
    clean = SELLER | {"name": "Ромашка, ООО"}
    rendered = await render(Job("invoice", invoice_data(seller=dirty)))
    assert rendered == await render(Job("invoice", invoice_data(seller=clean)))


async def test_what_the_font_cannot_draw_is_marked() -> None:
    document = await pdf(buyer={"name": "Цветы 🌼\ufe0f и\u202f漢字\u200b, ИП"})
    assert "Цветы ◊ и ◊◊, ИП" in text_of(document)


async def test_what_is_missing_comes_back_by_field() -> None:
    with pytest.raises(RenderingRefused) as refused:
        await render(Job("invoice", invoice_data(seller=SELLER | {"bik": ""})))
    assert "seller.bik" in [found.field for found in refused.value.problems]


async def test_large_sums_fit_their_columns() -> None:
    document = await pdf(lines=[LINES[0] | {"quantity": "1", "price": "999999999999.99"}])
    assert f"{Decimal('999999999999.99'):,}".replace(",", " ").replace(".", ",") in text_of(document)
