"""The invoice as a PDF page such as Russian accountants know it. The same invoice gives the same bytes."""

from __future__ import annotations

from itertools import count

import segno
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from activities.rendering.pdf_page import MARGIN, SIZE, SMALL, WIDTH, Page
from domain.documents import formats
from domain.documents.invoice import Invoice
from domain.documents.payment_qr import payment_text
from domain.documents.requisites import Requisites
from domain.documents.vat import VatRate
from domain.documents.words import roubles_in_words

_TITLE = 14.0  # points
_QR = 34.0  # millimetres
_ROW = 4.8
_QUIET = 4  # modules of white around a QR code, as its standard asks


def render(invoice: Invoice) -> bytes:
    """The PDF. The invoice has been checked (`read_invoice`): nothing is missing in it."""
    page = Page(_heading(invoice), invoice.seller.name, invoice.date)
    page.add_page()
    _note(page, invoice)
    _bank(page, invoice.seller)
    _title(page, invoice)
    _sides(page, invoice)
    _lines(page, invoice)
    if page.will_page_break(_closing_height(page, invoice)):
        page.add_page()  # totals, signatures and QR code stay together
    _totals(page, invoice)
    _closing(page, invoice)
    return bytes(page.output())


def _heading(invoice: Invoice) -> str:
    return f"Счёт на оплату № {invoice.number} от {formats.long_date(invoice.date)}"


def _note(page: Page, invoice: Invoice) -> None:
    if invoice.note:
        page.write_in(SMALL)
        page.line_of(3.6, invoice.note, align=Align.C)
        page.write_in(SIZE)
        page.ln(3)


def _bank(page: Page, seller: Requisites) -> None:
    """The box that payers copy into their payment order."""
    left, label, right = 105.0, 16.0, 59.0
    x, top = page.l_margin, page.get_y()
    half = left / 2
    bank = _height(page, left, seller.bank, 4.5) + 5
    name = _height(page, left, seller.name, 4.5) + 5
    bank, name = max(bank, 12.0), max(name, 12.0)
    rows = (top, top + bank, top + bank + 6, top + bank + 6 + name)
    _box_text(page, x, rows[0], left, seller.bank, "Банк получателя", bank)
    _box_cells(
        page, x + left, rows[0], label, right, (("БИК", seller.bik), ("Сч. №", seller.correspondent_account))
    )
    page.set_xy(x, rows[1])
    page.cell(half, 6, f"ИНН  {seller.inn}", border="TRB")
    page.cell(left - half, 6, f"КПП  {seller.kpp}", border="TB")
    _box_cells(page, x + left, rows[1], label, right, (("Сч. №", seller.account),))
    _box_text(page, x, rows[2], left, seller.name, "Получатель", name)
    page.rect(x, top, WIDTH, rows[3] - top)
    page.line(x + left, top, x + left, rows[3])
    page.line(x + left + label, top, x + left + label, rows[3])
    page.line(x + left, top + 6, x + WIDTH, top + 6)
    page.line(x + left, rows[1], x + WIDTH, rows[1])
    page.set_xy(x, rows[3] + 7)


def _height(page: Page, width: float, text: str, line: float) -> float:
    rows = page.multi_cell(width, line, text, dry_run=True, output=MethodReturnValue.LINES)
    return len(rows) * line if isinstance(rows, list) else line


def _box_text(page: Page, x: float, y: float, width: float, text: str, caption: str, height: float) -> None:
    page.set_xy(x, y + 0.3)
    page.multi_cell(width, 4.5, text, align=Align.L)
    page.set_xy(x, y + height - 4.3)
    page.write_in(SMALL - 0.5)
    page.cell(width, 4, caption)
    page.write_in(SIZE)


def _box_cells(
    page: Page, x: float, y: float, label: float, right: float, rows: tuple[tuple[str, str], ...]
) -> None:
    for number, (name, value) in enumerate(rows):
        page.set_xy(x, y + 6 * number)
        page.cell(label, 6, name)
        page.cell(right, 6, value)


def _title(page: Page, invoice: Invoice) -> None:
    page.write_in(_TITLE, "B")
    page.line_of(7, _heading(invoice))
    page.ln(1)
    page.rule(0.6)
    page.write_in(SIZE)
    page.ln(3)


def _sides(page: Page, invoice: Invoice) -> None:
    sides = [("Поставщик\n(Исполнитель):", _described(invoice.seller))]
    sides.append(("Покупатель\n(Заказчик):", _described(invoice.buyer)))
    if invoice.basis:
        sides.append(("Основание:", invoice.basis))
    for label, text in sides:
        top = page.get_y()
        page.multi_cell(30, 4.2, label, align=Align.L)
        below = page.get_y()
        page.set_xy(page.l_margin + 30, top)
        page.write_in(SIZE, "B")
        page.multi_cell(WIDTH - 30, 4.2, text, align=Align.L)
        page.write_in(SIZE)
        page.set_xy(page.l_margin, max(below, page.get_y()) + 2)
    page.ln(1)


