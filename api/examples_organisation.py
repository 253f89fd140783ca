"""Examples of bodies for the organisation: people's passwords, roles, the calendar; in both languages."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example


def _two(ru: dict[str, Any], en: dict[str, Any], said_ru: str, said_en: str) -> dict[str, Example]:
    return {"ru": Example(summary=said_ru, value=ru), "en": Example(summary=said_en, value=en)}


HANDOVER = _two({"to": "head"}, {"to": "sales"}, "Руководителю", "To a colleague")
PASSWORD = _two(
    {"password": "зелёный чайник у окна"},
    {"password": "green kettle by the window"},
    "Фраза из нескольких слов",
    "A phrase of several words",
)
OWN_PASSWORD = _two(
    {"old": "зелёный чайник у окна", "new": "семь рыжих лис на мосту"},
    {"new": "seven red foxes on a bridge"},
    "Сменить",
    "The first password",
)
ROLE = _two(
    {"title": {"ru": "Кладовщик ночной смены", "en": "Night storekeeper"}, "employees": ["warehouse"]},
    {"id": "night_store", "title": {"ru": "Кладовщик ночной смены", "en": "Night storekeeper"}},
    "С людьми",
    "With an id of its own",
)
ROLE_CHANGE = _two(
    {"employees": ["lawyer", "director"]},
    {"title": {"ru": "Юрист компании", "en": "Company lawyer"}},
    "Кто исполняет",
    "A new title",
)
CALENDAR_CHANGE = _two(
    {"days": {"2026-12-30": "short", "2026-12-28": "off"}},
    {"timezone": "Asia/Omsk", "days": {"2027-03-06": {"start": "10:00", "end": "16:00"}}},
    "Сокращённый день и выходной",
    "Another zone, and a Saturday that works",
)
PREFERENCES = _two(
    {"language": "ru", "theme": "dark"},
    {"theme": None},
    "Язык и тема",
    "The theme as the system has it",
)
