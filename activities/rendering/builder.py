"""DOCX templates out of plain text, so that the shipped ones can be read and reviewed like any source.

    # Heading                 centred, bold
    ## Section                bold
    left <> right             one line, the second part at the right margin
    | a | b |                 a table row; rows one after the other are one table; <br> is a line break
    %% remark                 left out
    anything else             a paragraph

Tags of the template language stand in the text as they do in Word. A table row `| {%tr for x in y %} |` repeats.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import groupby

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

_FONT = "Times New Roman"
_WIDTH = Cm(17)
_BAR = re.compile(r"(?<=\s)\|(?=\s)")  # between spaces: a filter's bar has none


def build(source: str) -> bytes:
    """The DOCX of a text template. Any text is one."""
    document = docx.Document()
    _set_up(document)
    lines = (line.strip() for line in source.splitlines())
    kept = [line for line in lines if line and not line.startswith("%%")]
    for is_table, group in groupby(kept, key=lambda line: line.startswith("|")):
        if is_table:
            _table(document, [_cells(line) for line in group])
        else:
            for line in group:
                _paragraph(document, line)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def _set_up(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(4)


def _paragraph(document: Document, line: str) -> None:
    paragraph = document.add_paragraph()
    if line.startswith("#"):
        heading = line.startswith("# ")
        paragraph.add_run(line.lstrip("# ")).bold = True
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(0 if heading else 8)
        if heading:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return
    left, parted, right = f" {line}".partition(" <> ")
    paragraph.add_run(f"{left.strip()}\t{right}" if parted else line)
    if parted:
        paragraph.paragraph_format.tab_stops.add_tab_stop(_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    elif not line.startswith("{%p"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BAR.split(f" {line[1:].removesuffix('|')} ")]


def _table(document: Document, rows: list[list[str]]) -> None:
    columns = max(len(row) for row in rows)
    table = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    for number, texts in enumerate(rows):
        cells = table.add_row().cells
        for cell, text in zip(cells, texts, strict=False):
            for place, part in enumerate(_lines(text)):
                paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.add_run(part).bold = number == 0
    document.add_paragraph()


def _lines(text: str) -> Iterator[str]:
    yield from (part.strip() for part in text.split("<br>"))
