"""The controls over a report: period, pipeline, people. Each change is handed on as a new choice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nicegui import ui

from ui.parts.field_dates import DateInput
from ui.parts.reports.choice import PERIODS, Choice, days_of, read_choice
from ui.view import View

Chosen = Callable[[Choice], Awaitable[None]]


class Filters:
    """Draws the controls for a choice. `pick(choice)` is called with each new one."""

    def __init__(self, view: View, choice: Choice, pick: Chosen) -> None:
        self._view, self._choice, self._pick = view, choice, pick
        with ui.element("div").classes("toolbar report-filters").props("role=group") as bar:
            bar.props["aria-label"] = view.say("Что показать", "What to show")
            self._period()
            self._days()
            self._pipeline()
            self._people()

    def set_report(self, report: str) -> Choice:
        """The choice with another report."""
        self._choice = replace(self._choice, report=report)
        return self._choice

    def _period(self) -> None:
        options = {name: self._view.say(*said) for name, said in PERIODS.items()}
        field = _select(options, self._view.say("Период", "Period"), self._choice.period)
        field.on_value_change(self._period_chosen)

    def _days(self) -> None:
        with ui.element("div").classes("row report-days") as self._own:
            self._first = DateInput(self._view, self._view.say("С", "From"), self._choice.first.isoformat())
            self._last = DateInput(self._view, self._view.say("По", "To"), self._choice.last.isoformat())
            ui.button(self._view.say("Показать", "Show"), on_click=self._days_chosen).props("outline no-caps")
        self._own.set_visibility(self._choice.period == "days")

    def _pipeline(self) -> None:
        options = {"": self._view.say("Все воронки", "All pipelines")}
        options |= {one["pipeline"]: self._view.text(one["title"]) for one in self._view.pipelines}
        field = _select(options, self._view.say("Воронка", "Pipeline"), self._choice.pipeline)
        field.on_value_change(lambda event: self._choose(pipeline=event.value or ""))

    def _people(self) -> None:
        people = dict(sorted(self._view.people.items(), key=lambda one: one[1]))
        chosen = [one for one in self._choice.people if one in people]
        field = ui.select(
            people,
            label=self._view.say("Люди", "People"),
            value=chosen,
            multiple=True,
            with_input=True,
            clearable=True,
        )
        field.props("outlined dense options-dense use-chips").classes("report-people")
        field.on_value_change(lambda event: self._choose(people=tuple(event.value or ())))

    async def _period_chosen(self, event: Any) -> None:
        own = event.value == "days"
        self._own.set_visibility(own)
        if not own:
            first, last = days_of(event.value, datetime.now(self._view.zone).date())
            await self._choose(period=event.value, first=first, last=last)

    async def _days_chosen(self) -> None:
        given = {"period": "days", "from": str(self._first.value or ""), "to": str(self._last.value or "")}
        found = read_choice(given, date.today(), ())
        wrong = found.period != "days"
        why = self._view.say("Нужны две даты по порядку.", "Give two dates in order.")
        self._last.error(why if wrong else None)
        if not wrong:
            await self._choose(period="days", first=found.first, last=found.last)

    async def _choose(self, **changed: Any) -> None:
        chosen = replace(self._choice, **changed)
        if chosen != self._choice:
            self._choice = chosen
            await self._pick(chosen)


def _select(options: dict[str, str], label: str, value: str) -> ui.select:
    return (
        ui.select(options, label=label, value=value)
        .props("outlined dense options-dense")
        .classes("report-pick")
    )
