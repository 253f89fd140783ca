"""Figures and bar charts: plain HTML, so that they follow the theme, are read aloud and printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nicegui import ui
from nicegui.elements.mixins.text_element import TextElement

from ui.parts.elements import heading

Tone = str  # brand, tint, ok, soon, late


@dataclass(frozen=True)
class Bar:
    """One line of a chart: its name, its parts (length, tone) one after another, and the figures in words."""

    label: str
    parts: tuple[tuple[float, Tone], ...]
    text: str
    link: str = ""


def figures(items: Iterable[tuple[str, str, Tone]]) -> None:
    """Big numbers: (number, what it is, tone or empty)."""
    with ui.element("dl").classes("report-figures"):
        for number, label, tone in items:
            with ui.element("div").classes("card report-figure"):
                TextElement(tag="dt", text=label).classes("muted small")
                TextElement(tag="dd", text=number).classes(f"figure tone-{tone}" if tone else "figure")


def chart(title: str, bars: Sequence[Bar], legend: Iterable[tuple[str, Tone]] = ()) -> None:
    """A card with one bar a line; the longest fills the width. Tones are told apart by the legend and the words."""
    longest = max((sum(length for length, _ in bar.parts) for bar in bars), default=0.0)
    with ui.element("section").classes("card"):
        heading(title, 2)
        _legend(legend)
        with ui.element("ol").classes("bars") as drawn:
            drawn.props["aria-label"] = title
            for bar in bars:
                _line(bar, longest)


def _legend(legend: Iterable[tuple[str, Tone]]) -> None:
    with ui.element("div").classes("row bars-legend"):
        for text, tone in legend:
            with ui.element("span").classes("row nowrap"):
                ui.element("i").classes(f"bars-key bars-{tone}").props("aria-hidden=true")
                ui.label(text).classes("small muted")


def _line(bar: Bar, longest: float) -> None:
    with ui.element("li"):
        if bar.link:
            ui.link(bar.label, bar.link).classes("bars-label")
        else:
            ui.label(bar.label).classes("bars-label")
        with ui.element("div").classes("bars-track").props("aria-hidden=true"):
            for length, tone in bar.parts:
                width = 100 * length / longest if longest else 0.0
                ui.element("i").classes(f"bars-{tone}").style(f"width: {width:.2f}%")
        ui.label(bar.text).classes("bars-text tabular")
