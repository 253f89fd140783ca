"""Reports as files for spreadsheets. Nothing in them is run as a formula, whatever people wrote on cards."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

from api.reporting.table import Kind, Period, Report, words
from domain.base import Language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST = 32_767  # characters that a cell of a spreadsheet holds
_FORMATS = {
    "whole": "#,##0",
    "percent": "0.0%",
    "hours": "#,##0.00",
    "money": "#,##0.00",
    "day": "dd.mm.yyyy",
}
_SEPARATORS: Mapping[Language, str] = {"ru": ";", "en": ","}
_WIDTHS = {"text": 28, "money": 16}
_PLAIN = {  # texts stay texts: no formula, no link, no number
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def as_csv(report: Report, language: Language, separators: Language = "en") -> str:
    """For programs and spreadsheets: the columns' own names, a mark of UTF-8, lines as RFC 4180 has them.

    `separators`: of which country. Russian spreadsheets want `;` and a decimal comma, programs `,` and a point.
    """
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=_SEPARATORS[separators], lineterminator="\r\n")
    writer.writerow([column.name for column in report.columns])
    for item in report.items:
        values = (words(item[column.name], language) for column in report.columns)
        writer.writerow([_number(_guarded(value), separators) for value in values])
    return text.getvalue()


def _number(value: Any, country: Language) -> Any:
    """A number as it is written there: where a comma is due, a spreadsheet reads `1.5` as 1 May."""
    return str(value).replace(".", ",") if country == "ru" and isinstance(value, float | Decimal) else value


def _guarded(value: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe in front, also one behind spaces."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_FORMULA) else value


def as_xlsx(report: Report, period: Period, language: Language) -> bytes:
    """For people: titles in their language, real numbers and dates, the first row stays in sight."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _PLAIN) as book:
        title = report.title.in_language(language)
        book.set_properties({"title": title, "comments": f"{period.first} – {period.last}"})
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": code}) for kind, code in _FORMATS.items()}
        columns = [column for column in report.columns if column.kind != "raw"]
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, _WIDTHS.get(column.kind, 12))
            sheet.write_string(0, number, column.title.in_language(language), bold)
            for row, item in enumerate(report.items, 1):
                value = words(item[column.name], language)
                _write(sheet, (row, number), value, column.kind, formats.get(column.kind))
        if report.items:
            sheet.autofilter(0, 0, len(report.items), len(columns) - 1)
    return content.getvalue()


def _write(sheet: Any, cell: tuple[int, int], value: Any, kind: Kind, shown: Any) -> None:
    if value is None:
        return
    if kind == "text":
        sheet.write_string(*cell, str(value)[:_LONGEST])
    elif kind == "day":
        sheet.write_datetime(*cell, datetime.combine(value, time()), shown)
    else:
        sheet.write_number(*cell, float(value) / (100 if kind == "percent" else 1), shown)
