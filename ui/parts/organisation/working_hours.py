"""Hours of the week and the time zone: in words, and as a dialog."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from nicegui import ui

from ui.api_client import Problem
from ui.parts.dialog import Dialog
from ui.view import View

Json = dict[str, Any]
WEEKDAYS = {
    "mon": ("пн", "Mon"), "tue": ("вт", "Tue"), "wed": ("ср", "Wed"), "thu": ("чт", "Thu"),
    "fri": ("пт", "Fri"), "sat": ("сб", "Sat"), "sun": ("вс", "Sun"),
}  # fmt: skip
ZONES = {
    "Europe/Kaliningrad": ("Калининград", "Kaliningrad"),
    "Europe/Moscow": ("Москва", "Moscow"),
    "Europe/Samara": ("Самара", "Samara"),
    "Asia/Yekaterinburg": ("Екатеринбург", "Yekaterinburg"),
    "Asia/Omsk": ("Омск", "Omsk"),
    "Asia/Novosibirsk": ("Новосибирск", "Novosibirsk"),
    "Asia/Krasnoyarsk": ("Красноярск", "Krasnoyarsk"),
    "Asia/Irkutsk": ("Иркутск", "Irkutsk"),
    "Asia/Yakutsk": ("Якутск", "Yakutsk"),
    "Asia/Vladivostok": ("Владивосток", "Vladivostok"),
    "Asia/Magadan": ("Магадан", "Magadan"),
    "Asia/Kamchatka": ("Камчатка", "Kamchatka"),
}


def zone_words(view: View, zone: str) -> str:
    """The zone as people name it: Москва (UTC+3)."""
    known = ZONES.get(zone)
    offset = datetime.now(UTC).astimezone(ZoneInfo(zone)).strftime("%z")
    hours = f"{offset[:1]}{int(offset[1:3])}" + (f":{offset[3:]}" if offset[3:] != "00" else "")
    return f"{view.say(*known) if known else zone} (UTC{hours.replace('-', '−')})"


def hours_words(view: View, week: Json) -> str:
    """Weekdays with the same hours together: пн–пт 09:00–18:00."""
    said = []
    days = [(name, _span(week[name])) for name in WEEKDAYS]
    for span, group in groupby(days, key=lambda day: day[1]):
        names = [view.say(*WEEKDAYS[name]) for name, _ in group]
        if span:
            said.append(f"{names[0]}–{names[-1]} {span}" if len(names) > 1 else f"{names[0]} {span}")
    return ", ".join(said)


def _span(hours: Any) -> str:
    return f"{hours['start']}–{hours['end']}" if isinstance(hours, dict) else ""


def ask_hours(view: View, year: Json, use: Callable[[Json], Awaitable[None]]) -> None:
    """Asks for hours and zone; `use` gets what is to be changed."""
    dialog = Dialog(view, view.say("Рабочие часы и часовой пояс", "Working hours and time zone"))
    fields: dict[str, tuple[ui.checkbox, ui.input, ui.input]] = {}
    with dialog:
        for name, names in WEEKDAYS.items():
            fields[name] = _weekday(view, view.say(*names), year["week"][name])
        zones = {**ZONES, year["timezone"]: ()}
        zone = ui.select(
            {zone: zone_words(view, zone) for zone in zones},
            value=year["timezone"],
            label=view.say("Часовой пояс", "Time zone"),
        ).props("outlined dense options-dense")

    async def take() -> None:
        week = {name: _read(view, *field) for name, field in fields.items()}
        if all(hours == "off" for hours in week.values()):
            raise Problem(
                422, {"detail": view.say("Нужен хотя бы один рабочий день.", "One day has to work.")}
            )
        await use({"hours": week, "timezone": zone.value})

    dialog.confirm(view.say("Применить", "Apply"), take)


def _weekday(view: View, name: str, hours: Any) -> tuple[ui.checkbox, ui.input, ui.input]:
    works = isinstance(hours, dict)
    with ui.element("div").classes("row nowrap org-weekday"):
        box = ui.checkbox(name, value=works)
        ends = []
        for end, label in (("start", view.say("с", "from")), ("end", view.say("до", "to"))):
            usual = {"start": "09:00", "end": "18:00"}[end]
            field = ui.input(value=hours[end] if works else usual).props("outlined dense mask=##:##")
            field.props["aria-label"] = f"{name}, {label}"
            field.bind_enabled_from(box, "value")
            ends.append(field)
    return box, ends[0], ends[1]


def _read(view: View, works: ui.checkbox, start: ui.input, end: ui.input) -> Any:
    if not works.value:
        return "off"
    if not (_is_clock(start.value) and _is_clock(end.value) and start.value < end.value):
        raise Problem(
            422,
            {
                "detail": view.say(
                    f"Проверьте часы, {works.text}: от 00:00 до 24:00, конец позже начала.",
                    f"Look at {works.text}: from 00:00 to 24:00, the end later than the start.",
                )
            },
        )
    return {"start": start.value, "end": end.value}


def _is_clock(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", text) is not None
