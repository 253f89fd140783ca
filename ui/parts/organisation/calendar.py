"""The working calendar: a year to click in; changes are gathered, looked through, and then saved at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from nicegui import ui

from ui.parts.dialog import Dialog
from ui.parts.elements import heading
from ui.parts.organisation.tab import Tab, icon_button
from ui.parts.organisation.working_hours import ask_hours, hours_words, zone_words
from ui.parts.organisation.year_calendar import YearCalendar, words
from ui.view import View

Json = dict[str, Any]
FIRST, LAST = 2000, 2099


async def draw(tab: Tab) -> None:
    """This year, or the one that the address names."""
    asked = tab.view.query.get("year", "")
    this_year = datetime.now(tab.view.zone).year
    year = int(asked) if asked.isascii() and asked.isdigit() and FIRST <= int(asked) <= LAST else this_year
    await _Calendar(tab, year).draw()


class _Calendar:
    """What one open page shows and has gathered."""

    def __init__(self, tab: Tab, year: int) -> None:
        self._tab, self._view, self._year = tab, tab.view, year
        self._saved: dict[str, Json] = {}
        self._days: dict[str, Json] = {}
        self._wishes: dict[str, str] = {}
        self._week: Json = {}  # new hours or a new zone, not saved yet
        self._kept: Json = {}  # those that are saved
        self._shown: Json = {}

    async def draw(self) -> None:
        """Draws everything, and fills it with the year."""
        view = self._view
        with ui.element("div").classes("card"):
            with ui.element("div").classes("row"):
                icon_button("chevron_left", view.say("Предыдущий год", "Previous year"), lambda: self._go(-1))
                self._title = heading(str(self._year), 2)
                icon_button("chevron_right", view.say("Следующий год", "Next year"), lambda: self._go(1))
                self._count = ui.label().classes("muted")
                ui.element("div").classes("grow")
                self._hours = ui.label().classes("muted small wrap")
                if self._tab.may_change:
                    ui.button(
                        view.say("Часы и пояс…", "Hours and zone…"), icon="schedule", on_click=self._ask_hours
                    ).props("flat no-caps dense")
            self._unknown = ui.label(
                view.say(
                    "Праздники этого года ещё не утверждены: отметьте их сами.",
                    "The holidays of this year are not official yet: mark them yourself.",
                )
            ).classes("pill pill--soon wrap")
            self._brush = self._draw_brush() if self._tab.may_change else None
            self._calendar = YearCalendar(view, self._click, editable=self._tab.may_change)
            _legend(view)
        self._bar = ui.element("div").classes("card org-unsaved").props("role=status")
        self._show(await view.api.get(f"/api/settings/calendar/years/{self._year}"), saved=True)

    def _draw_brush(self) -> ui.toggle:
        """What a click makes of a day."""
        view = self._view
        options = {
            "turn": view.say("Рабочий ↔ выходной", "Working ↔ off"),
            "short": view.say("Сокращённый", "Shorter"),
            "usual": view.say("Как в календаре России", "As in Russia's calendar"),
        }
        with ui.element("div").classes("row"):
            ui.label(view.say("Клик по дню:", "A click on a day:")).classes("muted")
            return ui.toggle(options, value="turn").props("no-caps dense unelevated")

    async def _click(self, date: str) -> None:
        day = self._days.get(date)
        if day is None or self._brush is None:
            return
        brush = self._brush.value
        wish = ("off" if day["hours"] else "working") if brush == "turn" else brush
        self._wishes[date] = wish
        await self._view.act(self._look())

    async def _look(self) -> None:
        """Shows the year with what was gathered; what changes nothing is forgotten."""
        body = {**self._week, "days": self._wishes}
        path = f"/api/settings/calendar/preview?year={self._year}&moved=false"
        self._show((await self._view.api.post(path, body))["year"])

    def _show(self, year: Json, *, saved: bool = False) -> None:
        view = self._view
        self._days = {day["date"]: day for day in year["days"]}
        if saved:
            self._saved = self._days
            self._kept = {"hours": year["week"], "timezone": year["timezone"]}
        if not self._week:
            same = [date for date in self._wishes if self._days.get(date) == self._saved.get(date, {})]
            for date in same:
                del self._wishes[date]
        self._title.set_text(str(self._year))
        working = view.plural(
            year["working_days"],
            ("рабочий день", "рабочих дня", "рабочих дней"),
            ("working day", "working days"),
        )
        shorter = view.plural(
            year["short_days"], ("сокращённый", "сокращённых", "сокращённых"), ("shorter one", "shorter ones")
        )
        self._count.set_text(f"{working}, {shorter}" if year["short_days"] else working)
        self._hours.set_text(f"{hours_words(view, year['week'])} · {zone_words(view, year['timezone'])}")
        self._unknown.set_visibility(not year["known"])
        self._shown = year
        self._calendar.show(year["days"], self._wishes)
        self._draw_bar()

    def _draw_bar(self) -> None:
        view = self._view
        count = len(self._wishes) + len(self._week)
        self._bar.clear()
        self._bar.set_visibility(bool(count))
        if not count:
            return
        with self._bar, ui.element("div").classes("row"):
            changes = view.plural(count, ("изменение", "изменения", "изменений"), ("change", "changes"))
            ui.label(view.say(f"Не сохранено: {changes}", f"Not saved: {changes}")).classes("strong grow")
            ui.button(view.say("Отменить", "Discard"), on_click=self._discard).props("flat no-caps")
            ui.button(view.say("Сохранить…", "Save…"), on_click=self._ask_to_save).props("unelevated no-caps")

    async def _go(self, step: int) -> None:
        if not FIRST <= self._year + step <= LAST:
            return
        self._year += step
        with self._view.client:
            ui.navigate.history.replace(f"/organisation?tab=calendar&year={self._year}")
        await self._view.act(self._turn())

    async def _turn(self) -> None:
        saved = await self._view.api.get(f"/api/settings/calendar/years/{self._year}")
        gathered = bool(self._wishes or self._week)
        self._saved = {**self._saved, **{day["date"]: day for day in saved["days"]}}
        if gathered:
            await self._look()
        else:
            self._show(saved, saved=True)

    async def _discard(self) -> None:
        self._wishes.clear()
        self._week.clear()
        await self._view.act(self._turn())

    def _ask_hours(self) -> None:
        async def use(week: Json) -> None:
            self._week = {name: value for name, value in week.items() if value != self._kept[name]}
            await self._look()

        ask_hours(self._view, self._shown, use)

    async def _ask_to_save(self) -> None:
        body = {**self._week, "days": self._wishes}
        look = await self._view.act(self._view.api.post("/api/settings/calendar/preview", body))
        if look is not None:
            ask_to_save(self._tab, body, look["moved"])


def ask_to_save(tab: Tab, body: Json, moved: Json) -> None:
    """Says what would move, and saves once that is wanted."""
    view = tab.view
    dialog = Dialog(view, view.say("Сохранить календарь?", "Save the calendar?"))
    with dialog:
        ui.label(moved_words(view, moved)).classes("wrap")
        if moved["shown"]:
            with ui.element("div").classes("list org-moved"):
                for entry in moved["shown"]:
                    with ui.element("div").classes("stack").style("gap: 0"):
                        ui.label(f"{entry['deal_title']} — {view.text(entry['what'])}").classes("wrap")
                        ui.label(f"{view.moment(entry['was'])} → {view.moment(entry['due'])}").classes(
                            "muted small"
                        )
        rest = moved["entries"] - len(moved["shown"])
        if rest > 0:
            ui.label(view.say(f"и ещё {view.number(rest)}", f"and {view.number(rest)} more")).classes("muted")

    async def save() -> None:
        await view.api.patch("/api/settings/calendar", body)
        view.toast(view.say("Календарь сохранён, сроки пересчитываются", "Saved; what is planned moves now"))
        await tab.again()

    dialog.confirm(view.say("Сохранить", "Save"), save)


def moved_words(view: View, moved: Json) -> str:
    """How much would move, as a sentence."""
    if not moved["entries"]:
        return view.say("Запланированное в сделках не сдвинется.", "Nothing that deals have planned moves.")
    entries = view.plural(
        moved["entries"], ("событие", "события", "событий"), ("planned thing", "planned things")
    )
    deals = view.plural(moved["deals"], ("сделке", "сделках", "сделках"), ("deal", "deals"))
    return view.say(f"Сдвинется {entries} в {deals}:", f"{entries} in {deals} will move:")


def _legend(view: View) -> None:
    with ui.element("div").classes("row org-legend"):
        for sort, said in words(view).items():
            with ui.element("div").classes("row nowrap").style("gap: 6px"):
                ui.label("1").classes(f"day day--{sort}").props("aria-hidden=true")
                ui.label(said).classes("small")
