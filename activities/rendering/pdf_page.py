"""An A4 page in a font with Cyrillic, for documents that are drawn and not filled in."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from importlib.resources import files

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import TTFFont

MARGIN, WIDTH = 15.0, 180.0  # millimetres, as everything here
SIZE, SMALL = 9.5, 8.0  # points
_FONT = "PT Sans"
_FONT_PACKAGE = "fontpkg_pt_sans"
_STYLES = {"": "PT_Sans-Web-Regular.ttf", "B": "PT_Sans-Web-Bold.ttf"}
_NOT_IN_FONT = "◊"
# Categories: controls, joiners, halves of characters, marks on other characters.
_INVISIBLE = ("Cc", "Cf", "Cs", "Mn", "Me")


class Page(FPDF):
    """A document of such pages; `title` stands in its properties and at the foot of further pages."""

    def __init__(self, title: str, author: str, day: date) -> None:
        super().__init__(format="A4")
        self.set_margins(MARGIN, 12, MARGIN)
        self.set_auto_page_break(True, 16)
        for style, name in _STYLES.items():
            self.add_font(_FONT, style, str(files(_FONT_PACKAGE) / "files" / name))
        self.set_title(title)
        self.set_author(author)
        self.set_lang("ru")
        # Not the present moment: a repeat gives the same bytes.
        self.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
        self._heading = title
        self.write_in(SIZE)

    def write_in(self, size: float, style: str = "") -> None:
        """Choose the size, in points, and the style of what is written next."""
        self.set_font(_FONT, style, size)

    def footer(self) -> None:
        """The page's number, where there are several pages."""
        if self.page_no() > 1:
            self.set_y(-12)
            self.write_in(SMALL)
            self.cell(0, 5, f"{self._heading}, стр. {self.page_no()}", align=Align.R)
            self.write_in(SIZE)

    def normalize_text(self, text: str) -> str:
        """What the font can draw. The library would leave out the rest without a trace; a mark shows it."""
        return "".join(map(self._drawable, super().normalize_text(text)))

    def _drawable(self, char: str) -> str:
        font = self.current_font
        if char == "\n" or not isinstance(font, TTFFont) or ord(char) in font.cmap:
            return char
        if char.isspace():
            return " "
        return "" if unicodedata.category(char) in _INVISIBLE else _NOT_IN_FONT

    def line_of(self, height: float, text: str, *, align: Align = Align.L) -> None:
        """A paragraph over the whole width."""
        self.multi_cell(0, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rule(self, width: float) -> None:
        """A line over the whole width, this thick."""
        self.set_line_width(width)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.set_line_width(0.2)
