"""One line of the day: what it is, of which deal, until when, and the buttons that end it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from nicegui import ui

from ui.parts import acts
from ui.parts.elements import once
from ui.parts.my_day.items import KINDS, Item
from ui.view import View

Done = Callable[[], Awaitable[None]]
_FEW = 3  # answers that stand as buttons; more become a menu


def draw_row(view: View, item: Item, done: Done) -> None:
    """Draws the line; `done` is called after anything was done by its buttons."""
    plural, icon = KINDS[item.kind]
    with ui.element("div").classes("row day-row"):
        ui.icon(icon, size="22px").classes("muted").tooltip(view.say(*plural))
        with ui.element("div").classes("grow stack").style("gap: 1px"):
            path = f"/tasks/{item.id}" if item.kind == "task" else f"/deals/{item.deal}"
            with ui.link(target=path).classes("strong wrap"):
                ui.label(view.text(item.title))
            with ui.link(target=f"/deals/{item.deal}").classes("muted small wrap"):
                about = (item.deal_title, _pipeline(view, item.pipeline))
                ui.label(" · ".join(part for part in about if part))
        if item.due:
            due = view.due(item.due)
            pill = ui.label(due.text).classes(f"pill pill--{due.tone}")
            pill.tooltip(view.say("Срок: ", "Due: ") + view.full(item.due))
        with ui.element("div").classes("row day-actions"):
            _BUTTONS[item.kind](view, item, done)


def _pipeline(view: View, pipeline: str) -> str:
    return next((view.text(one["title"]) for one in view.pipelines if one["pipeline"] == pipeline), "")


async def _on_card(view: View, item: Item, part: str) -> Mapping[str, Any] | None:
    """The thing as its deal's card has it, with what it asks for; None if it is gone."""
    card = await view.act(view.api.get(f"/api/deals/{item.deal}"))
    return next((one for one in (card or {}).get(part, ()) if one["id"] == item.id), None)


def _task(view: View, item: Item, done: Done) -> None:
    async def finish() -> None:
        if task := await _on_card(view, item, "tasks"):
            await acts.finish_task(view, task, done)

    _button(view.say("Завершить", "Finish"), finish)


def _assignment(view: View, item: Item, done: Done) -> None:
    async def answer(option: str) -> None:
        if asked := await _on_card(view, item, "assignments"):
            await acts.answer(view, asked, option, done)

    options = item.raw["options"]
    if len(options) <= _FEW:
        for name, title in options.items():
            _button(view.text(title), partial(answer, name), quiet=True)
        return
    with ui.button(view.say("Ответить", "Answer"), icon="expand_more").props("outline dense no-caps"):
        with ui.menu().props("auto-close"):
            for name, title in options.items():
                ui.menu_item(view.text(title), on_click=once(partial(answer, name)))


def _approval(view: View, item: Item, done: Done) -> None:
    _button(view.say("Согласовать", "Approve"), lambda: acts.approve(view, item.raw, done))
    _button(view.say("Отклонить", "Reject"), lambda: acts.reject(view, item.raw, done), quiet=True)
    more = ui.button(icon="more_horiz").props("flat round dense")
    more.props["aria-label"] = view.say("Ещё", "More")
    with more, ui.menu().props("auto-close"):
        ui.menu_item(
            view.say("Передать другому", "Pass it on"),
            on_click=lambda: acts.delegate(view, item.raw, view.me.id, done),
        )


def _call(view: View, item: Item, done: Done) -> None:
    _button(view.say("Дозвонились", "Reached"), lambda: acts.log_call(view, item.raw, "reached", done))
    _button(
        view.say("Не дозвонились", "No answer"),
        lambda: acts.log_call(view, item.raw, "no_answer", done),
        quiet=True,
    )


def _button(text: str, run: Callable[[], Any], *, quiet: bool = False) -> None:
    ui.button(text, on_click=once(run)).props("dense no-caps " + ("outline" if quiet else "unelevated"))


def _reminder(view: View, item: Item, done: Done) -> None:
    async def read() -> None:
        await view.act(view.api.post(f"/api/notifications/{item.id}/read"))
        await done()

    _button(view.say("Прочитано", "Read"), read, quiet=True)


_BUTTONS: Mapping[str, Callable[[View, Item, Done], None]] = {
    "task": _task,
    "assignment": _assignment,
    "approval": _approval,
    "call": _call,
    "reminder": _reminder,
}
