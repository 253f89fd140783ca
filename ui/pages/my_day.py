"""My day: everything that waits for one person, whichever pipeline it is of, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping

from nicegui import ui

from ui.live import Change
from ui.parts.elements import content, heading
from ui.parts.my_day.items import GROUPS, KINDS, Item, load
from ui.parts.my_day.rows import draw_row
from ui.redrawn import Redrawn
from ui.view import View


async def page(view: View) -> None:
    """Draws the day; it keeps itself up to date."""
    with content():
        with ui.element("div").classes("page-head"):
            heading(view.say("Мой день", "My day"))
            chosen = _kinds(view)
        figures = ui.element("div").classes("day-figures")
        lists = Redrawn()
        lists.classes("stack").style("gap: var(--gap)")
    day = _Day(view, figures, lists, chosen)
    await day.refresh()

    async def changed(_: Change) -> None:
        await day.refresh()

    view.on_change(changed, people=[view.me.id])


def _kinds(view: View) -> ui.toggle:
    options = {"": view.say("Всё", "All")} | {kind: view.say(*said) for kind, (said, _) in KINDS.items()}
    kind = view.query.get("kind", "")
    toggle = ui.toggle(options, value=kind if kind in options else "").props("no-caps unelevated dense")
    return toggle.classes("kinds")


class _Day:
    """The lists of one open page."""

    def __init__(self, view: View, figures: ui.element, lists: Redrawn, chosen: ui.toggle) -> None:
        self._view, self._figures, self._lists, self._chosen = view, figures, lists, chosen
        self._items: list[Item] = []
        chosen.on_value_change(self._filter)

    async def refresh(self) -> None:
        """Asks the API what waits now."""
        self._items = await load(self._view)
        self._draw()

    def _filter(self) -> None:
        kind = self._chosen.value
        ui.navigate.history.replace(f"/?kind={kind}" if kind else "/")
        self._draw()

    def _draw(self) -> None:
        shown = [item for item in self._items if self._chosen.value in ("", item.kind)]
        groups = {group: [item for item in shown if item.group(self._view) == group] for group in GROUPS}
        self._figures.clear()
        with self._figures:
            for group in ("late", "today", "tomorrow"):
                _figure(self._view, group, len(groups[group]))
        with self._lists.anew():
            if not shown:
                _nothing(self._view, bool(self._items))
            for group, items in groups.items():
                if items:
                    self._group(group, items)

    def _group(self, group: str, items: list[Item]) -> None:
        with ui.element("section").classes("stack"):
            heading(f"{self._view.say(*GROUPS[group])} · {len(items)}", 2).classes("day-group")
            with ui.element("div").classes("card flush"), ui.element("div").classes("list"):
                for item in items:
                    draw_row(self._view, item, self._view.told(self.refresh))


def _figure(view: View, group: str, count: int) -> None:
    tone: Mapping[str, str] = {"late": "late", "today": "soon"}
    with ui.element("div").classes("card day-figure"):
        ui.label(str(count)).classes("figure" + (f" tone-{tone.get(group, '')}" if count else ""))
        ui.label(view.say(*GROUPS[group])).classes("muted small")


def _nothing(view: View, others: bool) -> None:
    with ui.element("div").classes("card empty"):
        ui.icon("task_alt", size="36px").props("aria-hidden=true")
        if others:
            ui.label(view.say("Такого сегодня нет.", "Nothing of this kind waits for you."))
            return
        ui.label(view.say("Всё сделано: вас ничто не ждёт.", "All done: nothing waits for you."))
        if view.pipelines:
            first = view.pipelines[0]
            title = view.text(first["title"])
            text = view.say(f"Открыть доску «{title}»", f"Open the board “{title}”")
            ui.link(text, f"/boards/{first['pipeline']}")
