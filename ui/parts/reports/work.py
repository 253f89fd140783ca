"""How the reports about work and money look: deadlines, time by tasks, payments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from ui.parts.reports.bars import Bar, chart, figures
from ui.parts.reports.choice import Choice
from ui.parts.reports.course import span, stage_name
from ui.parts.reports.report_table import Links, Tones, percent
from ui.view import View

Json = Any
_TOP = 12


def draw_deadlines(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures, and who and which stages were late."""
    totals = report["totals"]
    late = view.say("опоздание, медиана", "late by, median")
    figures(
        (
            (view.number(totals["due"]), view.say("сроков наступало", "deadlines"), ""),
            (percent(view, totals["kept"]), view.say("соблюдено", "kept"), "ok" if totals["kept"] else ""),
            _alarm(view, totals["late_done"], view.say("сделано с опозданием", "done late"), "soon"),
            _alarm(view, totals["late_open"], view.say("просрочено сейчас", "late and open"), "late"),
            (span(view, totals["median_late"]), late, ""),
        )
    )
    legend = (
        (view.say("в срок", "in time"), "ok"),
        (view.say("с опозданием", "late"), "soon"),
        (view.say("просрочено", "late and open"), "late"),
        (view.say("срок впереди", "still to come"), "tint"),
    )
    people = _grouped(report["items"], lambda item: item["person"])
    several = len({item["pipeline"] for item in report["items"]}) > 1
    stages = _grouped(report["items"], lambda item: stage_name(view, item, several))
    chart(view.say("По людям", "By people"), [_kept(view, *one) for one in people], legend)
    chart(view.say("По этапам", "By stages"), [_kept(view, *one) for one in stages], legend)
    links: Links = {"late_open": lambda item: f"/boards/{item['pipeline']}?overdue=1"}
    return links, {"late_open": "late", "late_done": "soon"}


def _alarm(view: View, count: int, label: str, tone: str) -> tuple[str, str, str]:
    """A figure that is coloured where it is above zero: nothing late is no alarm."""
    return view.number(count), label, tone if count else ""


def _grouped(items: list[Json], name: Callable[[Json], str]) -> list[tuple[str, dict[str, int]]]:
    """The counts by name, the most late ones first."""
    groups: dict[str, dict[str, int]] = {}
    for item in items:
        sums = groups.setdefault(name(item), dict.fromkeys(("due", "in_time", "late_done", "late_open"), 0))
        for key in sums:
            sums[key] += item[key]
    return sorted(groups.items(), key=lambda one: (-one[1]["late_open"] - one[1]["late_done"], one[0]))[:_TOP]


def _kept(view: View, name: str, sums: dict[str, int]) -> Bar:
    to_come = sums["due"] - sums["in_time"] - sums["late_done"] - sums["late_open"]
    parts = (
        (float(sums["in_time"]), "ok"),
        (float(sums["late_done"]), "soon"),
        (float(sums["late_open"]), "late"),
        (float(to_come), "tint"),
    )
    late = sums["late_done"] + sums["late_open"]
    text = view.say(f"{late} из {sums['due']} не в срок", f"{late} of {sums['due']} not in time")
    return Bar(name, parts, text)


def draw_task_time(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures, and the hours by people and by kinds of work."""
    totals = report["totals"]
    figures(
        (
            (_hours(view, totals["seconds"]), view.say("отработано", "worked"), ""),
            (*_counted(view, totals["tasks"], ("задача", "задачи", "задач"), ("task", "tasks")), ""),
            (*_counted(view, totals["people"], ("человек", "человека", "человек"), ("person", "people")), ""),
        )
    )
    for title, name in (
        (view.say("По людям", "By people"), lambda item: item["name"]),
        (view.say("По видам задач", "By kinds of tasks"), lambda item: view.text(item["title"])),
    ):
        chart(title, _worked(view, report["items"], name))
    return {}, {}


def _counted(view: View, count: int, ru: tuple[str, str, str], en: tuple[str, str]) -> tuple[str, str]:
    """A figure and its noun, in the form that the figure asks for."""
    number, _, noun = view.plural(count, ru, en).rpartition("\N{NO-BREAK SPACE}")
    return number, noun


def _worked(view: View, items: list[Json], name: Callable[[Json], str]) -> list[Bar]:
    sums: dict[str, int] = {}
    for item in items:
        sums[name(item)] = sums.get(name(item), 0) + item["seconds"]
    most = sorted(sums.items(), key=lambda one: -one[1])[:_TOP]
    return [Bar(who, ((float(seconds), "brand"),), _hours(view, seconds)) for who, seconds in most]


def _hours(view: View, seconds: int) -> str:
    return f"{view.number(round(seconds / 3600, 1))}\N{NO-BREAK SPACE}{view.say('ч', 'h')}"


def draw_payments(view: View, report: Json, choice: Choice) -> tuple[Links, Tones]:
    """Figures, and the payments by weeks."""
    totals = report["totals"]
    states = (
        ("paid", view.say("оплачено", "paid"), "ok"),
        ("overdue", view.say("просрочено", "overdue"), "late"),
        ("due", view.say("ожидается", "expected"), "brand"),
    )
    figures(
        (
            *(
                (view.money(totals[name]), text, tone if float(totals[name]) else "")
                for name, text, tone in states
            ),
            (view.number(totals["rows"]), view.say("платежей в графиках", "payments planned"), ""),
        )
    )
    chart(
        view.say("По неделям", "By weeks"),
        [_week(view, week, states) for week in totals["weeks"]],
        [(text, tone) for _, text, tone in states],
    )
    return {"deal_title": lambda item: f"/deals/{item['deal']}"}, {}


def _week(view: View, week: Json, states: tuple[tuple[str, str, str], ...]) -> Bar:
    monday = date.fromisoformat(week["week"])
    label = f"{view.day(monday)} – {view.day(monday + timedelta(days=6))}"
    parts = tuple((float(week[name]), tone) for name, _, tone in states)
    words = [f"{text} {view.money(week[name])}" for name, text, _ in states if float(week[name])]
    return Bar(label, parts, " · ".join(words) or "—")