def _described(side: Requisites) -> str:
    parts = (
        side.name,
        side.inn and f"ИНН {side.inn}",
        side.kpp and f"КПП {side.kpp}",
        side.address,
        side.phone and f"тел.: {side.phone}",
    )
    return ", ".join(part for part in parts if part)


def _lines(page: Page, invoice: Invoice) -> None:
    widths, aligns = (9, 75, 17, 13, 24, 16, 26), "CLRCRCR"
    headings = ("№", "Товары (работы, услуги)", "Кол-во", "Ед.", "Цена", "НДС", "Сумма")
    with page.table(
        borders_layout=TableBordersLayout.ALL,
        col_widths=widths,
        headings_style=FontFace(emphasis="BOLD"),
        line_height=4.4,
        padding=(0.8, 1),
        text_align=tuple(Align[letter] for letter in aligns),
        width=WIDTH,
    ) as table:
        table.row(headings)
        for number, line, sums in zip(count(1), invoice.lines, invoice.sums, strict=False):
            price = (
                formats.money(line.price)
                if line.price == round(line.price, 2)
                else formats.quantity(line.price)
            )
            row = (str(number), line.title, formats.quantity(line.quantity), line.unit, price)
            table.row((*row, _rate(line.vat), formats.money(sums.amount)))
    page.ln(2)


def _rate(rate: VatRate) -> str:
    return "Без НДС" if rate == "none" else f"{rate}%"


def _total_rows(invoice: Invoice) -> list[tuple[str, str]]:
    inside = "В том числе НДС" if invoice.vat_included else "НДС"
    vat = [(f"{inside} {rate}%:", formats.money(vat)) for rate, vat in invoice.vat.items()]
    return [
        ("Итого:", formats.money(invoice.amount)),
        *(vat or [("Без налога (НДС):", "–")]),
        ("Всего к оплате:", formats.money(invoice.total)),
    ]


def _closing_height(page: Page, invoice: Invoice) -> float:
    page.write_in(SIZE, "B")
    words = _height(page, WIDTH, roubles_in_words(invoice.total), _ROW)
    page.write_in(SIZE)
    return (len(_total_rows(invoice)) + 1) * _ROW + words + 4 + 5 + _QR + 3


def _totals(page: Page, invoice: Invoice) -> None:
    page.write_in(SIZE, "B")
    for label, value in _total_rows(invoice):
        page.cell(WIDTH - 30, _ROW, label, align=Align.R)
        page.cell(30, _ROW, value, align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(2)
    page.write_in(SIZE)
    page.line_of(
        _ROW, f"Всего наименований {len(invoice.lines)}, на сумму {formats.money(invoice.total)} руб."
    )
    page.write_in(SIZE, "B")
    page.line_of(_ROW, roubles_in_words(invoice.total))
    page.write_in(SIZE)
    page.ln(2)


def _closing(page: Page, invoice: Invoice) -> None:
    page.rule(0.6)
    top = page.get_y() + 5
    _qr(page, payment_text(invoice), MARGIN, top)
    seller = invoice.seller
    head = "Предприниматель" if seller.is_person else "Руководитель"
    signatures = [(head, seller.director)]
    if not seller.is_person:
        signatures.append(("Бухгалтер", seller.accountant or seller.director))
    for number, (role, name) in enumerate(signatures):
        _signature(page, role, name, top + 4 + 14 * number)
    page.set_xy(MARGIN, top + _QR + 6)


def _signature(page: Page, role: str, name: str, y: float) -> None:
    x = MARGIN + _QR + 12
    page.set_xy(x, y)
    page.write_in(SIZE, "B")
    page.cell(32, 5, role)
    page.write_in(SIZE)
    page.line(x + 34, y + 5, x + 76, y + 5)
    page.set_xy(x + 78, y)
    page.cell(0, 5, f"/ {name} /")
    page.write_in(SMALL - 1)
    page.set_xy(x + 34, y + 5.2)
    page.cell(42, 3, "подпись", align=Align.C)
    page.write_in(SIZE)


def _qr(page: Page, text: str, x: float, y: float) -> None:
    matrix = segno.make_qr(text, error="m", encoding="utf-8").matrix
    step = _QR / (len(matrix) + 2 * _QUIET)
    page.set_fill_color(0)
    for row, modules in enumerate(matrix):
        column = 0
        while column < len(modules):
            length = next((n for n, dark in enumerate(modules[column:]) if not dark), len(modules) - column)
            if length:  # neighbours are drawn as one: seams between them would show as white hairlines
                page.rect(
                    x + (column + _QUIET) * step, y + (row + _QUIET) * step, length * step, step, style="F"
                )
            column += max(length, 1)
    page.write_in(SMALL - 1)
    page.set_xy(x, y + _QR)
    page.cell(_QR, 3, "Оплата по QR-коду", align=Align.C)
    page.write_in(SIZE)
