"""Reports: how deals go, where they stand, why they are lost, what was late, who worked, what is to be paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from nicegui import ui

from ui.parts.elements import content, entitle, heading
from ui.parts.reports.choice import REPORTS, Choice, read_choice
from ui.parts.reports.course import draw_conversion, draw_losses, draw_stage_time
from ui.parts.reports.filters import Filters
from ui.parts.reports.report_table import Links, ReportTable, Tones
from ui.parts.reports.work import draw_deadlines, draw_payments, draw_task_time
from ui.view import View

Json = Any
_DRAWN: Mapping[str, Callable[[View, Json, Choice], tuple[Links, Tones]]] = {
    "conversion": draw_conversion,
    "stage-time": draw_stage_time,
    "losses": draw_losses,
    "deadlines": draw_deadlines,
    "task-time": draw_task_time,
    "payments": draw_payments,
}


async def page(view: View) -> None:
    """Draws the report that the address asks for."""
    known = [one["pipeline"] for one in view.pipelines]
    choice = read_choice(view.query, datetime.now(view.zone).date(), known)
    with content():
        with ui.element("div").classes("page-head"):
            heading(view.say("Отчёты", "Reports"))
            files = ui.element("div").classes("row")
        shown = _Reports(view, choice, files)
        await shown.draw(choice)


class _Reports:
    """One open page of reports."""

    def __init__(self, view: View, choice: Choice, files: ui.element) -> None:
        self._view, self._files = view, files
        self._asked = 0  # questions so far: only the answer to the last one is drawn
        with ui.tabs().props("dense no-caps align=left outside-arrows mobile-arrows") as tabs:
            for name, said in REPORTS.items():
                ui.tab(name, view.say(*said))
        tabs.classes("report-tabs").props["aria-label"] = view.say("Отчёты", "Reports")
        tabs.set_value(choice.report)
        self._filters = Filters(view, choice, self._pick)
        tabs.on_value_change(lambda event: self._pick(self._filters.set_report(event.value)))
        self._body = ui.element("div").classes("stack report-body")

    async def _pick(self, choice: Choice) -> None:
        ui.navigate.history.replace(choice.address)
        await self.draw(choice)

    async def draw(self, choice: Choice) -> None:
        """Asks the API and draws what it answers, unless something else was asked meanwhile.

        A refusal is told, and leaves what was there.
        """
        self._asked += 1
        question = self._asked
        entitle(self._view, self._view.say(*REPORTS[choice.report]))
        self._body.classes("report-waits")
        path = f"/api/reports/{choice.report}"
        report = await self._view.act(self._view.api.get(path, **choice.asked()))
        if question != self._asked:
            return
        self._body.classes(remove="report-waits")
        if report is None:
            return
        self._draw_files(choice)
        self._body.clear()
        with self._body:
            if report["items"]:
                self._draw_report(report, choice)
            else:
                self._nothing(choice)

    def _draw_report(self, report: Json, choice: Choice) -> None:
        note = self._view.say(*_NOTES[choice.report])
        ui.label(f"{self._view.full(report['from'])} – {self._view.full(report['to'])}. {note}").classes(
            "muted small"
        )
        charts = ui.element("div").classes("report-charts")
        with charts:
            links, tones = _DRAWN[choice.report](self._view, report, choice)
        with ui.element("div").classes("card flush"):
            ReportTable(self._view, report, links, tones)

    def _draw_files(self, choice: Choice) -> None:
        self._files.clear()
        with self._files:
            for format, text, ru, en in _FILES:
                link = ui.link(target=choice.file(format, self._view.lang)).classes("report-file")
                link.props["download"] = True
                link.props["aria-label"] = self._view.say(
                    f"Скачать отчёт: {text}", f"Download the report: {text}"
                )
                with link:
                    ui.icon("download", size="18px").props("aria-hidden=true")
                    ui.label(text)
                    ui.tooltip(self._view.say(ru, en))

    def _nothing(self, choice: Choice) -> None:
        with ui.element("div").classes("card empty"):
            ui.icon("insights", size="36px").props("aria-hidden=true")
            ui.label(self._view.say("За эти дни здесь ничего нет.", "There is nothing here for these days."))
            ui.label(self._view.say(*_NOTES[choice.report])).classes("small")
            whole = replace(choice, period="year", pipeline="", people=())
            if (choice.period, choice.pipeline, choice.people) != ("year", "", ()):
                ui.link(self._view.say("Показать всё за год", "Show the whole year"), whole.address)


_FILES = (
    (
        "xlsx",
        "Excel",
        "Для людей: таблица с заголовками и числами",
        "For people: a sheet with titles and numbers",
    ),
    (
        "csv",
        "CSV",
        "Для программ: столбцы через точку с запятой, UTF-8",
        "For programs: columns by commas, in UTF-8",
    ),
)
_NOTES: Mapping[str, tuple[str, str]] = {
    "conversion": (
        "Сделки, открытые в эти дни, и докуда они дошли к этой минуте.",
        "Deals opened in these days, and how far they have got by now.",
    ),
    "stage-time": (
        "Считаются этапы, с которых сделки ушли в эти дни.",
        "Stages that deals left in these days count.",
    ),
    "losses": ("Сделки, закрытые в эти дни как проигранные.", "Deals closed as lost in these days."),
    "deadlines": (
        "Задачи и согласования, срок которых приходится на эти дни; отменённые не считаются.",
        "Tasks and approvals due in these days; what was cancelled does not count.",
    ),
    "task-time": (
        "Время по часам, которые люди запускали в задачах; идущие часы добавятся, когда их остановят.",
        "By the clocks that people started in tasks; running ones count when they stop.",
    ),
    "payments": (
        "Платежи, запланированные на эти дни. Проигранные сделки ничего не должны.",
        "Payments planned for these days. Lost deals owe nothing.",
    ),
}
