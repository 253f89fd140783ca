"""How the reports about the course of deals look: conversion, time in stage, losses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from ui.parts.reports.bars import Bar, chart, figures
from ui.parts.reports.choice import Choice
from ui.parts.reports.report_table import Links, Tones, percent
from ui.view import View

Json = Any
_TOP = 12


def draw_conversion(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures, a funnel for each pipeline, and where the table's cells lead."""
    totals = report["totals"]
    won_in = totals["median_hours_to_win"]
    deals = view.say("открыто сделок", "deals opened")
    figures(
        (
            (view.number(totals["opened"]), deals, ""),
            (
                percent(view, totals["conversion"]),
                view.say("конверсия в победу", "of them won"),
                "ok" if totals["won"] else "",
            ),
            (percent(view, totals["win_rate"]), view.say("побед среди закрытых", "won of those closed"), ""),
            *_sums(view, totals),
            (span(view, won_in), view.say("до победы, медиана", "to win, median"), ""),
        )
    )
    for title, items in _by_pipeline(view, report["items"]):
        open_ones = [
            item for item in items if item["kind"] != "lost" and (item["reached"] or item["kind"] == "open")
        ]
        chart(
            view.say(f"Воронка «{title}»", f"Funnel “{title}”"),
            [_funnel(view, item) for item in open_ones],
        )
    return _to_boards(choice), {"lost": "late"}


def _sums(view: View, totals: Json) -> Iterator[tuple[str, str, str]]:
    for state, ru, en, tone in (
        ("won", "выиграно", "won", "ok"),
        ("lost", "проиграно", "lost", "late"),
        ("open", "в работе", "open", ""),
    ):
        label = f"{view.say(ru, en)}: {view.money(totals[f'{state}_amount'])}"
        yield view.number(totals[state]), label, tone if totals[state] else ""


def _funnel(view: View, item: Json) -> Bar:
    words = [view.number(item["reached"]), percent(view, item["share"])]
    if item["step"] is not None:
        words.append(view.say("шаг", "step") + " " + percent(view, item["step"]))
    tone = "ok" if item["kind"] == "won" else "brand"
    return Bar(view.text(item["stage_title"]), ((float(item["reached"]), tone),), " · ".join(words))


def _to_boards(choice: Choice) -> Links:
    """Numbers of deals lead to the board on which they stand; closed ones are unfolded there."""

    def board(item: Json) -> str:
        closed = {"closed": "1"} if item.get("kind", "open") != "open" else {}
        return choice.board(item["pipeline"], **closed)

    return {"standing": board}


def draw_stage_time(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures and, for each pipeline, how long deals stood in its stages."""
    known = [item for item in report["items"] if item["working_median"] is not None]
    slowest = max(known, key=lambda item: item["working_median"], default=None)
    several = len({item["pipeline"] for item in known}) > 1
    slow = stage_name(view, slowest, several) if slowest else "—"
    figures(
        (
            (
                view.number(report["totals"]["visits"]),
                view.say("раз пройден этап", "times a stage was left"),
                "",
            ),
            (
                view.number(report["totals"]["standing"]),
                view.say("сделок стоит сейчас", "deals stand now"),
                "",
            ),
            (slow, view.say("самый долгий этап", "the slowest stage"), ""),
            (
                _hours(view, slowest["working_median"]) if slowest else "—",
                view.say("медиана на нём, рабочее время", "its median, working time"),
                "",
            ),
        )
    )
    legend = (
        (view.say("половина сделок быстрее", "half of the deals within"), "brand"),
        (view.say("90 % сделок быстрее", "90 % of the deals within"), "tint"),
    )
    for title, items in _by_pipeline(view, known):
        name = view.say(f"«{title}», рабочие часы", f"“{title}”, working hours")
        chart(name, [_stay(view, item) for item in items], legend)
    return _to_boards(choice), {}


def _stay(view: View, item: Json) -> Bar:
    median, p90 = item["working_median"], item["working_p90"]
    half, most = _hours(view, median), _hours(view, p90)
    text = view.say(f"{half} · 90 % за {most}", f"{half} · 90 % in {most}")
    return Bar(view.text(item["stage_title"]), ((median, "brand"), (p90 - median, "tint")), text)


def draw_losses(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures, the reasons, and out of which stages deals were lost."""
    totals, items = report["totals"], report["items"]
    main = view.text(items[0]["reason_title"]) if items else "—"
    figures(
        (
            (view.number(totals["deals"]), view.say("проиграно сделок", "deals lost"), "late"),
            (view.money(totals["amount"]), view.say("на сумму", "worth"), ""),
            (main, view.say("главная причина", "the main reason"), ""),
        )
    )
    several = len({item["pipeline"] for item in items}) > 1
    chart(
        view.say("Почему", "Why"),
        [_lost(view, item, "reason_title", several) for item in items[:_TOP]],
    )
    chart(
        view.say("С какого этапа", "Out of which stage"),
        [_lost(view, item, "stage_title", several) for item in totals["stages"][:_TOP]],
    )
    return {"deals": lambda item: choice.board(item["pipeline"], closed="1")}, {}


def _lost(view: View, item: Json, title: str, several: bool) -> Bar:
    label = stage_name(view, item, several, title)
    text = f"{view.number(item['deals'])} · {view.money(item['amount'])}"
    return Bar(label, ((float(item["deals"]), "late"),), text)


def stage_name(view: View, item: Json, several: bool, title: str = "stage_title") -> str:
    """What a row is about, with its pipeline where there are several."""
    name = view.text(item[title]) or "—"
    return f"{name} · {view.text(item['pipeline_title'])}" if several else name


def _by_pipeline(view: View, items: list[Json]) -> Iterator[tuple[str, list[Json]]]:
    for _, group in groupby(items, key=lambda item: item["pipeline"]):
        found = list(group)
        yield view.text(found[0]["pipeline_title"]), found


def _hours(view: View, value: float) -> str:
    return f"{view.number(round(value, 1))}\N{NO-BREAK SPACE}{view.say('ч', 'h')}"


def span(view: View, hours: float | None) -> str:
    """Calendar hours in words; a dash for none."""
    return "—" if hours is None else view.span(timedelta(hours=hours))
