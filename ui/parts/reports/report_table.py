"""A report's rows as a table, drawn in the browser: one element on the server, however many rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nicegui.element import Element

from ui.view import View

Json = Any
Links = Mapping[str, Callable[[Json], str]]
Tones = Mapping[str, str]
_LOOKS = {"text": "text", "day": "day"}
_MANY = 7  # columns; more of them stand closer together
_UNIT = 2  # letters: h, %, ₽


class ReportTable(Element, component="report_table.js"):
    """`links`: by column, where a row's cell leads (empty: nowhere); `tones`: of cells with a figure above zero."""

    def __init__(self, view: View, report: Json, links: Links, tones: Tones) -> None:
        super().__init__()
        columns = [one for one in report["columns"] if _is_told(one, report["items"])]
        self._props["columns"] = [
            {
                "name": one["name"],
                "title": _whole(view.text(one["title"])),
                "kind": _LOOKS.get(one["kind"], "number"),
            }
            for one in columns
        ]
        self._props["dense"] = len(columns) > _MANY
        self._props["rows"] = [
            {one["name"]: _cell(view, one, item, links, tones) for one in columns} for item in report["items"]
        ]
        self._props["labels"] = {
            "caption": view.text(report["title"]),
            "more": view.say("Показать ещё", "Show more"),
        }


def _whole(title: str) -> str:
    """The title with its unit kept on the line of the word before: «календарных ч»."""
    words, _, unit = title.rpartition(" ")
    return f"{words}\N{NO-BREAK SPACE}{unit}" if words and len(unit) <= _UNIT else title


def _is_told(column: Json, items: list[Json]) -> bool:
    """Not what only programs need, nor what is empty everywhere, nor the one pipeline that all is about."""
    name = column["name"]
    if name == "pipeline_title":
        return len({item["pipeline"] for item in items}) > 1
    return column["kind"] != "raw" and any(item[name] is not None for item in items)


def _cell(view: View, column: Json, item: Json, links: Links, tones: Tones) -> dict[str, Any]:
    name, value = column["name"], item[column["name"]]
    cell: dict[str, Any] = {
        "text": shown(view, column["kind"], value),
        "sort": _order(view, column["kind"], value),
    }
    if value and name in links and (link := links[name](item)):
        cell["link"] = link
    if value and name in tones:
        cell["tone"] = tones[name]
    return cell


def shown(view: View, kind: str, value: Json) -> str:
    """A cell in words."""
    if value is None:
        return "—"
    if kind == "percent":
        return percent(view, value)
    if kind == "money":
        return view.money(value)
    if kind == "day":
        return view.full(value)
    return view.text(value) if kind == "text" else view.number(value)


def percent(view: View, value: float | None) -> str:
    """A share; a dash for none."""
    return "—" if value is None else f"{view.number(value)}\N{NO-BREAK SPACE}%"


def _order(view: View, kind: str, value: Json) -> float | str | None:
    """What the cell is sorted by."""
    if value is None:
        return None
    return view.text(value) if kind in ("text", "day") else float(value)
